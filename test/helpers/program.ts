import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {onTestFinished} from 'vitest';
import {processesOf} from '../../source/host/process-table.ts';
import {pictureOf} from '../../tools/terminal-picture.mjs';
import {launcher} from './launcher.ts';
import {until} from './until.ts';

const keys = {
	enter: '\r',
	escape: '\u001B',
	up: '\u001B[A',
	down: '\u001B[B',
	tab: '\t',
	'ctrl+c': '\u0003',
	'ctrl+]': '\u001D',
} as const;

/** The real program in a real pty, its screen read back through a terminal emulator. */
export type Program = {
	/** The screen as text, without empty lines at its end. */
	screen(): string;
	/** Why what is shown is no whole picture of the screen's size, if it isn't. */
	frameFault(): string | undefined;
	/** What it looks like, as an SVG. */
	picture(label: string): string;
	/** All that was written to the terminal so far, sequences included. */
	bytes(): string;
	/** Waits until the screen shows the text; fails with the screen when it doesn't. */
	shows(text: string | RegExp, limitMs?: number): Promise<void>;
	/** A named key, or text as it is typed. */
	press(...pressed: (keyof typeof keys | (string & {}))[]): void;
	resize(columns: number, rows: number): void;
	signal(name: NodeJS.Signals): void;
	exitCode(limitMs?: number): Promise<number>;
	/** Processes that carry the marker of this run. */
	survivors(runId: string): number[];
	pid: number;
};

type Where = {columns?: number; rows?: number; cwd: string; env?: Record<string, string>};

/** Starts `edge-builder` with these arguments; it is killed when the test is over. */
export const startProgram = (args: readonly string[], where: Where): Program => startInTerminal(launcher, args, where);

/** Starts any program, such as the one that enters another machine's root and starts `edge-builder` there. */
export const startInTerminal = (
	file: string,
	args: readonly string[],
	{columns = 80, rows = 24, cwd, env = {}}: Where,
): Program => {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 2000, logLevel: 'off'});
	const pty = spawn(file, [...args], {
		cols: columns,
		rows,
		cwd,
		name: env.TERM ?? 'xterm-256color',
		env: {...cleanEnvironment(), ...env},
	});
	let ended: number | undefined;
	let written = '';
	pty.onData(data => {
		written += data;
		terminal.write(data);
	});
	pty.onExit(({exitCode}) => {
		ended = exitCode;
	});
	onTestFinished(() => {
		if (ended === undefined) pty.kill('SIGKILL');
		terminal.dispose();
	});
	const screen = () => {
		const {active} = terminal.buffer;
		const lines = Array.from(
			{length: active.length},
			(_, row) => active.getLine(row)?.translateToString(true, 0, terminal.cols) ?? '',
		);
		return lines.join('\n').trimEnd();
	};
	const frameFault = () => {
		const {active} = terminal.buffer;
		const lines = screen().split('\n');
		if (lines.length !== terminal.rows) return `${lines.length} rows of ${terminal.rows}`;
		const wrapped = lines.findIndex((_, row) => active.getLine(row)?.isWrapped);
		return wrapped < 0 ? undefined : `row ${wrapped} is too long: ${lines[wrapped]}`;
	};
	return {
		screen,
		frameFault,
		picture: label => pictureOf(terminal, label),
		bytes: () => written,
		shows: (text, limitMs) =>
			until(
				() => (typeof text === 'string' ? screen().includes(text) : text.test(screen())),
				() => `${text} was never shown. The screen:\n${screen()}`,
				limitMs,
			),
		press(...pressed) {
			for (const key of pressed) pty.write(keys[key as keyof typeof keys] ?? key);
		},
		resize(newColumns, newRows) {
			terminal.resize(newColumns, newRows);
			pty.resize(newColumns, newRows);
		},
		signal: name => process.kill(pty.pid, name),
		async exitCode(limitMs) {
			await until(
				() => ended !== undefined,
				() => `The program did not end. The screen:\n${screen()}`,
				limitMs,
			);
			return ended ?? -1;
		},
		survivors: processesOf,
		pid: pty.pid,
	};
};

/** What the tests' own environment must not decide: CI makes Ink print its last frame only, settings are settings. */
export const cleanEnvironment = (): Record<string, string> => ({
	PATH: process.env.PATH ?? '/usr/bin:/bin',
	HOME: process.env.HOME ?? '/root',
	LANG: 'C.UTF-8',
	TERM: 'xterm-256color',
});
