import {expect, test} from 'vitest';
import {createOutputReader} from '../../../../../source/builders/canvos/earthly/run/event-log-or-console.ts';
import {collectingReporter, recording} from '../../recordings.ts';

const run = recording('fail-exit');
const half = (run.logStream as Buffer).subarray(0, 24_000);

test('while the event log comes, the console text is not shown a second time', () => {
	const seen = collectingReporter();
	const output = createOutputReader(seen.report, () => 0);
	output.console('Unable to find image locally');
	output.console(run.console);
	output.stream(run.logStream as Buffer);
	output.finish('failure');
	expect(seen.lines()).toContain('Unable to find image locally');
	expect(seen.lines().filter(line => line === 'E: Unable to locate package doca-all')).toHaveLength(1);
});

test('an event log that stops while the console goes on is replaced by it, and that is said', () => {
	let now = 0;
	const seen = collectingReporter();
	const output = createOutputReader(seen.report, () => now);
	output.stream(half);
	const known = seen.lines().length;
	now = 4000;
	output.console('         +base-image | --> RUN make');
	output.console('         +base-image | compiling 1');
	expect(seen.lines()).toHaveLength(known);
	now = 10_000;
	output.console('         +base-image | compiling 2');
	expect(seen.lines().slice(known)).toEqual(['compiling 1', 'compiling 2']);
	expect(seen.notes).toEqual([expect.stringMatching(/event log stopped/)]);
	now = 11_000;
	output.console('         +base-image | compiling 3');
	expect(seen.lines().at(-1)).toBe('compiling 3');
});

test('a quiet build is not taken for a stopped event log', () => {
	let now = 0;
	const seen = collectingReporter();
	const output = createOutputReader(seen.report, () => now);
	output.stream(half);
	now = 600_000;
	output.console('         +base-image | still here');
	output.stream((run.logStream as Buffer).subarray(24_000));
	output.finish('failure');
	expect(seen.notes).toEqual([]);
	expect(seen.lines()).not.toContain('still here');
});

test('statistics of a silent step show that the event log is alive', () => {
	let now = 0;
	const seen = collectingReporter();
	const output = createOutputReader(seen.report, () => now);
	output.stream(half);
	const known = seen.lines().length;
	output.console('a warning that only the console has');
	const statistics = Buffer.from('{"deltaLog":{"commandId":"x/1","stream":99,"data":"e30="}}\n');
	for (now = 1000; now <= 60_000; now += 1000) output.stream(statistics);
	output.console('         +base-image | compiling');
	expect(seen.notes).toEqual([]);
	expect(seen.lines()).toHaveLength(known);
});

test('where the event log was cut, the last words of the console are shown', () => {
	const seen = collectingReporter();
	const output = createOutputReader(seen.report, () => 0);
	output.stream(half);
	output.console('docker: error waiting for container: unexpected EOF');
	output.finish('failure');
	expect(seen.lines()).toContain('docker: error waiting for container: unexpected EOF');
	expect(output.lastLines()).toEqual(['docker: error waiting for container: unexpected EOF']);
});

test('lines of the event log that are no records are told, not swallowed', () => {
	const seen = collectingReporter();
	const output = createOutputReader(seen.report, () => 0);
	output.stream(Buffer.concat([half, Buffer.from('\nnot a record\n')]));
	output.finish('failure');
	expect(seen.notes).toEqual([expect.stringMatching(/could not be read.*: [12]\./)]);
});
