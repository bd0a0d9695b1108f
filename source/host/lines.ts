import {StringDecoder} from 'node:string_decoder';

// A "line" without end (a progress bar drawn with \r only) must not grow without bound.
const longestLine = 1024 * 1024;

/**
 * Turns bytes into whole lines. `onLines` gets all lines that one read completed, joined by line feeds, without the last
 * one; a carriage return redraws the line, so only the text after the last one stays.
 */
export const createLineSplitter = (onLines: (text: string) => void) => {
	const decoder = new StringDecoder('utf8');
	let rest = '';
	return {
		push(bytes: Uint8Array) {
			rest += decoder.write(bytes as Buffer);
			const end = rest.lastIndexOf('\n');
			if (end < 0) {
				if (rest.length > longestLine) rest = rest.slice(-longestLine);
				return;
			}
			const text = rest.slice(0, end);
			rest = rest.slice(end + 1);
			onLines(keepRedrawn(text));
		},
		/** Hands on what came after the last line feed. */
		flush() {
			const text = rest + decoder.end();
			rest = '';
			if (text !== '') onLines(keepRedrawn(text));
		},
	};
};

const keepRedrawn = (text: string) =>
	text.includes('\r')
		? text
				.split('\n')
				.map(line => line.replace(/\r+$/, ''))
				.map(line => line.slice(line.lastIndexOf('\r') + 1))
				.join('\n')
		: text;
