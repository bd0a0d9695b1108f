import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createStream} from '../../source/pipeline/event-stream.ts';
import {type PipelineEvent, stepIds} from '../../source/pipeline/events.ts';
import {firstDifference, hashOf} from '../../source/pipeline/receipts.ts';
import {parseEvents, replay} from '../../source/pipeline/replay.ts';
import {initialRunState, reduceRun} from '../../source/pipeline/run-state.ts';
import {createRunStore} from '../../source/pipeline/run-store.ts';

const note = (text: string) => ({type: 'log', step: 'provider-image', chunk: {stream: 'note', text}}) as const;

test('a sink that throws is detached and the others get every event', () => {
	const got: number[] = [];
	const broken: unknown[] = [];
	const stream = createStream({
		now: () => 1,
		onBroken: error => broken.push(error),
		sinks: [
			{
				accept: ({seq}) => {
					if (seq === 2) throw new Error('broken');
				},
			},
			{accept: ({seq}) => got.push(seq)},
		],
	});
	for (const text of ['a', 'b', 'c']) stream.emit(note(text));
	expect(got).toEqual([1, 2, 3]);
	expect(broken).toEqual([new Error('broken')]);
});

test('closing drains every sink, and one that fails to drain does not stop the others', async () => {
	const drained: string[] = [];
	const broken: unknown[] = [];
	const stream = createStream({
		now: () => 1,
		onBroken: error => broken.push(error),
		sinks: [
			{accept: () => undefined, close: () => Promise.reject(new Error('disk full'))},
			{accept: () => undefined, close: async () => void drained.push('second')},
		],
	});
	await stream.close();
	expect(drained).toEqual(['second']);
	expect(broken).toHaveLength(1);
});

const eventBodies = fc.oneof(
	fc.record({type: fc.constant('step-started' as const), step: fc.constantFrom(...stepIds)}),
	fc.record({
		type: fc.constant('step-progress' as const),
		step: fc.constantFrom(...stepIds),
		progress: fc.record({done: fc.nat(), unit: fc.constant('bytes' as const), rate: fc.nat()}),
	}),
	fc.record({
		type: fc.constant('log' as const),
		step: fc.constantFrom(...stepIds),
		chunk: fc.record({stream: fc.constantFrom('out' as const, 'serial' as const), text: fc.string()}),
	}),
	fc.record({
		type: fc.constant('check' as const),
		step: fc.constantFrom(...stepIds),
		result: fc.record({
			id: fc.constantFrom('a', 'b'),
			title: fc.string(),
			verdict: fc.constantFrom('pass' as const, 'fail' as const),
		}),
	}),
	fc.record({
		type: fc.constant('step-finished' as const),
		step: fc.constantFrom(...stepIds),
		outcome: fc.constantFrom(
			{kind: 'done' as const},
			{kind: 'skipped' as const, reason: 'x'},
			{kind: 'cancelled' as const},
		),
	}),
	fc.record({
		type: fc.constant('run-finished' as const),
		outcome: fc.constantFrom('passed' as const, 'failed' as const),
	}),
);
const plan = stepIds.map(id => ({id, title: id, done: id, after: []}));
const header = {
	runId: 'r',
	preset: 'p',
	builder: 'rehearsal',
	rehearsal: true,
	version: '0',
	workspace: '/w',
	folder: '/w/r',
	imageReference: 'i',
	isoName: 'x',
} as const;

test('replaying what was written rebuilds the same state, whatever happened', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(eventBodies, {maxLength: 40}), async bodies => {
			let ndjson = '';
			const live = createRunStore();
			const stream = createStream({
				onBroken: () => undefined,
				sinks: [live, {accept: (event: PipelineEvent) => (ndjson += `${JSON.stringify(event)}\n`)}] as never,
				now: () => 1,
			});
			stream.emit({type: 'run-started', run: header, plan, settings: {}});
			for (const body of bodies) stream.emit(body);
			await stream.close();
			const again = createRunStore();
			await replay(parseEvents(ndjson), [again]);
			expect(again.getSnapshot().state).toEqual(live.getSnapshot().state);
			expect(again.getSnapshot().serial).toBe(live.getSnapshot().serial);
		}),
		{numRuns: 60},
	);
});

test('a last line that a kill cut off is left out, a broken one in the middle is told', () => {
	const whole = JSON.stringify({seq: 1, at: 1, type: 'run-finished', outcome: 'passed'});
	expect(parseEvents(`${whole}\n{"seq":2,"at`)).toHaveLength(1);
	expect(() => parseEvents(`{"seq":\n${whole}\n`)).toThrow('Line 1 of the event log is not JSON');
});

test('the store keeps the newest lines, counts the others, and tells readers a few times, not per line', async () => {
	const store = createRunStore();
	let told = 0;
	store.subscribe(() => told++);
	const stream = createStream({now: () => 1, onBroken: () => undefined, sinks: [store]});
	for (let index = 0; index < 200; index++) {
		stream.emit({
			type: 'log',
			step: 'provider-image',
			chunk: {stream: 'out', text: Array.from({length: 100}, (_, line) => `${index}.${line}`).join('\n')},
		});
	}
	await stream.close();
	const {lines, dropped} = store.getSnapshot().linesOf('provider-image');
	expect(lines).toHaveLength(5000);
	expect(dropped).toBe(15_000);
	expect(lines.at(0)?.text).toBe('150.0');
	expect(lines.at(-1)?.text).toBe('199.99');
	expect(told).toBeLessThan(200);
});

test('a check told twice counts once, with its later verdict', () => {
	const check = (verdict: 'pass' | 'fail'): PipelineEvent => ({
		seq: 1,
		at: 1,
		type: 'check',
		step: 'verify-image',
		result: {id: 'kernel', title: 'Kernel', verdict},
	});
	const state = [
		{seq: 1, at: 1, type: 'run-started', run: header, plan, settings: {}} as const,
		check('fail'),
		check('pass'),
	].reduce(reduceRun, initialRunState);
	expect(state.steps.flatMap(step => step.checks)).toEqual([{id: 'kernel', title: 'Kernel', verdict: 'pass'}]);
});

test('equal values have equal hashes whatever the order of their keys, and others do not', () => {
	fc.assert(
		fc.property(fc.dictionary(fc.string(), fc.integer(), {minKeys: 1}), dictionary => {
			const reversed = Object.fromEntries(Object.entries(dictionary).reverse());
			expect(hashOf(reversed)).toBe(hashOf(dictionary));
			expect(firstDifference(dictionary, reversed)).toBeUndefined();
			const [key] = Object.keys(dictionary);
			const changed = {...dictionary, [key ?? '']: (dictionary[key ?? ''] ?? 0) + 1};
			expect(hashOf(changed)).not.toBe(hashOf(dictionary));
			expect(firstDifference({a: dictionary}, {a: changed})).toBe(`a.${key}`);
		}),
	);
});
