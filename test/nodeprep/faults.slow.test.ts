import fc from 'fast-check';
import {test} from 'vitest';
import {uplinkAndCompletion} from './faults.ts';

test('whatever the faults, the uplink gets no write, and complete means that each card runs as wanted', async () => {
	await fc.assert(uplinkAndCompletion, {numRuns: Number(process.env.NODEPREP_LIVES ?? 30)});
}, 600_000);
