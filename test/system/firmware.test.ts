import fc from 'fast-check';
import {expect, test} from 'vitest';
import {anyFaults, anyKills, liveThrough, survives} from '../downloads/hostile-world.ts';

test('in a hostile world, killed again and again, the final name never has a wrong file', async () => {
	await fc.assert(
		fc.asyncProperty(anyFaults, anyKills(4), async (faults, killsAfterBytes) => {
			survives(await liveThrough({faults, killsAfterBytes}));
		}),
		{numRuns: 100, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false},
	);
	expect.hasAssertions();
});

test('a server that behaves in the end is got to the end, however often the program was killed', async () => {
	await fc.assert(
		fc.asyncProperty(anyKills(5), fc.integer({min: 10_000_000, max: 60_000_000}), async (killsAfterBytes, rate) => {
			const outcomes = await liveThrough({faults: Array.from({length: 40}, () => ({rate})), killsAfterBytes});
			survives(outcomes);
			expect(outcomes.at(-1)).toMatchObject({exitCode: 0, file: 'right'});
		}),
		{numRuns: 25, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false},
	);
	expect.hasAssertions();
});
