import fc from 'fast-check';
import {expect, test} from 'vitest';
import {cleanLine, cleanText} from '../../source/text/ansi.ts';

test.each([
	['colours', '\u001b[1;31mred\u001b[0m', 'red'],
	['cursor movement', 'a\u001b[2J\u001b[Hb', 'ab'],
	['window titles', '\u001b]0;owned\u0007text', 'text'],
	['bells and backspaces', 'a\u0007b\u0008c', 'abc'],
	['direction marks', 'safe\u202Eexe.txt', 'safeexe.txt'],
	['8-bit sequences', 'a\u009b31mb', 'ab'],
	['null bytes', 'a\u0000b', 'ab'],
])('%s are taken out', (_, dirty, clean) => {
	expect(cleanText(dirty)).toBe(clean);
});

test('tabs become blanks up to the next stop', () => {
	expect(cleanText('a\tb')).toBe('a       b');
	expect(cleanText('12345678\tb')).toBe('12345678        b');
});

test('no text from outside can hold a control character after cleaning', () => {
	const hostile = fc.string({
		unit: fc.constantFrom('\u001b', '[', ']', 'H', '2', 'J', '\u0007', '\u009b', 'x', ';', '\t', '\r'),
	});
	fc.assert(
		fc.property(fc.oneof(hostile, fc.string({unit: 'binary'})), text => {
			expect(cleanText(text)).not.toMatch(/(?!\n)\p{Cc}/u);
			expect(cleanLine(text)).not.toMatch(/\p{Cc}/u);
		}),
	);
});

test('letters of every script stay', () => {
	expect(cleanText('Größe 日本語 é ✔')).toBe('Größe 日本語 é ✔');
});
