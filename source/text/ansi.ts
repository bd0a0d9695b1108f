import {stripVTControlCharacters} from 'node:util';
import {afterRedraw} from './lines.ts';

/**
 * Text from outside (a guest, a build, a file) made safe to draw: without escape sequences, control characters and
 * direction marks, so that it can move neither our cursor nor our columns. Tabs become blanks up to the next multiple
 * of eight; line feeds stay.
 */
export function cleanText(text: string): string {
	// Nearly all lines of a log are plain; they pass with one look.
	if (plain.test(text)) return text;
	const bare = printable(text);
	return bare.includes('\t') ? bare.split('\n').map(expandTabs).join('\n') : bare;
}

/**
 * Text as it may be printed on somebody's terminal. What a build, a guest or a file says must not be able to move the
 * reader's cursor, ring, turn the direction of writing or change the terminal's title. Tabs and line feeds stay.
 */
export const printable = (text: string): string => stripVTControlCharacters(text).replace(invisible, '');

/** One line of a program without escape sequences; what a carriage return overwrote is gone as on a terminal. */
export function plainLine(line: string): string {
	return afterRedraw(line.includes('\u001B') || line.includes('\u009B') ? stripVTControlCharacters(line) : line);
}

/** Such a text without line feeds: for one row of the screen. */
export const cleanLine = (text: string): string => cleanText(text).replaceAll('\n', ' ');

const plain = /^[ -~\n]*$/;

const invisible = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function expandTabs(row: string) {
	let result = '';
	for (const [index, part] of row.split('\t').entries()) {
		if (index > 0) result += ' '.repeat(8 - (result.length % 8));
		result += part;
	}
	return result;
}
