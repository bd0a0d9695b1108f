import {spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {onTestFinished} from 'vitest';
import {launcher} from './launcher.ts';
import {cleanEnvironment} from './program.ts';
import {until} from './until.ts';

/** Starts `edge-builder` without a terminal, to be watched and stopped. `command` is what starts it otherwise. */
export const startUnattended = (
	args: readonly string[],
	{cwd, env = {}, command = [launcher]}: {cwd: string; env?: Record<string, string>; command?: readonly string[]},
) => {
	const [file = '', ...before] = command;
	let printed = '';
	let ended: number | undefined;
	const child = spawn(file, [...before, ...args], {
		cwd,
		env: {...cleanEnvironment(), ...env},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const keep = (bytes: Buffer) => {
		printed += bytes.toString();
	};
	child.stdout.on('data', keep);
	child.stderr.on('data', keep);
	child.on('exit', code => {
		ended = code ?? -1;
	});
	onTestFinished(() => void (ended ?? child.kill('SIGKILL')));
	return {
		prints: (text: string, limitMs: number) =>
			until(
				() => printed.includes(text) || ended !== undefined,
				() => `${text} was never printed:\n${printed}`,
				limitMs,
			),
		/** All that it printed so far. */
		printed: () => printed,
		hasEnded: () => ended !== undefined,
		signal: (name: NodeJS.Signals) => child.kill(name),
		pid: child.pid,
		/** Processes whose parent is the program. */
		children: () => readdirSync('/proc').filter(name => /^\d+$/.test(name) && parentOf(name) === child.pid).length,
		async exitCode(limitMs: number) {
			await until(
				() => ended !== undefined,
				() => `It did not end:\n${printed.slice(-4000)}`,
				limitMs,
			);
			return ended;
		},
	};
};

const parentOf = (pid: string) => {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
	} catch {
		return undefined;
	}
};
