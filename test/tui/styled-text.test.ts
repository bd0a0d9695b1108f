import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	fitTo,
	head,
	line,
	spread,
	textOf,
	textWidth,
	toned,
	widthOf,
	without,
	wrap,
	wrappedIn,
} from '../../source/tui/styled-text.ts';

const texts = fc
	.oneof(fc.string(), fc.string({unit: 'grapheme'}), fc.constantFrom('日本語', '👩‍👩‍👧', 'e\u0301', 'ﷺ'))
	// Control characters never reach a line: cleanText takes them out before.
	.map(text => text.replace(/\p{Cc}/gu, ''));
const rows = fc
	.array(
		texts.map(text => toned('plain', text)),
		{maxLength: 5},
	)
	.map(spans => line(...spans));

test('a fitted line has exactly the width asked for', () => {
	fc.assert(
		fc.property(rows, fc.nat(60), (row, width) => {
			expect(widthOf(fitTo(row, width))).toBe(width);
		}),
	);
});

test('a cut line ends in an ellipsis and keeps its beginning', () => {
	expect(textOf(fitTo(line('Building provider image'), 10))).toBe('Building …');
	expect(textOf(fitTo(line('日本語'), 4))).toBe('日… ');
	expect(textOf(fitTo(line('abc'), 5))).toBe('abc  ');
});

test('what stands at the right edge stays whole while what stands at the left gives way', () => {
	expect(textOf(spread(line('Building provider image'), line('4m 05s'), 20))).toBe('Building pro… 4m 05s');
	fc.assert(
		fc.property(rows, rows, fc.nat(60), (left, right, width) => {
			expect(widthOf(spread(left, right, width))).toBe(width);
		}),
	);
});

test('the beginning and the rest of a line make the whole', () => {
	fc.assert(
		fc.property(texts, fc.nat(20), (text, width) => {
			const rest = widthOf(without(line(text), width));
			expect(rest).toBe(Math.max(0, textWidth(text) - width));
		}),
	);
});

test('half a character is never shown', () => {
	expect(head('日本', 3)).toBe('日');
	expect(head('👩‍👩‍👧x', 1)).toBe('');
});

test('wrapped text keeps every word and stays inside the width', () => {
	expect(wrap('a bb ccc dddd', 6)).toEqual(['a bb', 'ccc', 'dddd']);
	expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
	fc.assert(
		fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/)), fc.integer({min: 1, max: 30}), (words, width) => {
			const text = words.join(' ');
			const wrapped = wrap(text, width);
			expect(wrapped.every(row => textWidth(row) <= width)).toBe(true);
			expect(wrapped.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
		}),
	);
});

test('text that is cut to a few rows says so at its end, within its width', () => {
	const rows = (most: number, width: number) =>
		wrappedIn(most, 'one two three four', {width, tone: 'bad', ellipsis: '…'}).map(textOf);
	expect(rows(4, 5)).toEqual(['one', 'two', 'three', 'four']);
	expect(rows(2, 5)).toEqual(['one', 'two …']);
	expect(rows(3, 5)).toEqual(['one', 'two', 'thre…']);
});

// Symptom: the dashboard stood still for seconds over a check's text in Japanese. Cause: what was left was measured whole for
// every row, 6.9 s for 8000 characters.
test('a long text in wide characters takes no other kind of time to wrap than one in narrow ones', () => {
	const [wide, narrow] = ['日本'.repeat(10_000), 'ab'.repeat(20_000)];
	const took = (text: string) => {
		const before = performance.now();
		expect(wrap(text, 30).join('')).toBe(text);
		return performance.now() - before;
	};
	// Each of them is measured by itself, which costs some hundred times as much; what was mended cost ten thousands.
	expect(took(wide)).toBeLessThan(5000 * Math.max(1, took(narrow)));
	expect(wrap(wide, 30)).toHaveLength(1334);
});
