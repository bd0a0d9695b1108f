import {basename, join} from 'node:path';
import {serveFiles} from '../../firmware/loopback-server.ts';
import type {StepContext} from '../../pipeline/step.ts';
import type {ServedFirmware} from '../builder.ts';
import {rehearsalFolder} from './source-tree.ts';
import {ensureBundle} from './stand-in-firmware.ts';
import {makeDocaHost} from './stand-in-packages.ts';

/** Makes the stand-ins and serves them on loopback, so that the product's own downloader fetches them. */
export const serveFirmware = async (c: StepContext): Promise<ServedFirmware> => {
	const {settings, host} = c;
	const work = join(c.run.temporary, 'stand-ins');
	const forget = host.journal.record({kind: 'folder', path: work});
	const clean = async () => {
		await host.files.remove(work, c.run.temporary);
		forget();
	};
	const deb = join(work, basename(settings.docaDebName));
	await makeDocaHost(c, {
		sources: join(rehearsalFolder, 'stand-ins'),
		work: join(work, 'trees'),
		target: deb,
		version: settings.docaVersion.replace(/^latest.*$/, '0.0.0'),
		arch: settings.arch,
	});
	const bundle = await ensureBundle(c);
	const server = await serveFiles({
		[`/${basename(settings.docaDebName)}`]: deb,
		[`/${basename(settings.bfbName)}`]: bundle.path,
	});
	return {
		settings: {
			...settings,
			docaDebUrl: `${server.url}/${basename(settings.docaDebName)}`,
			docaDebSha256: await host.files.sha256(deb, {signal: c.signal}),
			bfbUrl: `${server.url}/${basename(settings.bfbName)}`,
			bfbSha256: bundle.sha256,
		},
		async close() {
			await server.close();
			await clean();
		},
	};
};
