import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {beforeAll, expect, test} from 'vitest';
import {buildDownloadProgram} from '../firmware/build-program.ts';
import {anyFaults, liveThrough, sha256} from '../firmware/hostile-world.ts';

let folder = '';
let program = '';
let count = 0;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'edge-builder-system-'));
	program = await buildDownloadProgram(join(folder, 'program'));
	return () => rmSync(folder, {recursive: true, force: true});
});

test('in a hostile world, killed again and again, the final name never has a wrong file', async () => {
	await fc.assert(
		fc.asyncProperty(
			anyFaults,
			fc.array(fc.integer({min: 20, max: 600}), {maxLength: 4}),
			fc.constantFrom(1, 4, 16),
			async (faults, killsAfterMs, connections) => {
				const outcomes = await liveThrough(program, join(folder, String(count++)), {
					faults,
					killsAfterMs,
					connections,
					judged: true,
				});
				for (const {file} of outcomes) expect(file).not.toBe('wrong');
				const last = outcomes.at(-1);
				// A killed run may have been done already; a later failure leaves its file alone.
				if (last?.result?.sha256 === undefined) expect(last?.file).toBe(outcomes.at(-2)?.file ?? 'none');
				else expect(last).toMatchObject({file: 'right', result: {sha256}});
				expect(last?.result?.error === undefined || /^(firmware-|disk-)/.test(last.result.error)).toBe(true);
			},
		),
		{numRuns: 100, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: false},
	);
});

test('a server that behaves in the end is got to the end, however often the program was killed', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.integer({min: 100, max: 700}), {minLength: 1, maxLength: 5}),
			fc.integer({min: 300_000, max: 1_500_000}),
			async (killsAfterMs, rate) => {
				const outcomes = await liveThrough(program, join(folder, String(count++)), {
					faults: Array.from({length: 8}, () => ({rate})),
					killsAfterMs,
					connections: 4,
					judged: false,
				});
				expect(outcomes.at(-1)).toMatchObject({file: 'right', part: false, result: {sha256}});
			},
		),
		{numRuns: 25, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: false},
	);
});
