import {EventEmitter} from 'node:events';
import {Writable} from 'node:stream';
import headless from '@xterm/headless';
import {until} from './until.ts';

/** A terminal to draw on and type into, read back cell by cell as a person would see it. */
export type FakeTerminal = {
	stdin: NodeJS.ReadStream;
	stdout: NodeJS.WriteStream;
	/** What is on the screen now, without blanks at the ends of rows. */
	screen(): string;
	/** All rows with their blanks. */
	rows(): string[];
	/** Waits until the screen shows the text; fails with the screen. */
	shows(text: string | RegExp): Promise<void>;
	/** Waits until the screen doesn't show the text any more. */
	hides(text: string): Promise<void>;
	press(...keys: string[]): void;
	resize(columns: number, rows: number): void;
	/** Whether the alternate screen is shown. */
	isAlternate(): boolean;
	/** Everything written to it. */
	written(): string;
};

const sequences: Record<string, string> = {
	enter: '\r',
	escape: '\u001b',
	up: '\u001b[A',
	down: '\u001b[B',
	right: '\u001b[C',
	left: '\u001b[D',
	tab: '\t',
	backspace: '\u007f',
	pageup: '\u001b[5~',
	pagedown: '\u001b[6~',
	home: '\u001b[H',
	end: '\u001b[F',
	'ctrl+c': '\u0003',
	'ctrl+b': '\u0002',
};

export const openTerminal = (columns: number, rows: number): FakeTerminal => {
	// A real terminal's driver turns a line feed into carriage return and line feed.
	const terminal = new headless.Terminal({cols: columns, rows, allowProposedApi: true, convertEol: true});
	let written = '';
	const stdout = Object.assign(
		new Writable({
			decodeStrings: false,
			write(chunk: string | Buffer, _encoding, done) {
				written += String(chunk);
				terminal.write(String(chunk), done);
			},
		}),
		{isTTY: true, columns, rows},
	);
	const stdin = new Keyboard();
	const lines = () =>
		Array.from({length: terminal.rows}, (_, y) => {
			const {active} = terminal.buffer;
			return active.getLine(active.baseY + y)?.translateToString(false) ?? '';
		});
	const screen = () =>
		lines()
			.map(row => row.trimEnd())
			.join('\n');
	const has = (text: string | RegExp) => (typeof text === 'string' ? screen().includes(text) : text.test(screen()));
	return {
		stdin: stdin as unknown as NodeJS.ReadStream,
		stdout: stdout as unknown as NodeJS.WriteStream,
		screen,
		rows: lines,
		shows: text =>
			until(
				() => has(text),
				() => `The screen does not show ${text}:\n${screen()}`,
			),
		hides: text =>
			until(
				() => !has(text),
				() => `The screen still shows ${text}:\n${screen()}`,
			),
		press: (...keys) => stdin.type(keys.map(key => sequences[key] ?? key).join('')),
		resize(toColumns, toRows) {
			terminal.resize(toColumns, toRows);
			Object.assign(stdout, {columns: toColumns, rows: toRows});
			stdout.emit('resize');
		},
		isAlternate: () => terminal.buffer.active.type === 'alternate',
		written: () => written,
	};
};

class Keyboard extends EventEmitter {
	isTTY = true;
	isRaw = false;
	#typed: string[] = [];

	type(text: string) {
		this.#typed.push(text);
		this.emit('readable');
	}

	read() {
		return this.#typed.shift() ?? null;
	}

	setRawMode(isRaw: boolean) {
		this.isRaw = isRaw;
		return this;
	}

	setEncoding() {}
	resume() {}
	pause() {}
	ref() {}
	unref() {}
}
