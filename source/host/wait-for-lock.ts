import {setTimeout as delay} from 'node:timers/promises';
import {FixableError} from '../errors.ts';
import {elapsed} from './clock.ts';
import {lockFile} from './file-lock.ts';

/** Longest wait for a turn: starting a container and stopping BuildKit both take seconds. */
const defaultPatienceMs = 120_000;

/**
 * Waits until no other process holds `file`, and holds it until the returned function is called, once or more. Its folder
 * belongs to this person: what any user of the machine could hold, any user could hold for ever.
 */
export async function waitForLock(
	file: string,
	{signal, patienceMs = defaultPatienceMs, onWait}: {signal?: AbortSignal; patienceMs?: number; onWait?(): void} = {},
): Promise<() => Promise<void>> {
	const deadline = elapsed() + patienceMs;
	for (let told = false; ; told = true) {
		signal?.throwIfAborted();
		const lock = await lockFile(file, {tries: 1});
		if (lock) return async () => lock.release();
		if (!told) onWait?.();
		if (elapsed() > deadline) {
			throw new FixableError('turn-timeout', `Another edge-builder holds ${file} and does not let go`, {
				hint: `Look for a hanging edge-builder process (\`fuser ${file}\`) and end it.`,
			});
		}
		await delay(100, undefined, {signal});
	}
}
