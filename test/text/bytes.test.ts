import fc from 'fast-check';
import {expect, test} from 'vitest';
import {bytesOfSize, formatBytes, formatRate} from '../../source/text/bytes.ts';

test.each([
	[0, '0 B'],
	[999, '999 B'],
	[1000, '1 kB'],
	[64_200_000, '64.2 MB'],
	[1.4e9, '1.4 GB'],
	[999_999, '1 MB'],
	[Number.NaN, '0 B'],
	[-5, '0 B'],
])('%d bytes read as %s', (bytes, text) => {
	expect(formatBytes(bytes)).toBe(text);
});

test('bytes never need more than seven characters', () => {
	fc.assert(
		fc.property(fc.integer({min: 0, max: 1e15}), bytes => {
			expect(formatBytes(bytes).length).toBeLessThanOrEqual(7);
			expect(formatBytes(bytes)).not.toMatch(/1000 /);
		}),
	);
});

test('a rate is bytes a second', () => {
	expect(formatRate(12e6)).toBe('12 MB/s');
});

test.each([
	['12.3GB', 12_300_000_000],
	['522 MB', 522_000_000],
	['1.07 GB', 1_070_000_000],
	['12.3 kB', 12_300],
	['0B', 0],
	['1.2.3 GB', 0],
	['many', 0],
	['', 0],
])('Docker’s and buildah’s %o is %d bytes', (size, bytes) => {
	expect(bytesOfSize(size)).toBe(bytes);
});
