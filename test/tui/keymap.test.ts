import {describe, expect, test} from 'vitest';
import type {Binding} from '../../source/tui/bindings.ts';
import {asciiGlyphs, unicodeGlyphs} from '../../source/tui/glyphs.ts';
import {drawFooter, helpOf, helpRows} from '../../source/tui/key-help.ts';
import {commandOf, keymaps, type Scope} from '../../source/tui/keymap.ts';
import {textOf, widthOf} from '../../source/tui/styled-text.ts';

const scopes = Object.keys(keymaps) as Scope[];

describe.each(scopes)('on the %s screen', scope => {
	const bindings = Object.entries<Binding>(keymaps[scope]);

	test('no key means two things', () => {
		const keys = bindings.flatMap(([, {keys}]) => keys);
		expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
	});

	test('every key gives its command', () => {
		for (const [name, {keys}] of bindings) for (const key of keys) expect(commandOf(scope, {key})).toBe(name);
	});

	test('the help tells every command', () => {
		expect(helpOf(scope, unicodeGlyphs).map(([, does]) => does)).toEqual(bindings.map(([, {does}]) => does));
		expect(helpRows(scope, 40, asciiGlyphs).every(row => widthOf(row) <= 56)).toBe(true);
	});

	test('the footer has the key of the help, where there is one', () => {
		const hasHelp = helpOf(scope, unicodeGlyphs).some(([keys]) => keys.split(' ').includes('?'));
		for (const width of [60, 80, 120])
			if (hasHelp) expect(textOf(drawFooter(scope, width, unicodeGlyphs))).toMatch(/\? (help|why)/);
	});

	test('the footer fits and there is always a way out', () => {
		for (const width of [40, 60, 80, 120])
			expect(widthOf(drawFooter(scope, width, unicodeGlyphs))).toBeLessThanOrEqual(width);
		expect(commandOf(scope, {key: 'ctrl+c'})).toBeDefined();
	});
});

test('arrows and letters of vi both move', () => {
	expect(commandOf('menu', {key: 'down'})).toBe('down');
	expect(commandOf('menu', {key: 'j'})).toBe('down');
	expect(commandOf('menu', {key: 'x'})).toBeUndefined();
});

test('the footer names keys in characters that the terminal has', () => {
	expect(textOf(drawFooter('dashboard', 80, asciiGlyphs))).toMatch(/^[ -~]+$/);
});

test('where arrows are words, something stands between them', () => {
	expect(textOf(drawFooter('menu', 80, asciiGlyphs))).toContain('Up/Down ');
});
