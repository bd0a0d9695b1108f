import {cleanLine} from './ansi.ts';

/** A piece of what a program printed, and how: words such as `red bold`, in the names that Ink takes; empty for nothing. */
export type PrintedSpan = {text: string; look: string};

/**
 * A line of a program in the colours that it was printed in. Together the pieces are `cleanLine` of it; all that steers the
 * terminal is gone. Backgrounds, black and white are not kept, nor what conceals: text can't be hidden by them.
 * @returns undefined where there are no colours.
 */
export function printedSpans(line: string): readonly PrintedSpan[] | undefined {
	if (!line.includes('\u001B[')) return undefined;
	const spans: PrintedSpan[] = [];
	let style: Style = {};
	let from = 0;
	const add = (to: number) => {
		const text = cleanLine(line.slice(from, to));
		if (text !== '') spans.push({text, look: lookOf(style)});
	};
	for (const {0: code, 1: parameters = '', index} of line.matchAll(selectGraphicRendition)) {
		add(index);
		from = index + code.length;
		style = changed(style, parameters);
	}
	add(line.length);
	// A colour in the middle of another sequence, or a tab behind one, would shift the text.
	const isWhole = spans.map(({text}) => text).join('') === cleanLine(line);
	return isWhole && spans.some(({look}) => look !== '') ? spans : undefined;
}

/** The part of the pieces that begins at a character and is so many long. */
export function partOfSpans(spans: readonly PrintedSpan[], start: number, length: number): PrintedSpan[] {
	let at = 0;
	return spans.flatMap(({text, look}) => {
		const part = text.slice(Math.max(0, start - at), Math.max(0, start + length - at));
		at += text.length;
		return part === '' ? [] : [{text: part, look}];
	});
}

// ECMA-48, 8.3.117; parameters within one, as of underlines and colours, are separated by colons.
const selectGraphicRendition = /\u001B\[([\d;:]*)m/g;

type Style = {colour?: string; bold?: boolean; dimColor?: boolean; italic?: boolean; underline?: boolean};

const lookOf = ({colour, ...kinds}: Style) =>
	[colour, ...Object.entries(kinds).flatMap(([kind, isOn]) => (isOn ? [kind] : []))].filter(Boolean).join(' ');

function changed(style: Style, parameters: string): Style {
	const codes = parameters.split(/[;:]/).map(Number);
	let next = style;
	for (let at = 0; at < codes.length; at++) {
		const code = codes[at] ?? 0;
		if (code === 0) next = {};
		else if (code === 1) next = {...next, bold: true};
		else if (code === 2) next = {...next, dimColor: true};
		else if (code === 3) next = {...next, italic: true};
		else if (code === 4) next = {...next, underline: true};
		else if (code === 22) next = {...next, bold: false, dimColor: false};
		else if (code === 23) next = {...next, italic: false};
		else if (code === 24) next = {...next, underline: false};
		else if (code === 39) next = {...next, colour: undefined};
		else if (code >= 30 && code <= 37) next = {...next, colour: basic[code - 30]};
		else if (code >= 90 && code <= 97) next = {...next, colour: bright[code - 90]};
		else if (code === 38 || code === 48 || code === 58) {
			const {colour, length} = extended(codes.slice(at + 1));
			if (code === 38) next = {...next, colour};
			at += length;
		}
	}
	return next;
}

const hues = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'];
const basic = [undefined, ...hues, undefined];
const bright = ['gray', ...hues.map(hue => `${hue}Bright`), undefined];

/** The colour behind 38, 48 or 58, and how many parameters it takes. */
function extended([kind, ...values]: readonly number[]): {colour?: string; length: number} {
	const [first = 0, second = 0, third = 0] = values;
	if (kind === 5)
		return {colour: first < 8 ? basic[first] : first < 16 ? bright[first - 8] : indexed(first), length: 2};
	if (kind !== 2) return {length: 1};
	const rgb = [first, second, third].map(value => Math.min(255, value || 0));
	return {colour: isVisible(rgb) ? `#${Buffer.from(rgb).toString('hex')}` : undefined, length: 4};
}

// The cube of 6 × 6 × 6 colours, and 24 greys behind it.
function indexed(index: number): string | undefined {
	const cube = index - 16;
	const rgb =
		index < 232
			? [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level => level * 51)
			: Array(3).fill(8 + (index - 232) * 10);
	return index < 256 && isVisible(rgb) ? `ansi256(${index})` : undefined;
}

const isVisible = (rgb: readonly number[]) => Math.max(...rgb) > 90 && Math.min(...rgb) < 190;
