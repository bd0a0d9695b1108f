import {expect, test} from 'vitest';
import {createObserver} from '../../../../source/builders/canvos/earthly/observer.ts';
import {collectingReporter, recording} from '../recordings.ts';

const run = recording('fail-exit');
const half = (run.logStream as Buffer).subarray(0, 24_000);

test('while the event log comes, the console text is not shown a second time', () => {
	const seen = collectingReporter();
	const observer = createObserver(seen.report, () => 0);
	observer.console('Unable to find image locally');
	observer.console(run.console);
	observer.stream(run.logStream as Buffer);
	observer.finish('failure');
	expect(seen.lines()).toContain('Unable to find image locally');
	expect(seen.lines().filter(line => line === 'E: Unable to locate package doca-all')).toHaveLength(1);
});

test('an event log that stops while the console goes on is replaced by it, and that is said', () => {
	let now = 0;
	const seen = collectingReporter();
	const observer = createObserver(seen.report, () => now);
	observer.stream(half);
	const known = seen.lines().length;
	now = 4000;
	observer.console('         +base-image | --> RUN make');
	observer.console('         +base-image | compiling 1');
	expect(seen.lines()).toHaveLength(known);
	now = 10_000;
	observer.console('         +base-image | compiling 2');
	expect(seen.lines().slice(known)).toEqual(['compiling 1', 'compiling 2']);
	expect(seen.notes).toEqual([expect.stringMatching(/event log stopped/)]);
	now = 11_000;
	observer.console('         +base-image | compiling 3');
	expect(seen.lines().at(-1)).toBe('compiling 3');
});

test('a quiet build is not taken for a stopped event log', () => {
	let now = 0;
	const seen = collectingReporter();
	const observer = createObserver(seen.report, () => now);
	observer.stream(half);
	now = 600_000;
	observer.console('         +base-image | still here');
	observer.stream((run.logStream as Buffer).subarray(24_000));
	observer.finish('failure');
	expect(seen.notes).toEqual([]);
	expect(seen.lines()).not.toContain('still here');
});

test('statistics of a silent step show that the event log is alive', () => {
	let now = 0;
	const seen = collectingReporter();
	const observer = createObserver(seen.report, () => now);
	observer.stream(half);
	const known = seen.lines().length;
	observer.console('a warning that only the console has');
	const statistics = Buffer.from('{"deltaLog":{"commandId":"x/1","stream":99,"data":"e30="}}\n');
	for (now = 1000; now <= 60_000; now += 1000) observer.stream(statistics);
	observer.console('         +base-image | compiling');
	expect(seen.notes).toEqual([]);
	expect(seen.lines()).toHaveLength(known);
});

test('where the event log was cut, the last words of the console are shown', () => {
	const seen = collectingReporter();
	const observer = createObserver(seen.report, () => 0);
	observer.stream(half);
	observer.console('docker: error waiting for container: unexpected EOF');
	observer.finish('failure');
	expect(seen.lines()).toContain('docker: error waiting for container: unexpected EOF');
	expect(observer.lastLines()).toEqual(['docker: error waiting for container: unexpected EOF']);
});
