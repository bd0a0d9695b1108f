import fc from 'fast-check';
import {expect, test} from 'vitest';
import {afterReading, type Filling, fullInMs} from '../../source/pipeline/disk-forecast.ts';

const gigabyte = 1e9;

/** What is known of a disk that had these free bytes every two seconds. */
const fillingOf = (freeBytes: readonly number[]): Filling => {
	let fillings: ReadonlyMap<string, Filling> = new Map();
	for (const [index, free] of freeBytes.entries())
		fillings = afterReading(fillings, {
			at: 1000 + index * 2000,
			disks: [{path: '/', freeBytes: free, totalBytes: 100 * gigabyte}],
		});
	return fillings.get('/') ?? [];
};

const readings = (seconds: number, freeAt: (second: number) => number) =>
	fillingOf(Array.from({length: seconds / 2}, (_, index) => freeAt(index * 2)));

test('a disk that is filled evenly is full when what is left is used up', () => {
	const ms = fullInMs(readings(180, second => (20 - second * 0.05) * gigabyte)) ?? 0;
	expect(ms / 60_000).toBeCloseTo((20 - 178 * 0.05) / 0.05 / 60, 0);
});

test('nothing is said in the first minute, of a disk that stays, grows or hardly falls, nor of one that lasts for hours', () => {
	expect(fullInMs(readings(50, second => (20 - second * 0.1) * gigabyte))).toBeUndefined();
	expect(fullInMs(readings(300, () => 20 * gigabyte))).toBeUndefined();
	expect(fullInMs(readings(300, second => (20 + second * 0.05) * gigabyte))).toBeUndefined();
	expect(fullInMs(readings(300, second => 20 * gigabyte - second * 1000))).toBeUndefined();
	expect(fullInMs(readings(300, second => (90 - second * 0.005) * gigabyte))).toBeUndefined();
});

test('a big file that comes and goes, and what else makes readings jump, tells nothing', () => {
	expect(fullInMs(readings(300, second => (second > 100 && second < 160 ? 8 : 20) * gigabyte))).toBeUndefined();
	fc.assert(
		fc.property(fc.array(fc.double({min: -0.1, max: 0.1, noNaN: true}), {minLength: 150, maxLength: 150}), noise => {
			expect(fullInMs(fillingOf(noise.map(one => (20 + one) * gigabyte)))).toBeUndefined();
		}),
	);
});
