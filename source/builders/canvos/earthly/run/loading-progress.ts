import type {Host} from '../../../../host/host.ts';
import type {BuildNode} from '../../../../pipeline/events.ts';
import type {Reporter} from '../../../../pipeline/step.ts';
import {loadingImages} from '../build-output.ts';

const everyMs = 1000;

/**
 * Says how many bytes Docker's disk has taken since images began to be loaded. Neither Earthly nor Docker tells, and the
 * step lasts minutes; other writers on that disk count as well, so it is a sign of life, not a percentage.
 */
export function watchLoading(
	{host, report}: {host: Pick<Host, 'disk' | 'sleep'>; report: Pick<Reporter, 'progress'>},
	folder: string | undefined,
): {see(node: BuildNode): void; end(): Promise<void>} {
	const ended = new AbortController();
	let watching: Promise<void> | undefined;
	const watch = async (path: string) => {
		const {freeBytes: before} = await host.disk(path);
		while (!ended.signal.aborted) {
			await host.sleep(everyMs, ended.signal);
			const {freeBytes} = await host.disk(path);
			report.progress({done: Math.max(0, before - freeBytes), unit: 'bytes', label: loadingImages});
		}
	};
	return {
		/** Begins when that step begins, and ends with it. */
		see({name, state}) {
			if (name !== loadingImages || folder === undefined) return;
			if (state === 'running') watching ??= watch(folder).catch(() => undefined);
			else ended.abort();
		},
		async end() {
			ended.abort();
			await watching;
		},
	};
}
