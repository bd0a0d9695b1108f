import {spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {onTestFinished} from 'vitest';
import {cleanEnvironment} from './program.ts';
import {until} from './until.ts';

const launcher = resolve(import.meta.dirname, '../../tools/edge-builder');

/** Starts `edge-builder` without a terminal, to be watched and stopped. */
export const startUnattended = (args: readonly string[], {cwd}: {cwd: string}) => {
	let printed = '';
	let ended: number | undefined;
	const child = spawn(launcher, [...args], {cwd, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe']});
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
		signal: (name: NodeJS.Signals) => child.kill(name),
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
