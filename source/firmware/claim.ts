import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {lockWorkspace} from '../host/workspace-lock.ts';

const lookAgainMs = 300;

/**
 * Waits until no other process is fetching the file, then claims it. The claim of a dead process counts for nothing.
 * @param onWait Told once, when there is somebody to wait for.
 * @returns The release, and whether somebody else had the file in between.
 */
export const claimFile = async (
	host: Host,
	path: string,
	{runId, signal, onWait}: {runId: string; signal: AbortSignal; onWait(): void},
): Promise<{release(): Promise<void>; waited: boolean}> => {
	for (let waited = false; ; waited = true) {
		try {
			const {release} = await lockWorkspace(`${path}.part.lock`, {
				runId: `${runId}-${crypto.randomUUID()}`,
				command: 'download',
				now: host.now(),
			});
			return {release, waited};
		} catch (error) {
			if (!(error instanceof FixableError) || error.code !== 'workspace-locked') throw error;
		}
		if (!waited) onWait();
		await host.sleep(lookAgainMs, signal);
	}
};
