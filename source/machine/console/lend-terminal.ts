import type {Readable, Writable} from 'node:stream';
import {StringDecoder} from 'node:string_decoder';

/** Standard input and output as they are given: a terminal in most cases, pipes in scripts. */
export type TerminalInput = Readable & {isTTY?: boolean; isRaw?: boolean; setRawMode?(raw: boolean): unknown};
export type TerminalOutput = Writable;

export type LentTerminal = {
	/** Gives everything back as it was; again does nothing. */
	restore(o?: {leaveAlternate?: boolean}): void;
};

/**
 * Takes a terminal over in raw mode. Every way out gives it back: `restore`, and the end of this process, too.
 * @param onTyped Gets what the person types. @param onEnd Input has ended.
 */
export function lendTerminal(
	input: TerminalInput,
	output: TerminalOutput,
	{onTyped, onEnd}: {onTyped(text: string): void; onEnd(): void},
): LentTerminal {
	const wasRaw = input.isRaw === true;
	const wasFlowing = input.readableFlowing === true;
	const decoder = new StringDecoder('utf8');
	const onData = (bytes: Buffer | string) => onTyped(typeof bytes === 'string' ? bytes : decoder.write(bytes));
	let lent = true;
	const restore: LentTerminal['restore'] = ({leaveAlternate = false} = {}) => {
		if (!lent) return;
		lent = false;
		process.off('exit', onExit);
		input.off('data', onData);
		input.off('end', onEnd);
		if (input.isTTY) input.setRawMode?.(wasRaw);
		// A stream that stays flowing keeps the process alive and eats what the next reader should get.
		if (!wasFlowing) input.pause();
		output.write((leaveAlternate ? leaveAlternateScreen : '') + resetModes);
	};
	const onExit = () => restore();
	process.once('exit', onExit);
	if (input.isTTY) input.setRawMode?.(true);
	input.on('data', onData);
	input.on('end', onEnd);
	input.resume();
	return {restore};
}

const leaveAlternateScreen = '\x1b[?1049l';

// What a guest may have left switched on: colours, a hidden cursor, mouse reports, bracketed paste, application keys, no
// line wrap, insert mode, a scroll region, line-drawing characters. Setting the region moves the cursor, so it is kept.
const resetModes = [
	'\x1b[0m',
	'\x1b[?25h',
	'\x1b[?9;1000;1002;1003;1006l',
	'\x1b[?2004l',
	'\x1b[?1l\x1b>',
	'\x1b[?7h',
	'\x1b[4l',
	'\x1b7\x1b[r\x1b8',
	'\x1b(B\x0f',
].join('');
