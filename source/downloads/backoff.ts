import type {Host} from '../host/host.ts';
import type {ConnectionProblem} from './connection-problem.ts';
import type {PartFile} from './part-file.ts';

// A server may ask for a pause; one that asks for more than this won't be waited for.
const longestAskedMs = 2 * 60_000;
const longestMs = 30_000;
// Failed attempts in a row, without a new byte, after which a source is given up.
const tries = 6;
const firstMs = 500;

/**
 * Patience with one source, shared by its connections: failures count only while no new byte comes, and failures of
 * several connections at the same time are one.
 */
export function createBackoff({host, part}: {host: Host; part: PartFile}) {
	let failures = 0;
	let most = -1;
	let pausing: Promise<void> | undefined;
	return {
		/** Waits before the next attempt. @throws the problem itself when patience is at its end. */
		async pause(problem: ConnectionProblem, waitMs: number | undefined, signal: AbortSignal): Promise<void> {
			if (part.heldBytes > most) {
				most = part.heldBytes;
				failures = 0;
			}
			if (!pausing) {
				failures++;
				if (failures > tries || (waitMs ?? 0) > longestAskedMs) throw problem;
				// A little chance keeps many builders from coming back at the same moment.
				const own = Math.min(longestMs, firstMs * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
				pausing = host.sleep(Math.max(waitMs ?? 0, own), signal).finally(() => {
					pausing = undefined;
				});
			}
			await pausing;
		},
	};
}
