import type {TextProps} from 'ink';
import {createContext, use} from 'react';
import {asciiGlyphs, type Glyphs, unicodeGlyphs} from './glyphs.ts';
import type {Tone} from './styled-text.ts';

/** How meanings look on this terminal. */
export type Theme = {
	glyphs: Glyphs;
	styleOf(tone: Tone): Omit<TextProps, 'children'>;
};

/**
 * Colour only repeats what glyphs and words say already, so without it nothing is lost. Hues are the terminal's own
 * sixteen, which people have made readable on their background.
 */
export const createTheme = ({colour, unicode}: {colour: boolean; unicode: boolean}): Theme => ({
	glyphs: unicode ? unicodeGlyphs : asciiGlyphs,
	styleOf: tone => (colour ? coloured : colourless)[tone],
});

export const ThemeContext = createContext<Theme>(createTheme({colour: true, unicode: true}));

/** The theme of this terminal. */
export const useTheme = (): Theme => use(ThemeContext);

const coloured: Record<Tone, Omit<TextProps, 'children'>> = {
	plain: {},
	title: {bold: true},
	muted: {dimColor: true},
	good: {color: 'green'},
	warning: {color: 'yellow'},
	bad: {color: 'red', bold: true},
	active: {color: 'cyan', bold: true},
	accent: {color: 'cyan'},
	rehearsal: {color: 'yellow', bold: true},
	selected: {inverse: true},
	match: {inverse: true, color: 'yellow'},
	border: {dimColor: true},
	'focused-border': {color: 'cyan'},
};

const colourless: Record<Tone, Omit<TextProps, 'children'>> = {
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
