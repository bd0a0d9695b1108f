import {basename, join} from 'node:path';
import {serveFiles} from '../../host/loopback-server.ts';
import type {StepContext} from '../../pipeline/step.ts';
import type {Settings} from '../../settings/settings.ts';
import {rehearsalFolder} from './rehearsal-overlay.ts';
import {ensureBundle} from './stand-in-bundle.ts';
import {makeDocaHost} from './stand-in-doca-host.ts';

/**
 * Makes the stand-ins and serves them on loopback while the run lasts, so that the product's own downloader fetches them;
 * returns the settings that lead there.
 */
export async function serveFirmware(c: StepContext): Promise<Settings> {
	const {settings, host} = c;
	const work = join(c.run.temporary, 'stand-ins');
	c.cleanup.add('the stand-ins', () => host.files.remove(work, c.run.temporary));
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
	c.cleanup.add('the firmware server', server.close);
	return {
		...settings,
		docaDebUrl: `${server.url}/${basename(settings.docaDebName)}`,
		docaDebSha256: await host.files.sha256(deb, {signal: c.signal}),
		bfbUrl: `${server.url}/${basename(settings.bfbName)}`,
		bfbSha256: bundle.sha256,
	};
}
