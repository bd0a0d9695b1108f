import {createServer} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import {FixableError} from '../../../errors.ts';

/** Longest wait for a turn: starting a container and stopping BuildKit both take seconds. */
const defaultPatienceMs = 120_000;

/**
 * Waits until no other process of this machine holds `name`, and holds it until the returned function is called, once or more. It is
 * an abstract socket, which the kernel frees whatever way the holder ends: no lock file can go stale.
 */
export const takeTurn = async (
	name: string,
	{signal, patienceMs = defaultPatienceMs, onWait}: {signal?: AbortSignal; patienceMs?: number; onWait?(): void} = {},
): Promise<() => Promise<void>> => {
	const deadline = Date.now() + patienceMs;
	for (let told = false; ; told = true) {
		signal?.throwIfAborted();
		const release = await listenAt(`\0edge-builder/${name}`);
		if (release) return release;
		if (!told) onWait?.();
		if (Date.now() > deadline) {
			throw new FixableError('turn-timeout', `Another edge-builder holds “${name}” and does not let go`, {
				hint: 'Look for a hanging edge-builder process (`ss -xlp | grep edge-builder`) and end it.',
			});
		}
		await delay(50, undefined, {signal});
	}
};

const listenAt = (address: string) =>
	new Promise<(() => Promise<void>) | undefined>((resolve, reject) => {
		const server = createServer(socket => socket.destroy());
		server.once('error', (error: NodeJS.ErrnoException) =>
			error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
		);
		server.listen(address, () => resolve(() => new Promise<void>(done => void server.close(() => done()))));
	});
