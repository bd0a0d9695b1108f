import {StringDecoder} from 'node:string_decoder';
import {Interrupted} from './interrupted.ts';

/** A stream that may be a terminal. */
export type LineInput = NodeJS.ReadableStream & {isTTY?: boolean; setRawMode?(raw: boolean): unknown};

/**
 * Reads lines of a terminal (or a pipe), each when it is asked for. What was typed ahead is kept; in between the stream is
 * left alone, for programs that read it, too.
 */
export function createLineReader(input: LineInput) {
	const decoder = new StringDecoder('utf8');
	let unread = '';
	let isEnded = false;

	/** The next line, without its end. Silent: nothing is echoed, and what erases is obeyed here. @throws {Interrupted} */
	return async function readLine({isSilent = false, signal}: {isSilent?: boolean; signal?: AbortSignal} = {}) {
		const isRaw = isSilent && input.isTTY === true && input.setRawMode !== undefined;
		if (isRaw) input.setRawMode?.(true);
		try {
			for (;;) {
				if (isRaw && unread.includes(interrupt)) throw new Interrupted();
				const [line, rest] = firstLine(unread);
				if (line !== undefined) {
					unread = rest;
					return isRaw ? withoutErased(line) : line;
				}
				if (isEnded || signal?.aborted || !input.readable) throw new Interrupted();
				const bytes = await nextBytes(input, signal);
				if (bytes === undefined) isEnded = true;
				else unread += typeof bytes === 'string' ? bytes : decoder.write(bytes);
			}
		} finally {
			if (isRaw) input.setRawMode?.(false);
		}
	};
}

const interrupt = '\u0003';

function firstLine(text: string): [line: string | undefined, rest: string] {
	const [end] = /\r\n|[\r\n]/.exec(text) ?? [];
	if (end === undefined) return [undefined, text];
	const at = text.indexOf(end);
	return [text.slice(0, at), text.slice(at + end.length)];
}

/** What comes next; undefined where nothing will come any more, or the signal took the question back. */
function nextBytes(input: LineInput, signal: AbortSignal | undefined): Promise<string | Uint8Array | undefined> {
	const {promise, resolve} = Promise.withResolvers<string | Uint8Array | undefined>();
	const onData = (bytes: string | Uint8Array) => resolve(bytes);
	const onEnd = () => resolve(undefined);
	input.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onEnd);
	signal?.addEventListener('abort', onEnd);
	input.resume();
	return promise.finally(() => {
		input.pause();
		input.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onEnd);
		signal?.removeEventListener('abort', onEnd);
	});
}

/** As a terminal's driver edits a line: Backspace takes the last character back, Ctrl-U all of them. */
function withoutErased(line: string): string {
	const kept: string[] = [];
	for (const character of line) {
		if (character === '\u007f' || character === '\b') kept.pop();
		else if (character === '\u0015') kept.length = 0;
		else kept.push(character);
	}
	return kept.join('');
}
