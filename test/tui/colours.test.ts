import {expect, test} from 'vitest';
import {type Colours, chalkLevelOf, coloursOf, huesOf} from '../../source/tui/colours.ts';
import type {Tone} from '../../source/tui/styled-text.ts';
import {createTheme} from '../../source/tui/theme.tsx';

test('what a terminal can show is known by what it says of itself', () => {
	const depth = (env: Record<string, string>) => coloursOf(env)?.depth;
	expect(depth({TERM: 'xterm'})).toBe('16');
	expect(depth({TERM: 'tmux-256color'})).toBe('256');
	expect(depth({TERM: 'xterm-256color', COLORTERM: 'truecolor'})).toBe('true');
	expect(depth({TERM: 'xterm-256color', FORCE_COLOR: '1'})).toBe('16');
	expect(depth({TERM: 'xterm', FORCE_COLOR: '3'})).toBe('true');
	expect(depth({TERM: 'xterm', FORCE_COLOR: '0'})).toBeUndefined();
	expect(depth({TERM: 'xterm', NO_COLOR: '1', FORCE_COLOR: '3'})).toBeUndefined();
	expect(depth({TERM: 'dumb', COLORTERM: 'truecolor'})).toBeUndefined();
});

test('the background is what the person says, else what the terminal says, else anything', () => {
	const background = (env: Record<string, string>) => coloursOf({TERM: 'xterm', ...env})?.background;
	expect(background({COLORFGBG: '15;0'})).toBe('dark');
	expect(background({COLORFGBG: '0;default;15'})).toBe('light');
	expect(background({COLORFGBG: '12;8'})).toBe('dark');
	expect(background({COLORFGBG: '0;7'})).toBe('light');
	expect(background({COLORFGBG: 'default;default'})).toBe('any');
	expect(background({COLORFGBG: '15;0', EDGE_BUILDER_BACKGROUND: 'light'})).toBe('light');
	expect(background({})).toBe('any');
});

test('without colours chalk still gets a level, for bold and reverse video', () => {
	expect(chalkLevelOf(undefined)).toBe('1');
	expect(chalkLevelOf({depth: '256', background: 'any'})).toBe('2');
	expect(chalkLevelOf({depth: 'true', background: 'any'})).toBe('3');
});

const backgrounds = {dark: ['#000000', '#1e1e1e'], light: ['#ffffff', '#fdf6e3'], any: ['#000000', '#ffffff']} as const;

test.each(['256', 'true'] as const)('of %s colours every hue can be read on its background', depth => {
	for (const [background, colours] of Object.entries(backgrounds)) {
		const hues = huesOf({depth, background: background as Colours['background']});
		for (const [hue, named] of Object.entries(hues))
			for (const behind of colours)
				expect(contrast(hexOf(named ?? ''), behind), `${hue} on ${behind}`).toBeGreaterThan(
					background === 'any' ? 3.8 : 4.5,
				);
	}
});

test('on a light background of sixteen colours neither yellow nor cyan is used', () => {
	expect(Object.values(huesOf({depth: '16', background: 'light'}))).not.toContain('yellow');
	expect(Object.values(huesOf({depth: '16', background: 'light'}))).not.toContain('cyan');
});

test('without colours no tone has a hue, and what is marked is reversed in every theme', () => {
	const tones: readonly Tone[] = [
		...(['plain', 'title', 'muted', 'good', 'warning', 'bad', 'active', 'accent'] as const),
		...(['rehearsal', 'selected', 'match', 'border', 'focused-border'] as const),
	];
	const none = createTheme({colour: false, unicode: true});
	for (const tone of tones) expect(none.styleOf(tone).color).toBeUndefined();
	for (const colour of [false, {depth: '16', background: 'any'}, {depth: 'true', background: 'light'}] as const)
		expect(createTheme({colour, unicode: true}).styleOf('selected').inverse).toBe(true);
});

function hexOf(named: string): string {
	const [, digits] = /^ansi256\((\d+)\)$/.exec(named) ?? [];
	if (digits === undefined) return named;
	const number = Number(digits);
	const step = (value: number) => (value === 0 ? 0 : 55 + 40 * value);
	const grey = 8 + 10 * (number - 232);
	const [r, g, b] =
		number >= 232
			? [grey, grey, grey]
			: [step(Math.floor((number - 16) / 36)), step(Math.floor((number - 16) / 6) % 6), step((number - 16) % 6)];
	return `#${[r, g, b].map(value => (value ?? 0).toString(16).padStart(2, '0')).join('')}`;
}

function contrast(a: string, b: string): number {
	const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (lighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
		const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
