import {StringDecoder} from 'node:string_decoder';

// A "line" without end (a progress bar drawn with \r only) must not grow without bound.
const longestLine = 1024 * 1024;

/**
 * Turns bytes into whole lines. `onLines` gets all lines that one read completed, joined by line feeds, without the last
 * one; a carriage return redraws the line, so only the text after the last one stays. Of a line past 1 MiB the end stays,
 * behind a note that says how much was left out.
 */
export function createLineSplitter(onLines: (text: string) => void) {
	const decoder = new StringDecoder('utf8');
	let rest = '';
	let leftOut = 0;
	const shorten = () => {
		if (rest.length <= longestLine) return;
		if (isRedrawn(rest)) {
			leftOut = 0;
			rest = afterRedraw(rest);
		}
		leftOut += Math.max(0, rest.length - longestLine);
		rest = rest.slice(-longestLine);
	};
	const handOn = (text: string) => {
		// What was left out of a line that was redrawn since is no loss.
		const isCut = leftOut > 0 && !isRedrawn(text.split('\n', 1)[0] ?? '');
		const note = isCut ? `[${leftOut} characters of this line were left out] ` : '';
		leftOut = 0;
		onLines(note + keepRedrawn(text));
	};
	return {
		push(bytes: Uint8Array) {
			const added = decoder.write(bytes as Buffer);
			const end = added.lastIndexOf('\n');
			if (end >= 0) {
				shorten();
				const text = rest + added.slice(0, end);
				rest = added.slice(end + 1);
				handOn(text);
			} else rest += added;
			// Not at every piece: to join and cut a MiB takes longer than to read it.
			if (rest.length > 2 * longestLine) shorten();
		},
		/** Hands on what came after the last line feed. */
		flush() {
			shorten();
			const text = rest + decoder.end();
			rest = '';
			if (text !== '') handOn(text);
		},
	};
}

const keepRedrawn = (text: string) => (text.includes('\r') ? text.split('\n').map(afterRedraw).join('\n') : text);

/** What a terminal would show of a line: a carriage return redraws it, so only the text after the last one stays. */
export function afterRedraw(line: string): string {
	const text = withoutEnd(line);
	return text.slice(text.lastIndexOf('\r') + 1);
}

/** The lines of what a program printed, empty ones aside. */
export function linesOf(text: string): string[] {
	return text.split(/\r?\n/).filter(Boolean);
}

const isRedrawn = (line: string) => withoutEnd(line).includes('\r');

// Carriage returns at the end redraw nothing yet.
function withoutEnd(line: string) {
	let end = line.length;
	while (line[end - 1] === '\r') end--;
	return line.slice(0, end);
}
