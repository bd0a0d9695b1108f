import {appendFile, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {createOutputReader} from '../../../../../source/builders/canvos/earthly/run/event-log-or-console.ts';
import {tailFile} from '../../../../../source/builders/canvos/earthly/run/tail-file.ts';
import {createBacklog} from '../../../../../source/host/backlog.ts';
import {realFiles} from '../../../../../source/host/files.ts';
import {temporaryFolder} from '../../../../helpers/temporary-folder.ts';
import {collectingReporter, recording, recordingNames} from '../../recordings.ts';

const host = {
	files: realFiles,
	backlog: createBacklog(),
	sleep: (milliseconds: number, signal?: AbortSignal) => delay(milliseconds, undefined, {signal}),
};

/** How much faster than it was recorded. */
const faster = 40;

const timeOf = (line: string) =>
	Number(/"(?:timestamp|startedAt|endedAt)UnixNanos":"(\d+)\d{6}"/.exec(line)?.[1] ?? Number.NaN);

/** Writes a recording into a file at its own pace. */
const play = async (file: string, bytes: Buffer) => {
	const lines = bytes.toString().split(/(?<=\n)/);
	const begun = Date.now();
	let first = Number.NaN;
	let batch = '';
	for (const line of lines) {
		const at = timeOf(line);
		if (Number.isNaN(first)) first = at;
		const due = begun + (at - first) / faster;
		if (due > Date.now() + 5) {
			await appendFile(file, batch);
			batch = '';
			await delay(Math.max(0, due - Date.now()));
		}
		batch += line;
	}
	await appendFile(file, batch);
};

const outcomes = {0: 'success', 2: 'cancelled'} as const;
const endOf = (exitCode: number) => outcomes[exitCode as keyof typeof outcomes] ?? 'failure';

test.concurrent.each(recordingNames.filter(name => recording(name).logStream))(
	'%s at its own pace gives the tree of full speed',
	async name => {
		const run = recording(name);
		const bytes = run.logStream as Buffer;
		const file = join(temporaryFolder(), 'logstream.json');
		const seen = collectingReporter();
		const output = createOutputReader(seen.report, Date.now);
		const tail = tailFile(host, file, {onBytes: output.stream, onRestart: output.restart});
		await play(file, bytes);
		await tail.end();
		output.finish(endOf(run.exitCode));

		const atOnce = collectingReporter();
		const reference = createOutputReader(atOnce.report, () => 0);
		reference.stream(bytes);
		reference.finish(endOf(run.exitCode));
		expect(seen.tree()).toEqual(atOnce.tree());
		expect(seen.lines()).toEqual(atOnce.lines());
		expect(output.failure()).toEqual(reference.failure());
	},
);

test('a file that is begun anew twice, as the image’s entry point does, gives the tree of the last one', async () => {
	const file = join(temporaryFolder(), 'logstream.json');
	const seen = collectingReporter();
	const output = createOutputReader(seen.report, Date.now);
	const bytes = recording('fail-exit').logStream as Buffer;
	const tail = tailFile(host, file, {onBytes: output.stream, onRestart: output.restart});
	const bootstrap = '{"deltaManifest":{"fields":{"status":"RUN_STATUS_SUCCESS"}}}\n{"deltaManifest":{"fie';
	for (let times = 0; times < 2; times++) {
		await writeFile(file, bootstrap.repeat(3));
		await delay(30);
		await truncate(file);
		await delay(30);
	}
	await appendFile(file, bytes);
	await tail.end();
	output.finish('failure');
	expect(seen.tree()).toContain('+base-image: failed');
	expect(output.failure()).toMatchObject({source: 'Earthfile:12'});
});

test('a file that never comes is no error, and what was read last is read to its end', async () => {
	const folder = temporaryFolder();
	await tailFile(host, join(folder, 'missing'), {
		onBytes: () => expect.unreachable(),
		onRestart: () => expect.unreachable(),
	}).end();
	const file = join(folder, 'late');
	const read: string[] = [];
	const tail = tailFile(host, file, {
		onBytes: bytes => read.push(bytes.toString()),
		onRestart: () => undefined,
	});
	await delay(10);
	await writeFile(file, 'all of it');
	await tail.end();
	expect(read.join('')).toBe('all of it');
});
