import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type PipelineEvent, type StepId, stepIds} from '../../source/pipeline/events.ts';
import {timeLeft} from '../../source/pipeline/run-progress.ts';
import {initialRunState, type RunState, reduceRun} from '../../source/pipeline/run-state.ts';
import {EventList, eventsDuringBuild, eventsOfFailure, eventsToTheEnd, rehearsalHeader} from '../helpers/events.ts';
import {canvosRuns, logStreamRuns} from '../helpers/recorded-builds.ts';

/** The states after each event. */
function statesOf(events: readonly PipelineEvent[]): RunState[] {
	let state = initialRunState;
	return events.map(event => (state = reduceRun(state, event)));
}

const expectSteady = (events: readonly PipelineEvent[]) => {
	let before = 0;
	for (const {share, phase} of statesOf(events)) {
		expect(share).toBeGreaterThanOrEqual(before);
		expect(share).toBeLessThanOrEqual(1);
		expect(share === 1).toBe(phase.kind === 'finished' && phase.outcome === 'passed');
		before = share;
	}
};

describe.each([
	{name: 'a build', events: eventsDuringBuild().events},
	{name: 'a build that failed', events: eventsOfFailure().events},
	{name: 'a build that passed', events: eventsToTheEnd().events},
	...canvosRuns,
	...logStreamRuns,
])('$name', ({events}) => {
	test('is done by a share that never falls, and is whole only when it has passed', () => expectSteady(events));
});

const step = fc.constantFrom(...stepIds);
const anything: fc.Arbitrary<(list: EventList) => EventList> = fc.oneof(
	fc.nat(600_000).map(ms => (list: EventList) => list.wait(ms).add({type: 'host', cpu: 0, memory: 0, disks: []})),
	step.map(id => (list: EventList) => list.stepStarted(id)),
	step.map(id => (list: EventList) => list.stepFinished(id)),
	step.map(id => (list: EventList) => list.skipped(id, 'unchanged')),
	fc.record({step, done: fc.nat(200), total: fc.option(fc.nat(100), {nil: undefined})}).map(
		({step, ...rest}) =>
			(list: EventList) =>
				list.add({type: 'step-progress', step, progress: {...rest, unit: 'items'}}),
	),
);

test('whatever happens in whatever order, the share never falls', () => {
	fc.assert(
		fc.property(fc.array(anything, {maxLength: 40}), fc.boolean(), (acts, passes) => {
			const list = acts.reduce((list, act) => act(list), new EventList().runStarted());
			expectSteady(list.add({type: 'run-finished', outcome: passes ? 'passed' : 'failed'}).events);
		}),
	);
});

const took = (leastMs: number, mostMs: number) => ({leastMs, mostMs, lastMs: mostMs});
const plan = (...ids: StepId[]) => ids.map(id => ({id, title: id, done: id, after: []}));

test('the time left is what the steps that are still to come took before', () => {
	const usual = {'check-host': took(1000, 2000), 'provider-image': took(60_000, 90_000), collect: took(5000, 5000)};
	const list = new EventList().add({
		type: 'run-started',
		run: rehearsalHeader,
		plan: plan('check-host', 'provider-image', 'collect'),
		settings: {},
		usual,
	});
	list.step('check-host', 1500).stepStarted('provider-image').wait(30_000).log('provider-image', 'x');
	expect(timeLeft(statesOf(list.events).at(-1) ?? initialRunState)).toEqual({leastMs: 35_000, mostMs: 65_000});
	list.wait(500_000).log('provider-image', 'later than ever');
	expect(timeLeft(statesOf(list.events).at(-1) ?? initialRunState)).toEqual({leastMs: 5000, mostMs: 14_000});
});

test('nothing is said of the time left where a step was never built here', () => {
	expect(timeLeft(statesOf(eventsDuringBuild().events).at(-1) ?? initialRunState)).toBeUndefined();
});
