import fc from 'fast-check';
import {expect, test} from 'vitest';
import {formatAge, formatClock, formatDay, formatDuration, formatEta} from '../../source/text/durations.ts';

test.each([
	[0, '0.0s'],
	[420, '0.4s'],
	[9949, '9.9s'],
	[9950, '10s'],
	[59_400, '59s'],
	[59_600, '1m 00s'],
	[245_000, '4m 05s'],
	[3_599_600, '1h 00m'],
	[3_840_000, '1h 04m'],
	[86_390_000, '1d 00h'],
])('%d ms read as %s', (ms, text) => {
	expect(formatDuration(ms)).toBe(text);
});

test('no duration shows sixty of a smaller unit', () => {
	fc.assert(
		fc.property(fc.integer({min: 0, max: 10 ** 9}), ms => {
			expect(formatDuration(ms)).not.toMatch(/\b60[sm]/);
		}),
	);
});

test('the time left is only guessed from a total and a moving rate', () => {
	expect(formatEta({done: 10, total: 100, rate: 2})).toBe('about 45s left');
	expect(formatEta({done: 0, total: 600, rate: 1})).toBe('about 10m 00s left');
	expect(formatEta({done: 100, total: 100, rate: 2})).toBe('almost done');
	expect(formatEta({done: 10, total: 100})).toBeUndefined();
	expect(formatEta({done: 10, total: 100, rate: 0})).toBeUndefined();
	expect(formatEta({done: 10, rate: 5})).toBeUndefined();
});

test('clock and day are those of this machine', () => {
	const at = new Date(2026, 10, 2, 4, 5, 9).getTime();
	expect(formatClock(at)).toBe('04:05:09');
	expect(formatDay(at)).toBe('2026-11-02 04:05');
});

test('ages are told in the largest whole unit', () => {
	const minute = 60_000;
	expect(formatAge(0, 30_000)).toBe('just now');
	expect(formatAge(0, minute)).toBe('1 minute ago');
	expect(formatAge(0, 60 * minute)).toBe('1 hour ago');
	expect(formatAge(0, 24 * 60 * minute)).toBe('yesterday');
	expect(formatAge(0, 72 * 60 * minute)).toBe('3 days ago');
	expect(formatAge(10, 0)).toBe('just now');
});
