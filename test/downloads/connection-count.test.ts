import {describe, expect, test} from 'vitest';
import {createConnectionCount} from '../../source/downloads/connection-count.ts';

describe('the number of connections', () => {
	const simulate = (rateOf: (connections: number, step: number) => number, most = 16, steps = 12) => {
		const count = createConnectionCount({most});
		const counts: number[] = [];
		let bytes = 0;
		count.begin(0, 0);
		for (let step = 1; step <= steps; step++) {
			bytes += rateOf(count.wanted, step) * 150;
			counts.push(count.reading(step * 150, bytes));
		}
		return counts;
	};
	test('grows to the limit where each connection is limited', () => expect(simulate(n => n * 1000).at(-1)).toBe(16));
	test('goes back to one where one already fills the link', () => expect(simulate(() => 1000).at(-1)).toBe(1));
	test('stops where more did not help', () => expect(simulate(n => Math.min(n, 4) * 1000).at(-1)).toBe(4));
	test('survives one hiccup', () => expect(simulate((n, step) => (step === 2 ? 1 : n * 1000)).at(-1)).toBe(16));
	test('tries again later', () => expect(simulate((n, step) => (step < 20 ? 1 : n) * 1000, 16, 60).at(-1)).toBe(16));
	test('stays within what the file and the caller allow', () => expect(Math.max(...simulate(n => n, 3))).toBe(3));
});
