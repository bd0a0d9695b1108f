import {createCipheriv, createHash} from 'node:crypto';
import {join} from 'node:path';
import type {StepContext} from '../../pipeline/step.ts';
import type {Settings} from '../../settings/settings.ts';
import {baseFolder} from './base-tar.ts';

/** Bytes of the stand-in bundle: large enough for progress to be seen, small enough for a rehearsal. */
export const bundleBytes = 64 * 1024 * 1024;
const blockBytes = 1024 * 1024;

/**
 * The stand-in of a BlueField bundle in the cache, made at first use: a line that says what it is, then bytes that don't
 * compress (AES-CTR over zeros with a fixed key), so that they travel like firmware does.
 * @returns its absolute path and sha256.
 */
export async function ensureBundle(c: StepContext): Promise<{path: string; sha256: string}> {
	const {host, signal} = c;
	const path = join(baseFolder(c), 'stand-in-bundle-1.bfb');
	const hash = createHash('sha256');
	const there = (await host.files.info(path))?.size === bundleBytes;
	if (there) return {path, sha256: await host.files.sha256(path, {signal})};

	const aside = join(baseFolder(c), `.${c.run.id}.bfb.part`);
	const forget = host.journal.record({kind: 'file', path: aside});
	const clean = c.cleanup.add('the unfinished stand-in bundle', async () => {
		await host.files.remove(aside, baseFolder(c));
		forget();
	});
	await host.files.makeFolder(baseFolder(c));
	const file = await host.files.open(aside, 'w');
	try {
		for (const block of bundleBlocks()) {
			signal.throwIfAborted();
			hash.update(block);
			await file.write(block);
		}
		await file.sync();
	} finally {
		await file.close();
	}
	await host.files.move(aside, path);
	await clean();
	return {path, sha256: hash.digest('hex')};
}

/** The bytes of the stand-in bundle, in blocks of 1 MiB. */
export function* bundleBlocks(): Generator<Buffer> {
	const stream = createCipheriv('aes-256-ctr', Buffer.alloc(32, 'REHEARSAL stand-in'), Buffer.alloc(16));
	for (let at = 0; at < bundleBytes; at += blockBytes) {
		const block = stream.update(Buffer.alloc(blockBytes));
		if (at === 0)
			block.write('REHEARSAL stand-in of a BlueField bundle: not firmware, nothing can be flashed with it.\n');
		yield block;
	}
}

/** Settings for questions that are asked before the stand-ins are served: addresses that stay the same. */
export function withStandInUrls(settings: Settings): Settings {
	return {
		...settings,
		docaDebUrl: settings.docaDebUrl || `http://rehearsal.invalid/${settings.docaDebName}`,
		bfbUrl: settings.bfbUrl || `http://rehearsal.invalid/${settings.bfbName}`,
	};
}
