import {cleanLine} from '../text/ansi.ts';
import type {KeyPress} from './key-press.ts';
import {emptyLine, head, type Line, line, textWidth, toned} from './styled-text.ts';

/** A line of text being typed; the cursor counts whole characters. `before`: what undo goes back to, newest last. */
export type TextInput = {
	text: string;
	cursor: number;
	before: readonly {text: string; cursor: number}[];
	/** What was cut last, for Ctrl-Y. */
	cut: string;
	/** While an earlier text is looked at: which one, and what was typed before. */
	recalled?: {at: number; typed: string};
};

export const inputOf = (text: string): TextInput => ({text, cursor: charactersOf(text).length, before: [], cut: ''});

/** The same line with nothing of its text to be seen. */
export const maskedInput = (input: TextInput): TextInput => ({
	...input,
	text: '*'.repeat(charactersOf(input.text).length),
});

/** The line with this text typed in at the cursor. */
export function typeInto(state: TextInput, typed: string): TextInput {
	const characters = charactersOf(state.text);
	const before = characters.slice(0, state.cursor).join('') + typed;
	return typed === '' ? state : changed(state, before, characters.slice(state.cursor).join(''));
}

/** The line after a key that moves, erases or brings back, as at a shell; undefined for any other key. */
export function editInput(state: TextInput, {key}: KeyPress): TextInput | undefined {
	return edits[key]?.(state, charactersOf(state.text));
}

type Edit = (state: TextInput, characters: readonly string[]) => TextInput;

const at = (state: TextInput, cursor: number): TextInput =>
	cursor === state.cursor ? state : {...state, cursor: Math.max(0, Math.min(charactersOf(state.text).length, cursor))};

const left: Edit = state => at(state, state.cursor - 1);
const right: Edit = state => at(state, state.cursor + 1);
const toStart: Edit = state => at(state, 0);
const toEnd: Edit = (state, characters) => at(state, characters.length);
const wordLeft: Edit = (state, characters) => at(state, wordStart(characters, state.cursor));
const wordRight: Edit = (state, characters) => at(state, wordEnd(characters, state.cursor));
const eraseBefore: Edit = (state, characters) =>
	state.cursor === 0 ? state : without(state, characters, state.cursor - 1, state.cursor);
const eraseUnder: Edit = (state, characters) =>
	state.cursor === characters.length ? state : without(state, characters, state.cursor, state.cursor + 1);
const cutWord: Edit = (state, characters) =>
	cutOut(state, characters, wordStart(characters, state.cursor), state.cursor);
const cutNextWord: Edit = (state, characters) =>
	cutOut(state, characters, state.cursor, wordEnd(characters, state.cursor));
const cutToStart: Edit = (state, characters) => cutOut(state, characters, 0, state.cursor);
const cutToEnd: Edit = (state, characters) => cutOut(state, characters, state.cursor, characters.length);
const bringBack: Edit = state => (state.cut === '' ? state : typeInto(state, state.cut));
const undo: Edit = state => {
	const earlier = state.before.at(-1);
	return earlier ? {...state, ...earlier, before: state.before.slice(0, -1)} : state;
};

const edits: Readonly<Record<string, Edit>> = {
	left,
	'ctrl+b': left,
	right,
	'ctrl+f': right,
	home: toStart,
	'ctrl+a': toStart,
	end: toEnd,
	'ctrl+e': toEnd,
	'ctrl+left': wordLeft,
	'alt+left': wordLeft,
	'alt+b': wordLeft,
	'ctrl+right': wordRight,
	'alt+right': wordRight,
	'alt+f': wordRight,
	backspace: eraseBefore,
	'ctrl+h': eraseBefore,
	delete: eraseUnder,
	'ctrl+d': eraseUnder,
	'ctrl+w': cutWord,
	'alt+backspace': cutWord,
	'alt+d': cutNextWord,
	'ctrl+delete': cutNextWord,
	'ctrl+u': cutToStart,
	'ctrl+k': cutToEnd,
	'ctrl+y': bringBack,
	'ctrl+_': undo,
	'ctrl+x': undo,
};

/** In at most `width` columns: the line with the cursor on the character that it stands before, scrolled so that it is in sight. */
export function drawInput({text, cursor}: TextInput, width: number): Line {
	if (width < 1) return emptyLine;
	const drawn = charactersOf(text).map(asDrawn);
	const under = standingOn(drawn[cursor], width);
	// One more is seen behind the cursor, where there is one.
	const behind = cursor < drawn.length - 1 ? 1 : 0;
	let start = cursor;
	let room = width - textWidth(under) - behind;
	while (start > 0 && textWidth(drawn[start - 1] ?? '') <= room) {
		start--;
		room -= textWidth(drawn[start] ?? '');
	}
	const before = drawn.slice(start, cursor).join('');
	const after = head(drawn.slice(cursor + 1).join(''), width - textWidth(before) - textWidth(under));
	return line(before, toned('selected', under), after);
}

// Each by itself, so that the cursor counts the same ones; a tab is not worth its eight columns.
const asDrawn = (character: string) => (character === '\t' ? ' ' : cleanLine(character));

function standingOn(character: string | undefined, width: number): string {
	const taken = textWidth(character ?? '');
	return character === undefined || taken === 0 || taken > width ? ' ' : character;
}

const mostUndone = 100;

/** The cursor behind `before`: what is typed may become one character with its neighbour. */
function changed(state: TextInput, before: string, after: string): TextInput {
	const text = before + after;
	let cursor = 0;
	let length = 0;
	for (const character of charactersOf(text)) {
		if (length >= before.length) break;
		length += character.length;
		cursor++;
	}
	const earlier = {text: state.text, cursor: state.cursor};
	return {...state, text, cursor, before: [...state.before, earlier].slice(-mostUndone)};
}

const without = (state: TextInput, characters: readonly string[], from: number, to: number): TextInput =>
	changed(state, characters.slice(0, from).join(''), characters.slice(to).join(''));

const cutOut: (...about: Parameters<typeof without>) => TextInput = (state, characters, from, to) =>
	from === to ? state : {...without(state, characters, from, to), cut: characters.slice(from, to).join('')};

// Words end at blanks and, for paths and references, at what stands between their parts.
const isInWord = (character: string | undefined) => character !== undefined && !/[\s/:.@_-]/.test(character);

function wordStart(characters: readonly string[], cursor: number): number {
	let start = cursor;
	while (start > 0 && !isInWord(characters[start - 1])) start--;
	while (start > 0 && isInWord(characters[start - 1])) start--;
	return start;
}

function wordEnd(characters: readonly string[], cursor: number): number {
	let end = cursor;
	while (end < characters.length && !isInWord(characters[end])) end++;
	while (end < characters.length && isInWord(characters[end])) end++;
	return end;
}

const segmenter = new Intl.Segmenter();
const charactersOf = (text: string): string[] => [...segmenter.segment(text)].map(({segment}) => segment);
