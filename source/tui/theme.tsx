import type {TextProps} from 'ink';
import {createContext, use} from 'react';
import {type Colours, huesOf} from './colours.ts';
import {asciiGlyphs, type Glyphs, unicodeGlyphs} from './glyphs.ts';
import type {Tone} from './styled-text.ts';

type Look = Omit<TextProps, 'children'>;

/** How meanings look on this terminal. */
export type Theme = {
	glyphs: Glyphs;
	styleOf(tone: Tone): Look;
};

/** Colour only repeats what glyphs and words say already, so without it nothing is lost. `colours`: false for none. */
export function createTheme({colour, unicode}: {colour: Colours | false; unicode: boolean}): Theme {
	const looks = colour ? colouredLooks(colour) : colourless;
	return {
		glyphs: unicode ? unicodeGlyphs : asciiGlyphs,
		styleOf: tone => (isPrinted(tone) ? (colour ? printedLook(tone) : {}) : looks[tone]),
	};
}

export const ThemeContext = createContext<Theme>(
	createTheme({colour: {depth: '16', background: 'any'}, unicode: true}),
);

type PrintedTone = Tone & `printed ${string}`;
type OwnTone = Exclude<Tone, PrintedTone>;

const isPrinted = (tone: Tone): tone is PrintedTone => tone.startsWith('printed ');

/** `printed red bold`: a colour, and what else is true of it. */
function printedLook(tone: PrintedTone): Look {
	const words = tone.split(' ').slice(1);
	return Object.fromEntries(words.map(word => (kinds.has(word) ? [word, true] : ['color', word])));
}

const kinds: ReadonlySet<string> = new Set(['bold', 'dimColor', 'italic', 'underline']);

/** The theme of this terminal. */
export const useTheme = (): Theme => use(ThemeContext);

function colouredLooks(colours: Colours): Record<OwnTone, Look> {
	const {good, warning, bad, accent, muted} = huesOf(colours);
	const quiet: Look = muted === undefined ? {dimColor: true} : {color: muted};
	return {
		plain: {},
		title: {bold: true},
		muted: quiet,
		good: {color: good},
		warning: {color: warning},
		bad: {color: bad, bold: true},
		active: {color: accent, bold: true},
		accent: {color: accent},
		rehearsal: {color: warning, bold: true},
		selected: {inverse: true},
		match: {inverse: true, color: warning},
		border: quiet,
		'focused-border': {color: accent},
	};
}

const colourless: Record<OwnTone, Look> = {
	plain: {},
	title: {bold: true},
	muted: {},
	good: {},
	warning: {},
	bad: {bold: true},
	active: {bold: true},
	accent: {},
	rehearsal: {bold: true},
	selected: {inverse: true},
	match: {inverse: true},
	border: {},
	'focused-border': {bold: true},
};
