import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {beforeAll, expect, test} from 'vitest';
import {buildDownloadProgram} from './build-program.ts';
import {bytesOf} from './faulty-server.ts';
import {attempt, impatient, serving} from './fetching.ts';
import {anyFaults, liveThrough, sha256, size} from './hostile-world.ts';

// A few here; test/system/firmware.test.ts runs many.
const content = bytesOf(size);
let folder = '';
let program = '';
let count = 0;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'edge-builder-faults-'));
	program = await buildDownloadProgram(join(folder, 'program'));
	return () => rmSync(folder, {recursive: true, force: true});
});

test('whatever a server does, the file is right, or there is an error and no file', async () => {
	await fc.assert(
		fc.asyncProperty(anyFaults, fc.constantFrom(1, 4), async (faults, connections) => {
			const server = await serving(content, request => faults[request] ?? {});
			const {file, result, error} = await attempt(
				join(folder, String(count++)),
				{urls: [server.url], sha256},
				{connections, pace: {blockBytes: 64 * 1024, windowMs: 10}, patience: impatient},
			);
			if (file) expect(file.equals(content)).toBe(true);
			expect(file !== undefined).toBe(result !== undefined);
			expect(error !== undefined).toBe(result === undefined);
			if (error) expect(error).toMatchObject({name: 'FixableError'});
		}),
		{numRuns: 15},
	);
});

test('killed at any moment, it goes on, and the final name never has a wrong file', async () => {
	await fc.assert(
		fc.asyncProperty(
			anyFaults,
			fc.array(fc.integer({min: 60, max: 500}), {minLength: 1, maxLength: 2}),
			async (faults, killsAfterMs) => {
				const outcomes = await liveThrough(program, join(folder, String(count++)), {
					faults,
					killsAfterMs,
					connections: 4,
					judged: true,
				});
				for (const {file} of outcomes) expect(file).not.toBe('wrong');
				const last = outcomes.at(-1);
				// A killed run may have been done already; a later failure leaves its file alone.
				if (last?.result?.sha256 === undefined) expect(last?.file).toBe(outcomes.at(-2)?.file ?? 'none');
				else expect(last).toMatchObject({file: 'right', result: {sha256}});
				if (last?.result?.sha256) expect(last.part).toBe(false);
			},
		),
		{numRuns: 3},
	);
});
