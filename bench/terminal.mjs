import {readFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {stripVTControlCharacters} from 'node:util';
import {spawn} from '@lydell/node-pty';

/**
 * Starts a program in a terminal of its own. `shows` resolves with the milliseconds from the start until the terminal was
 * told what matches, `ended` with those until the end. `leave` presses Ctrl-C and waits for the end: only a program that
 * ends by itself keeps its compiled code for the next start.
 */
export function inTerminal([program, ...args], {cwd, env, cols = 100, rows = 30}) {
	const began = performance.now();
	const pty = spawn(program, args, {cols, rows, cwd, env, name: env.TERM});
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
		/** All that came, as it came. */
		raw: () => told,
		/** Milliseconds from a key until what came since matches `pattern`. */
		answer: (key, pattern) =>
			new Promise(resolve => {
				const [from, pressed] = [told.length, performance.now()];
				listener = () => {
					if (pattern.test(stripVTControlCharacters(told.slice(from)))) resolve(performance.now() - pressed);
				};
				pty.write(key);
			}),
		shows: pattern =>
			new Promise((resolve, reject) => {
				listener = () => {
					if (pattern.test(stripVTControlCharacters(told))) resolve(performance.now() - began);
				};
				listener();
				ended.then(() => reject(new Error(`${program} ended without showing ${pattern}:\n${told}`)));
			}),
		press: keys => pty.write(keys),
		kill: () => pty.kill('SIGKILL'),
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

/** Megabytes that a program in a terminal had at most, once it has ended. */
export const peakMemory = async terminal => (await usage(terminal)).megabytes;

/**
 * What a program in a terminal has used once it has ended: megabytes at most, and seconds of CPU time, less those before
 * `hasBegun`. The kernel keeps both, so looking often is enough.
 */
export async function usage({pid, ended}, hasBegun = () => true) {
	let now = {megabytes: 0, cpuSeconds: 0};
	let before;
	let isOver = false;
	const over = ended.then(() => {
		isOver = true;
	});
	while (!isOver) {
		now = usedBy(pid) ?? now;
		if (before === undefined && hasBegun()) before = now.cpuSeconds;
		await Promise.race([over, delay(10)]);
	}
	return {megabytes: now.megabytes, cpuSeconds: now.cpuSeconds - before};
}

// In the kernel's own unit, a hundredth of a second wherever Node runs.
const ticks = 100;

/** Megabytes that a process had at most and seconds of CPU time that it took, so far; undefined when it has ended. */
export function usedBy(pid) {
	try {
		const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
		// Behind the name, which may hold blanks: the 14th and 15th field are user and system time.
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
		return {megabytes: kilobytes / 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticks};
	} catch {
		return undefined;
	}
}
