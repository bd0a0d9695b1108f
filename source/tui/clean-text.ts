import {stripVTControlCharacters} from 'node:util';

/**
 * Text from outside (a guest, a build, a file) made safe to draw: without escape sequences, control characters and
 * direction marks, so that it can move neither our cursor nor our columns. Tabs become blanks up to the next multiple
 * of eight; line feeds stay.
 */
export const cleanText = (text: string): string => {
	// Nearly all lines of a log are plain; they pass with one look.
	if (plain.test(text)) return text;
	const bare = stripVTControlCharacters(text).replace(invisible, '');
	return bare.includes('\t') ? bare.split('\n').map(expandTabs).join('\n') : bare;
};

/** The same without line feeds: for one row of the screen. */
export const cleanLine = (text: string): string => cleanText(text).replaceAll('\n', ' ');

const plain = /^[ -~\n]*$/;

const invisible = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const expandTabs = (row: string) => {
	let result = '';
	for (const [index, part] of row.split('\t').entries()) {
		if (index > 0) result += ' '.repeat(8 - (result.length % 8));
		result += part;
	}
	return result;
};
