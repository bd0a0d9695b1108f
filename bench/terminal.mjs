import {readFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {stripVTControlCharacters} from 'node:util';
import {spawn} from '@lydell/node-pty';

/**
 * Starts a program in a terminal of its own. `shows` resolves with the milliseconds from the start until the terminal was
 * told what matches, `ended` with those until the end. `leave` presses Ctrl-C and waits for the end: only a program that
 * ends by itself keeps its compiled code for the next start.
 */
export function inTerminal([program, ...args], {cwd, env}) {
	const began = performance.now();
	const pty = spawn(program, args, {cols: 100, rows: 30, cwd, env, name: env.TERM});
	let told = '';
	let listener = () => {};
	pty.onData(data => {
		told += data;
		listener();
	});
	const ended = new Promise(resolve => {
		pty.onExit(() => resolve(performance.now() - began));
	});
	return {
		pid: pty.pid,
		ended,
		told: () => stripVTControlCharacters(told),
		shows: pattern =>
			new Promise((resolve, reject) => {
				listener = () => {
					if (pattern.test(stripVTControlCharacters(told))) resolve(performance.now() - began);
				};
				listener();
				ended.then(() => reject(new Error(`${program} ended without showing ${pattern}:\n${told}`)));
			}),
		press: keys => pty.write(keys),
		/** Milliseconds from a key until the terminal is told it anew. */
		echo: key =>
			new Promise(resolve => {
				const [from, pressed] = [told.length, performance.now()];
				listener = () => {
					if (stripVTControlCharacters(told.slice(from)).includes(key)) resolve(performance.now() - pressed);
				};
				pty.write(key);
			}),
		async leave() {
			pty.write('\u0003');
			await ended;
		},
	};
}

/** Megabytes that a program in a terminal had at most, once it has ended. The kernel keeps the peak, so looking often is enough. */
export async function peakMemory({pid, ended}) {
	let peak = 0;
	let isOver = false;
	const over = ended.then(() => {
		isOver = true;
	});
	while (!isOver) {
		try {
			peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? peak * 1000) / 1000;
		} catch {
			// It has just ended.
		}
		await Promise.race([over, delay(20)]);
	}
	return peak;
}
