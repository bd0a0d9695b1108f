import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {bytesIn, frontOf, gaps, type Range, withRange} from '../../source/downloads/byte-ranges.ts';

const size = 64;
const someRange = fc
	.tuple(fc.nat(size), fc.nat(size))
	.map(([a, b]): Range => ({start: Math.min(a, b), end: Math.max(a, b)}));

describe('ranges', () => {
	test('hold exactly the bytes that were added', () => {
		fc.assert(
			fc.property(fc.array(someRange, {maxLength: 12}), added => {
				const ranges = added.reduce<Range[]>(withRange, []);
				const bytes = Array.from({length: size}, (_, at) => added.some(({start, end}) => at >= start && at < end));
				expect(bytes).toEqual(
					Array.from({length: size}, (_, at) => ranges.some(({start, end}) => at >= start && at < end)),
				);
				expect(bytesIn(ranges)).toBe(bytes.filter(Boolean).length);
				expect(frontOf(ranges)).toBe(bytes.includes(false) ? bytes.indexOf(false) : size);
				expect(ranges.every(({start}, at) => at === 0 || start > (ranges[at - 1]?.end ?? 0))).toBe(true);
				expect(bytesIn(gaps(ranges, {start: 0, end: size}))).toBe(size - bytesIn(ranges));
			}),
		);
	});
});
