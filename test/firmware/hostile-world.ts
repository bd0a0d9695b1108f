import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import fc from 'fast-check';
import {bytesOf, type Fault, startFaultyServer} from './faulty-server.ts';
import {impatient, sha256Of} from './fetching.ts';

export const size = 700_000;
const content = bytesOf(size);
const other = bytesOf(size, 2);
export const sha256 = sha256Of(content);

const at = fc.integer({min: 0, max: size});

/** What may go wrong with one request. */
export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
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
	{weight: 2, arbitrary: fc.integer({min: 2_000_000, max: 8_000_000}).map(rate => ({rate}))},
);

/** A server's whole behaviour: a fault for each of the first requests, then none. */
export const anyFaults = fc.array(anyFault, {maxLength: 12});

export type World = {faults: readonly Fault[]; killsAfterMs: readonly number[]; connections: number; judged: boolean};

/** What is under the final name in the end, and whether the last run succeeded. */
export type Outcome = {file: 'right' | 'wrong' | 'none'; result?: {sha256?: string; error?: string}; part: boolean};

/**
 * Lets the program download in that world, killing it with SIGKILL at the given times, and then once more to its end.
 * The final name is looked at after each kill as well.
 */
export const liveThrough = async (program: string, folder: string, world: World): Promise<Outcome[]> => {
	const server = await startFaultyServer(content, count => world.faults[count] ?? {});
	const path = join(folder, 'firmware.bfb');
	const look = (result?: Outcome['result']): Outcome => ({
		file: !existsSync(path) ? 'none' : readFileSync(path).equals(content) ? 'right' : 'wrong',
		part: existsSync(`${path}.part`),
		result,
	});
	const start = () =>
		spawn(
			process.execPath,
			[
				program,
				JSON.stringify({
					path,
					urls: [server.url],
					sha256: world.judged ? sha256 : undefined,
					connections: world.connections,
					pace: {blockBytes: 64 * 1024, windowMs: 10},
					patience: impatient,
					checkpointMs: 15,
				}),
			],
			{stdio: ['ignore', 'pipe', 'inherit']},
		);
	try {
		const outcomes: Outcome[] = [];
		for (const ms of world.killsAfterMs) {
			const child = start();
			const ended = once(child, 'exit');
			await Promise.race([delay(ms), ended]);
			child.kill('SIGKILL');
			await ended;
			outcomes.push(look());
		}
		outcomes.push(look(JSON.parse(await outputOf(start()))));
		return outcomes;
	} finally {
		await server.close();
	}
};

const outputOf = async (child: ChildProcess) => {
	let output = '';
	child.stdout?.on('data', (text: Buffer) => {
		output += text;
	});
	await once(child, 'close');
	return output;
};
