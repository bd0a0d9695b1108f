import fc from 'fast-check';
import {expect, test} from 'vitest';
import {KeptLogLines} from '../../source/pipeline/kept-log-lines.ts';

const chunk = (text: string) => ({stream: 'out', text}) as const;

test('the newest 5000 lines are kept however they came, and the others counted', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({min: 1, max: 3000}), {minLength: 1, maxLength: 12}), sizes => {
			const kept = new KeptLogLines();
			const all: string[] = [];
			for (const size of sizes) {
				const lines = Array.from({length: size}, (_, index) => `${all.length + index}`);
				all.push(...lines);
				kept.push('check-host', chunk(lines.join('\n')), 0);
			}
			const {lines, dropped} = kept.read();
			expect(lines.map(({text}) => text)).toEqual(all.slice(-5000));
			expect(dropped).toBe(Math.max(0, all.length - 5000));
		}),
		{numRuns: 50},
	);
});

// 5000 lines of a MiB each would be all the memory there is.
test('of lines without end no more is kept than some MiB', () => {
	const kept = new KeptLogLines();
	for (let index = 0; index < 20; index++) kept.push('check-host', chunk('x'.repeat(1024 * 1024)), 0);
	const {lines, dropped} = kept.read();
	expect(lines).toHaveLength(4);
	expect(dropped).toBe(16);
});
