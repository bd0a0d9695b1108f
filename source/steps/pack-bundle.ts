import {createRateMeter} from '../downloads/rate.ts';
import {writeBundle} from '../firmware/write-bundle.ts';
import type {Step} from '../pipeline/step.ts';

/** What a machine without internet needs, packed into one file at this absolute path. */
export const packBundle = (file: string): Step => ({
	id: 'pack-bundle',
	title: 'Packing the bundle',
	done: 'Bundle packed',
	after: ['fetch-firmware'],
	exit: 'firmware',
	async run({host, workspace, signal, report, results}) {
		const rateOf = createRateMeter();
		rateOf(host.elapsed(), 0);
		// Bare CanvOS repositories.
		const caches = (await host.files.list(workspace.cache)).filter(name => name.endsWith('.git'));
		const {bytes} = await writeBundle({
			host,
			workspace,
			file,
			firmware: results.firmware,
			caches,
			signal,
			onProgress: (done, total) =>
				report.progress({done, total, unit: 'bytes', rate: rateOf(host.elapsed(), done), label: 'packing'}),
		});
		report.artifact({kind: 'firmware-bundle', ref: file, bytes});
		return undefined;
	},
});
