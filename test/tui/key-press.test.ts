import fc from 'fast-check';
import type {Key} from 'ink';
import {expect, test} from 'vitest';
import {keyPressesOf, pastePressesOf} from '../../source/tui/key-press.ts';

const noKey: Key = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
};

test('characters that were typed quickly are presses one after the other', () => {
	expect(keyPressesOf('jk\r', noKey)).toEqual([{key: 'j', text: 'j'}, {key: 'k', text: 'k'}, {key: 'enter'}]);
});

// Symptom: Ctrl-U and a word typed quickly, or sent by a script, added the word to what was to be cleared.
test('keys with Ctrl among quickly typed characters are keys, too', () => {
	expect(keyPressesOf('\u0015ab\u007f\u0003', noKey).map(({key}) => key)).toEqual([
		'ctrl+u',
		'a',
		'b',
		'backspace',
		'ctrl+c',
	]);
});

test('special keys have names', () => {
	expect(keyPressesOf('', {...noKey, upArrow: true})).toEqual([{key: 'up'}]);
	expect(keyPressesOf('\r', {...noKey, return: true})).toEqual([{key: 'enter'}]);
	expect(keyPressesOf('', {...noKey, tab: true, shift: true})).toEqual([{key: 'shift+tab'}]);
	expect(keyPressesOf('c', {...noKey, ctrl: true})).toEqual([{key: 'ctrl+c'}]);
	expect(keyPressesOf(' ', noKey)).toEqual([{key: 'space', text: ' '}]);
});

test('a key that is let go presses nothing', () => {
	expect(keyPressesOf('a', {...noKey, eventType: 'release'})).toEqual([]);
});

test('a paste types its text at once but never presses Enter, Escape or a key of the screen', () => {
	expect(pastePressesOf('ab\r\n\u001b[Ac')).toEqual([{key: 'paste', text: 'ab c'}]);
	expect(pastePressesOf('q')).toEqual([{key: 'paste', text: 'q'}]);
	expect(pastePressesOf('\n')).toEqual([]);
});

test('a paste that the terminal does not mark is known by its length', () => {
	const long = 'a '.repeat(100);
	expect(keyPressesOf(`${long}\rj`, noKey)).toEqual([
		{key: 'paste', text: long},
		{key: 'enter'},
		{key: 'j', text: 'j'},
	]);
});

const pasted = (text: string) => pastePressesOf(text)[0]?.text;

// The rest of a colour, "[31m", stood in the field and was refused as part of a registry's name.
test('escape sequences of a paste are dropped whole', () => {
	expect(pasted('\u001b[31mregistry.lan\u001b[0m:5000')).toBe('registry.lan:5000');
	expect(pasted('\u001b]8;;https://x.lan\u001b\\here\u001b]8;;\u0007 it is')).toBe('here it is');
	expect(pasted('\u001bP1$r0m\u001b\\a\u001b(Bb\u009b1mc\u001b')).toBe('abc');
	expect(pasted('cut off \u001b[38;5')).toBe('cut off');
	expect(pasted('\u001b[200~nested\u001b[201~')).toBe('nested');
});

test('whatever is pasted, no control character of it reaches a field', () => {
	const bytes = fc.string({
		unit: fc.constantFrom('\u001b', '[', ']', ';', '3', 'm', 'P', '\\', '\u0007', '\u009b', '\r', 'a', 'é', '界'),
	});
	fc.assert(
		fc.property(bytes, text => {
			for (const {key, text: typed = ''} of pastePressesOf(text)) {
				expect(key).toBe('paste');
				expect(typed).toMatch(/^\P{Cc}+$/u);
			}
		}),
	);
});

test('sequences that are no key of ours type nothing', () => {
	for (const rest of ['[31m', '[I', '[?1;2c', '[1;2R', '[27;5;9~']) expect(keyPressesOf(rest, noKey)).toEqual([]);
	expect(keyPressesOf('[', noKey)).toEqual([{key: '[', text: '['}]);
	expect(keyPressesOf('[1]', noKey).map(({key}) => key)).toEqual(['[', '1', ']']);
});

test('words are moved over with Alt and Ctrl; Escape and Enter in one piece stay two', () => {
	expect(keyPressesOf('b', {...noKey, meta: true})).toEqual([{key: 'alt+b'}]);
	expect(keyPressesOf('', {...noKey, leftArrow: true, ctrl: true})).toEqual([{key: 'ctrl+left'}]);
	expect(keyPressesOf('', {...noKey, rightArrow: true, meta: true})).toEqual([{key: 'alt+right'}]);
	expect(keyPressesOf('', {...noKey, backspace: true, meta: true})).toEqual([{key: 'alt+backspace'}]);
	expect(keyPressesOf('', {...noKey, escape: true, meta: true})).toEqual([{key: 'escape'}]);
	expect(keyPressesOf('', {...noKey, return: true, meta: true})).toEqual([{key: 'escape'}, {key: 'enter'}]);
});

test('undo pressed twice, read in one piece, is undo twice', () => {
	expect(keyPressesOf('\u001f\u001f', noKey)).toEqual([{key: 'ctrl+_'}, {key: 'ctrl+_'}]);
});
