import fc from 'fast-check';
import {test} from 'vitest';
import {uplinkAndCompletion} from './faults.ts';

// Each run is a node's life; faults.slow.test.ts lives many more.
test('whatever the faults, the uplink gets no write, and complete means that each card runs as wanted', async () => {
	await fc.assert(uplinkAndCompletion, {numRuns: 4, endOnFailure: true});
});
