import fc from 'fast-check';
import {expect, test} from 'vitest';
import {anyFaults, anyKills, liveThrough, survives} from './hostile-world.ts';

// A few here; test/system/firmware.test.ts runs many.
test('whatever a server does, and whenever it is killed, the final name never has a wrong file', {
	timeout: 300_000,
}, async () => {
	await fc.assert(
		fc.asyncProperty(anyFaults, anyKills(2), async (faults, killsAfterBytes) => {
			survives(await liveThrough({faults, killsAfterBytes}));
		}),
		{numRuns: 6},
	);
	expect.hasAssertions();
});
