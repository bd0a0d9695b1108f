import type {Host} from '../host/host.ts';
import type {ConnectionProblem} from './connection-problem.ts';

// A server may ask for a pause; one that asks for more than this won't be waited for.
const longestAskedMs = 2 * 60_000;
const longestMs = 30_000;

/**
 * Patience with one source, shared by its connections: failures count only while no new byte comes, and failures of
 * several connections at the same time are one.
 */
export const createBackoff = ({tries, firstMs, host}: {tries: number; firstMs: number; host: Host}) => {
	let failures = 0;
	let most = -1;
	let until = 0;
	return {
		/** So many bytes are held now. */
		moved(heldBytes: number): void {
			if (heldBytes <= most) return;
			most = heldBytes;
			failures = 0;
		},
		/** Waits before the next attempt. @throws the problem itself when patience is at its end. */
		async pause(problem: ConnectionProblem, waitMs: number | undefined, signal: AbortSignal): Promise<void> {
			const now = host.now();
			if (now >= until) {
				failures++;
				if (failures > tries || (waitMs ?? 0) > longestAskedMs) throw problem;
				// A little chance keeps many builders from coming back at the same moment.
				const own = Math.min(longestMs, firstMs * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
				until = now + Math.max(waitMs ?? 0, own);
			}
			await host.sleep(until - now, signal);
		},
	};
};
