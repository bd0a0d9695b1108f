import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {onTestFinished} from 'vitest';
import {cleanEnvironment} from './program.ts';
import {until} from './until.ts';

/** An interactive shell with job control in a pty. */
export const startShell = ({cwd, env}: {cwd: string; env: Record<string, string>}) => {
	const terminal = new xterm.Terminal({cols: 100, rows: 30, allowProposedApi: true, logLevel: 'off'});
	const pty = spawn('/bin/bash', ['--norc', '--noprofile', '-i'], {
		cols: 100,
		rows: 30,
		cwd,
		name: 'xterm-256color',
		env: {...cleanEnvironment(), ...env, HISTFILE: '', PS1: 'ready> '},
	});
	pty.onData(data => terminal.write(data));
	onTestFinished(() => {
		// Its jobs get the hang-up of the terminal.
		pty.kill('SIGHUP');
		terminal.dispose();
	});
	const screen = () => {
		const {active} = terminal.buffer;
		return Array.from({length: terminal.rows}, (_, row) => active.getLine(active.viewportY + row))
			.map(line => line?.translateToString(true) ?? '')
			.join('\n');
	};
	return {
		screen,
		close: (signal: NodeJS.Signals) => pty.kill(signal),
		type: (text: string) => pty.write(text),
		// Ink shows before it listens; it asks for bracketed pastes when it does.
		listens: () =>
			until(
				() => terminal.modes.bracketedPasteMode,
				() => 'The program never listened to the keyboard',
				15_000,
			),
		prompts: () =>
			until(
				() => screen().trimEnd().endsWith('ready>'),
				() => `The shell never came back. The screen:\n${screen()}`,
				15_000,
			),
		shows: (text: string | RegExp) =>
			until(
				() => (typeof text === 'string' ? screen().includes(text) : text.test(screen())),
				() => `${text} was never shown. The screen:\n${screen()}`,
				15_000,
			),
	};
};
