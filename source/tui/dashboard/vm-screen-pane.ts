import headless from '@xterm/headless';
import {cleanLine} from '../../text/ansi.ts';
import {type Line, line, toned} from '../styled-text.ts';
import type {DrawPane} from './pane-drawing.ts';

/** The VM's screen, cut to the pane: the rows down to where the guest writes. */
export const drawScreen: DrawPane = ({screen, snapshot}, {height}) => {
	const written = screen.rows.findLastIndex(row => row.trim() !== '');
	const end = Math.max(written, screen.cursor) + 1;
	const isRunning = snapshot.state.steps.some(({id, phase}) => id === 'smoke-test' && phase.kind === 'running');
	const rows: Line[] = screen.rows.slice(Math.max(0, end - height), end).map(row => line(toned('plain', row)));
	return {rows, remark: isRunning ? 'serial console' : 'serial console, VM ended'};
};

/** The screen of the guest: what a terminal of 80 × 24 would show of the serial output. */
export type SerialScreen = {
	/** Takes all serial output so far (its newest part); only what is new of it is drawn. */
	feed(serial: string): void;
	subscribe(listener: () => void): () => void;
	getSnapshot(): {rows: readonly string[]; cursor: number};
};

const startAnew = '\u001bc';
const columns = 80;
const rows = 24;

export function createSerialScreen(): SerialScreen {
	// It would print a broken escape sequence of the guest's to the console, which is our screen.
	const terminal = new headless.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0, logLevel: 'off'});
	const listeners = new Set<() => void>();
	let fed = '';
	let current: {rows: readonly string[]; cursor: number} = {rows: [], cursor: 0};
	const publish = () => {
		const {active} = terminal.buffer;
		current = {
			rows: Array.from({length: rows}, (_, y) =>
				cleanLine(active.getLine(active.baseY + y)?.translateToString(true) ?? ''),
			),
			cursor: active.cursorY,
		};
		for (const listener of [...listeners]) listener();
	};
	return {
		feed(serial) {
			if (serial === fed) return;
			const {text, isContinued} = newPart(fed, serial);
			fed = serial;
			// In the stream, since what was written before may not have been drawn yet.
			terminal.write(isContinued ? text : `${startAnew}${text}`, publish);
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getSnapshot: () => current,
	};
}

/** What came after `before` in `after`, which may have lost its beginning in the meantime. */
export function newPart(before: string, after: string): {text: string; isContinued: boolean} {
	if (after.startsWith(before)) return {text: after.slice(before.length), isContinued: true};
	// A replay that was taken back.
	if (before.startsWith(after)) return {text: after, isContinued: false};
	const tail = before.slice(-overlap);
	const at = after.lastIndexOf(tail);
	return at < 0 ? {text: after, isContinued: false} : {text: after.slice(at + tail.length), isContinued: true};
}

const overlap = 2048;
