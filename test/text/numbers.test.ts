import {expect, test} from 'vitest';
import {percentOf} from '../../source/text/numbers.ts';
import {counted} from '../../source/text/phrases.ts';

test('100 percent means all of it', () => {
	expect(percentOf(999_999, 1_000_000)).toBe(99);
	expect(percentOf(1_000_000, 1_000_000)).toBe(100);
	expect(percentOf(0, 0)).toBe(100);
	expect(percentOf(-1, 10)).toBe(0);
});

test('counts agree with their noun', () => {
	expect(counted(1, 'line')).toBe('1 line');
	expect(counted(1204, 'line')).toBe('1,204 lines');
	expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});
