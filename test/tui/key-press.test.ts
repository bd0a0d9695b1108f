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
	expect(pastePressesOf('ab\r\n\u001b[Ac')).toEqual([{key: 'paste', text: 'ab [Ac'}]);
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
