import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';

/** The words that this program was called with. */
export const givenWords = (): readonly string[] => process.argv.slice(2);

/**
 * Starts this program once more, in a session of its own and without a terminal, so that it outlives us and the terminal.
 * @param log Gets what it prints; made here, for its owner alone.
 * @returns its number, and its exit code for as long as we wait for it: until `letGo`.
 */
export function startDetached(
	words: readonly string[],
	{log, env}: {log: string; env: Readonly<Record<string, string | undefined>>},
): {pid: number | undefined; ended: Promise<number>; stop(): void; letGo(): void} {
	const output = openSync(log, 'wx', 0o600);
	try {
		const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...words], {
			env,
			detached: true,
			stdio: ['ignore', output, output],
		});
		return {
			pid: child.pid,
			ended: new Promise((resolve, reject) => {
				child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : killedCode)));
				child.once('error', reject);
			}),
			stop: () => void child.kill('SIGTERM'),
			letGo: () => child.unref(),
		};
	} finally {
		closeSync(output);
	}
}

// As a shell tells it: 128 and the number of SIGKILL.
const killedCode = 137;
