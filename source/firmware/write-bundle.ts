import {symlink} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {stringify} from 'yaml';
import type {Host} from '../host/host.ts';
import type {FetchedFirmware} from '../pipeline/step.ts';
import {firmwarePathsOf, type Workspace} from '../pipeline/workspace.ts';
import {inTemporary, needSpace} from './bundle-folder.ts';
import {type BundleManifest, bundleLockName, manifestName} from './bundle-manifest.ts';
import {readLock} from './lock-file.ts';

/**
 * Collects what a machine without internet needs into one tar file: the firmware, its lock, and folders of the cache
 * (the CanvOS repository), with a manifest of sizes and checksums in front. Stopped or killed, it leaves the bundle that
 * was there, and nothing else.
 * @returns bytes of the file.
 */
export async function writeBundle({
	host,
	workspace,
	file,
	firmware,
	caches,
	signal,
	onProgress,
}: {
	host: Host;
	workspace: Workspace;
	/** The bundle, absolute. */
	file: string;
	/** Whole and checked, as `fetchFirmware` returns them. */
	firmware: readonly FetchedFirmware[];
	/** Names of folders below the workspace's cache. */
	caches: readonly string[];
	signal: AbortSignal;
	onProgress(doneBytes: number, totalBytes: number): void;
}): Promise<{bytes: number}> {
	const {lock} = firmwarePathsOf(workspace, {rehearsal: false});
	const known = await readLock(host, lock);
	const trees = await Promise.all(caches.map(name => contentsOf(host, join(workspace.cache, name), `cache/${name}`)));
	const contents = [
		...firmware.map(({name, path, sha256}) => ({path: `redist/${name}`, source: path, sha256})),
		...trees.flatMap(({files}) => files),
	];
	return inTemporary({host, workspace}, async folder => {
		const entries = Object.fromEntries(firmware.flatMap(({name}) => (known[name] ? [[name, known[name]]] : [])));
		const lockText = stringify({version: 1, files: entries}, {lineWidth: 0});
		await host.files.write(join(folder, bundleLockName), lockText);
		const manifest: BundleManifest = {
			format: 'edge-builder-bundle',
			version: 1,
			made: new Date(host.now()).toISOString(),
			folders: trees.flatMap(({folders}) => folders),
			files: await Promise.all(
				[...contents, {path: bundleLockName, source: join(folder, bundleLockName)}].map(
					async ({path, source, sha256}: Content) => ({
						path,
						bytes: (await host.files.info(source))?.size ?? 0,
						sha256: sha256 ?? (await host.files.sha256(source, {signal})),
					}),
				),
			),
		};
		await host.files.write(join(folder, manifestName), `${JSON.stringify(manifest, undefined, '\t')}\n`);
		// The archive follows these links, so nothing is copied before it is packed.
		for (const {path, source} of contents) {
			await host.files.makeFolder(dirname(join(folder, path)));
			await symlink(source, join(folder, path));
		}
		const total = manifest.files.reduce((sum, {bytes}) => sum + bytes, 0);
		await needSpace(host, dirname(file), total);
		const {create} = await import('tar');
		const names = [manifestName, ...manifest.files.map(({path}) => path)];
		const archive = create({cwd: folder, follow: true, portable: true, strict: true}, names);
		const onBytes = (written: number) => onProgress(Math.min(written, total), total);
		return {bytes: await writeWhole(host, file, archive, {signal, onBytes})};
	});
}

type Content = {path: string; source: string; sha256?: string};
type Contents = {folders: string[]; files: Content[]};

async function contentsOf(host: Host, folder: string, path: string): Promise<Contents> {
	const found: Contents = {folders: [path], files: []};
	for (const name of await host.files.list(folder)) {
		const source = join(folder, name);
		const kind = (await host.files.info(source))?.kind;
		if (kind === 'file') found.files.push({path: `${path}/${name}`, source});
		if (kind !== 'folder') continue;
		const inner = await contentsOf(host, source, `${path}/${name}`);
		found.folders.push(...inner.folders);
		found.files.push(...inner.files);
	}
	return found;
}

/** As much of an archive of tar as is used here. */
type Archive = AsyncIterable<Uint8Array> & {
	on(event: 'error', listener: () => void): unknown;
	destroy(reason: unknown): unknown;
};

/**
 * Writes a file under a name of this run beside `file` and renames it when it is whole and on the disk. Whatever happens,
 * `file` is the old one or the new one, and after a kill the next start removes what was half written.
 * @returns its bytes.
 */
async function writeWhole(
	host: Host,
	file: string,
	source: Archive,
	{signal, onBytes}: {signal: AbortSignal; onBytes(written: number): void},
): Promise<number> {
	const folder = dirname(file);
	// Outside the workspace only what bears the run's mark is cleaned up.
	const aside = join(folder, `edge-builder-${host.journal.mark}.tar.part`);
	const forget = host.journal.record({kind: 'file', path: aside});
	let written = 0;
	// Also where it waits for a disk that doesn't answer, and before anybody reads it.
	source.on('error', () => undefined);
	const stop = () => void source.destroy(signal.reason);
	signal.addEventListener('abort', stop, {once: true});
	const counted = async function* () {
		for await (const bytes of source) {
			yield bytes;
			written += bytes.length;
			onBytes(written);
		}
	};
	try {
		const handle = await host.files.open(aside, 'wx', 0o644);
		try {
			await handle.writeFile(counted(), {signal});
			await handle.sync();
		} finally {
			await handle.close();
		}
		signal.throwIfAborted();
		await host.files.move(aside, file);
		return written;
	} finally {
		signal.removeEventListener('abort', stop);
		await host.files.remove(aside, folder);
		forget();
	}
}
