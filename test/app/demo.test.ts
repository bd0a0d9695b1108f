import {expect, test} from 'vitest';
import {demoEvents} from '../../source/app/demo/demo-recording.ts';
import {openDemo} from '../../source/app/demo/open-demo.ts';
import {stepIds} from '../../source/pipeline/events.ts';
import {isEvent} from '../../source/pipeline/recorded-event.ts';
import {initialRunState, reduceRun} from '../../source/pipeline/run-state.ts';
import {createRunStore} from '../../source/pipeline/run-store.ts';
import {paneIds, panesWorthShowing} from '../../source/tui/dashboard/panes.ts';

const events = demoEvents('1.2.3');

test('the demo is a record like any other: whole events, in order, of one run that passes', () => {
	expect(events.filter(event => !isEvent(JSON.parse(JSON.stringify(event))))).toEqual([]);
	expect(events.map(({seq}) => seq)).toEqual(events.map((_, index) => index + 1));
	expect(events.every(({at}, index) => at >= (events[index - 1]?.at ?? 0))).toBe(true);
	expect(events.reduce(reduceRun, initialRunState).phase).toMatchObject({kind: 'finished', outcome: 'passed'});
});

test('every step begins before it ends, and all but the one not asked for are done', () => {
	const {steps} = events.reduce(reduceRun, initialRunState);
	expect(steps.map(({id}) => id)).toEqual(stepIds.filter(id => id !== 'pack-bundle'));
	for (const {id, phase} of steps) {
		const outcome = {kind: id === 'push' ? 'skipped' : 'done'};
		expect([id, phase]).toMatchObject([id, {kind: 'finished', outcome}]);
		if (id !== 'push') expect(phase).toMatchObject({startedAt: expect.any(Number)});
	}
});

test('every target and command of its build tree is done, in a target that is there', () => {
	const nodes = [...events.reduce(reduceRun, initialRunState).nodes.values()];
	expect(nodes.filter(({state}) => state !== 'done')).toEqual([]);
	for (const {parent, kind} of nodes) expect(kind === 'target' || nodes.some(({id}) => id === parent)).toBe(true);
});

test('each pane of the dashboard has something to show', async () => {
	const store = createRunStore();
	for (const event of events) store.accept(event);
	await store.close?.();
	const snapshot = store.getSnapshot();
	expect(panesWorthShowing(snapshot).toSorted()).toEqual([...paneIds].toSorted());
	expect(snapshot.linesOf('provider-image').lines.length).toBeGreaterThan(200);
	expect(snapshot.serial).toContain('login:');
	expect(snapshot.rates.length).toBeGreaterThan(20);
});

test('it takes about a minute and a half to watch, and little room', async () => {
	const {player} = await openDemo({version: '1.2.3', now: () => 0});
	const {length, speed} = player?.getSnapshot() ?? {length: 0, speed: 1};
	expect(length / speed / 1000).toBeGreaterThan(60);
	expect(length / speed / 1000).toBeLessThanOrEqual(90);
	expect(JSON.stringify(events).length).toBeLessThan(300_000);
});

test('nothing in it claims a place of a real machine', () => {
	const paths = JSON.stringify(events).match(/\/(home|root|work|tmp|Users)\/[\w./-]+/g) ?? [];
	expect([...new Set(paths.map(path => path.split('/').slice(0, 4).join('/')))]).toEqual(['/home/demo/edge']);
});
