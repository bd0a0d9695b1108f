import {expect, test} from 'vitest';
import type {UsualTimes} from '../../../source/pipeline/events.ts';
import {initialRunState, reduceRun} from '../../../source/pipeline/run-state.ts';
import {createRunStore} from '../../../source/pipeline/run-store.ts';
import {comparedTimes} from '../../../source/pipeline/step-times.ts';
import {plainSink} from '../../../source/reporters/plain-lines.ts';
import {initialView} from '../../../source/tui/dashboard/dashboard-view.ts';
import {drawDashboard} from '../../../source/tui/dashboard/draw-dashboard.ts';
import {timeRows} from '../../../source/tui/dashboard/time-rows.ts';
import {unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {textOf} from '../../../source/tui/styled-text.ts';
import {EventList, eventsOfFailure, eventsToTheEnd} from '../../helpers/events.ts';
import {frameFault} from '../../helpers/frame-fault.ts';

const last = (lastMs: number) => ({leastMs: lastMs, mostMs: lastMs, lastMs});
const usual: UsualTimes = {
	'provider-image': last(235_000),
	'installer-iso': last(61_000),
	collect: last(1000),
	'verify-iso': last(2000),
};

/** A run that took 4m 10s, 1m 01s, 3.0s and 2.0s for these steps, and the same for one that never ran before. */
const passed = (known: UsualTimes = usual) => {
	const list = new EventList().runStarted();
	Object.assign(list.events[0] ?? {}, {usual: known});
	return list
		.step('check-host', 1000)
		.step('provider-image', 250_000)
		.step('installer-iso', 61_000)
		.step('collect', 3000)
		.step('verify-iso', 2000)
		.add({type: 'run-finished', outcome: 'passed'});
};

const outcomeOf = async (list: EventList, size: {columns: number; rows: number}) => {
	const store = createRunStore();
	for (const event of list.events) store.accept(event);
	await store.close?.();
	const drawing = {screen: {rows: [], cursor: 0}, replay: false, isStopping: false, frame: 0, glyphs: unicodeGlyphs};
	const view = {...initialView, focus: 'outcome' as const};
	const rows = drawDashboard({...drawing, snapshot: store.getSnapshot(), view}, size).rows.map(textOf);
	expect(await frameFault(rows, size)).toBeUndefined();
	return rows;
};

test('a build that passed tells each step’s time beside that of the last one, in the order of the run', async () => {
	const screen = (await outcomeOf(passed(), {columns: 120, rows: 40})).join('\n');
	expect(screen).toMatch(/Provider image built +4m 10s \(3m 55s last time\) ┃.*\n.*1m 01s \(1m 01s last time\)/);
	expect(screen).toMatch(/3\.0s \(1\.0s last time\)/);
	expect(screen).not.toMatch(/Machine checked.*last time/);
});

test('where there is less room the steps that differ most come first, in fewer words', async () => {
	const times = comparedTimes(passed().events.reduce(reduceRun, initialRunState));
	const rows = timeRows(times, {width: 42, room: 2, glyphs: unicodeGlyphs}).map(textOf);
	expect(rows[0]).toMatch(/^Provider image built +4m 10s \(last 3m 55s\)$/);
	expect(rows[1]).toMatch(/3\.0s \(last 1\.0s\)$/);
	const small = (await outcomeOf(passed(), {columns: 60, rows: 20})).join('\n');
	expect(small).toContain('4m 10s (3m 55s last time)');
});

test('without a run before, and after a failure, nothing is compared', async () => {
	for (const list of [passed({}), eventsToTheEnd(), eventsOfFailure()])
		expect((await outcomeOf(list, {columns: 120, rows: 40})).join('\n')).not.toMatch(/last (?:time|\d)/);
});

test('lines say it where a step ends', () => {
	const written: string[] = [];
	const sink = plainSink({write: text => written.push(text), drain: async () => undefined});
	for (const event of passed().events) sink.accept(event);
	expect(written.join('')).toContain('Provider image built (4m 10s, 3m 55s last time)\n');
	expect(written.join('')).toMatch(/Machine checked \(1\.0s\)\n/);
});
