import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {expect} from 'vitest';
import {bfbName} from '../firmware/context.ts';
import {download, downloadArgs, noInternet, whatLies} from '../firmware/shipped.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {until} from '../helpers/until.ts';
import {sha256Of} from './attempt.ts';
import {bytesOf, type Fault, startFaultyServer} from './faulty-server.ts';
import {shortWaits} from './short-waits.ts';

// Large enough for four connections.
const size = 70_000_000;
const content = bytesOf(size);
const other = bytesOf(size, 2);
const sha256 = sha256Of(content);

const at = fc.integer({min: 0, max: size});

/** What may go wrong with one request. */
const anyFault: fc.Arbitrary<Fault> = fc.oneof(
	{weight: 3, arbitrary: fc.constant({})},
	{weight: 4, arbitrary: at.map(dropAfter => ({dropAfter}))},
	{weight: 1, arbitrary: at.map(stallAfter => ({stallAfter}))},
	{weight: 1, arbitrary: fc.constant({ignoresRange: true})},
	{weight: 1, arbitrary: fc.constantFrom(-1000, 1000).map(lengthOff => ({lengthOff}))},
	{weight: 1, arbitrary: fc.constantFrom(-4096, 1, 512).map(rangeOff => ({rangeOff}))},
	{weight: 1, arbitrary: fc.constantFrom('"changed"', '', 'W/"weak"').map(etag => ({etag}))},
	{weight: 1, arbitrary: fc.constant({content: other})},
	{weight: 1, arbitrary: fc.constant({gzips: true})},
	{weight: 1, arbitrary: fc.constantFrom(429, 500, 503, 404).map(status => ({status, headers: {'retry-after': '0'}}))},
	{
		weight: 1,
		arbitrary: fc.constantFrom<'chunked' | 'until-close'>('chunked', 'until-close').map(length => ({length})),
	},
	{weight: 4, arbitrary: fc.integer({min: 20_000_000, max: 80_000_000}).map(rate => ({rate}))},
);

/** A server's whole behaviour: a fault for each of the first requests, then none. */
export const anyFaults = fc.array(anyFault, {maxLength: 12});

/** After how many further bytes each of the first runs is killed. */
export const anyKills = (maxLength: number) => fc.array(at, {maxLength});

export type World = {faults: readonly Fault[]; killsAfterBytes: readonly number[]};

/** What is under the final name after a run; the last one wasn't killed and has an exit code. */
export type Outcome = {file: 'right' | 'wrong' | 'none'; left: string[]; exitCode?: number; printed?: string};

/**
 * Lets the program as it ships download in that world, killing it with SIGKILL when so many bytes were sent, and then once
 * more to its end. The final name is looked at after each kill as well.
 */
export const liveThrough = async ({faults, killsAfterBytes}: World): Promise<Outcome[]> => {
	const server = await startFaultyServer(content, count => faults[count] ?? {});
	// Gone after each life: there are many, and they are large.
	const root = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	const settings = {BFB_URL: server.url, BFB_SHA256: sha256};
	const env = {...noInternet, ...shortWaits(root)};
	const look = (): Outcome => {
		const {file, left} = whatLies(root);
		return {file: file === undefined ? 'none' : file.equals(content) ? 'right' : 'wrong', left};
	};
	try {
		const outcomes: Outcome[] = [];
		for (const bytes of killsAfterBytes) {
			const before = server.sent();
			const run = startUnattended(downloadArgs(root, settings, ['--yes']), {cwd: root, env});
			await until(
				() => run.hasEnded() || server.sent() - before >= bytes,
				() => `neither ended nor came so far: ${server.sent() - before} bytes`,
				60_000,
			);
			run.signal('SIGKILL');
			await run.exitCode(60_000);
			outcomes.push(look());
		}
		const {exitCode, printed} = await download(root, settings, {env});
		outcomes.push({...look(), exitCode, printed});
		return outcomes;
	} finally {
		await server.close();
		rmSync(root, {recursive: true, force: true});
	}
};

/** What holds in every world. */
export const survives = (outcomes: readonly Outcome[]) => {
	for (const {file} of outcomes) expect(file).not.toBe('wrong');
	const [before, last] = [outcomes.at(-2), outcomes.at(-1)];
	expect(last?.printed).not.toContain('bug');
	if (last?.exitCode === 0) expect(last).toMatchObject({file: 'right', left: [bfbName]});
	else {
		expect(last?.exitCode).toBe(4);
		// A killed run may have been done already; a later failure leaves its file alone.
		expect(last?.file).toBe(before?.file ?? 'none');
	}
};
