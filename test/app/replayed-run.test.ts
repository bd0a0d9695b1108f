import fc from 'fast-check';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {OpenRun} from '../../source/app/actions.ts';
import {replayRun} from '../../source/app/replayed-run.ts';
import {type PipelineEvent, stepIds} from '../../source/pipeline/events.ts';
import {playerCommands} from '../../source/pipeline/replay-player.ts';
import {createRunStore} from '../../source/pipeline/run-store.ts';
import {EventList, eventsOfFailure, eventsToTheEnd} from '../helpers/events.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const bytesOf = (events: readonly PipelineEvent[], end = '') => {
	const bytes = Buffer.from(events.map(event => `${JSON.stringify(event)}\n`).join('') + end);
	return async (buffer: Buffer, from: number) => bytes.copy(buffer, 0, from);
};

const play = (events: readonly PipelineEvent[], {at = 'beginning' as const, pieceBytes = 700} = {}) =>
	replayRun(bytesOf(events), {now: Date.now, at, pieceBytes});

/** Everything that a screen can learn of a run. */
const shown = (store: Pick<OpenRun, 'getSnapshot'>) => {
	const {state, serial, rates, linesOf} = store.getSnapshot();
	return {state, serial, rates, lines: stepIds.map(linesOf)};
};

/** What a live run showed when it had come so far. */
const liveAt = (events: readonly PipelineEvent[], position: number) => {
	const store = createRunStore();
	const startedAt = events[0]?.at ?? 0;
	for (const event of events) if (event.at - startedAt <= position) store.accept(event);
	void store.close?.();
	return shown(store);
};

/** More lines than are kept of a step, a download with rates, and a VM's screen. */
const long = () => {
	const list = new EventList().runStarted().stepStarted('provider-image');
	for (let line = 0; line < 5200; line++) list.wait(10).log('provider-image', `line ${line}`);
	return [...list.events, ...eventsToTheEnd().events.map(event => ({...event, at: event.at + 60_000}))];
};

test.each([
	['one that passed', eventsToTheEnd().events],
	['one that failed', eventsOfFailure().events],
	['a long one', long()],
])('whatever is pressed, %s shows what it showed live at that time', async (_, events) => {
	const act = fc.oneof(
		{weight: 2, arbitrary: fc.constantFrom(...playerCommands)},
		{weight: 1, arbitrary: fc.nat(3000)},
	);
	const {player, ...store} = await play(events, {pieceBytes: events.length > 1000 ? 40_000 : 700});
	const leave = player?.subscribe(() => undefined);
	await fc.assert(
		fc.asyncProperty(fc.array(act, {maxLength: 12}), async acts => {
			for (const act of acts) {
				// Not awaited: keys come while an earlier one is still being followed.
				if (typeof act === 'string') void player?.obey(act);
				else await vi.advanceTimersByTimeAsync(act);
			}
			await player?.obey('slower');
			expect(shown(store)).toEqual(liveAt(events, player?.getSnapshot().position ?? 0));
		}),
		{numRuns: events.length > 1000 ? 25 : 60},
	);
	leave?.();
});

// An hour with 200,000 events takes half a second to fold.
test('seeking folds from the nearest of some places, not from the beginning', async () => {
	const events = long();
	const readInto = bytesOf(events);
	let bytesRead = 0;
	const {player} = await replayRun(
		async (buffer, from) => {
			const length = await readInto(buffer, from);
			bytesRead += length;
			return length;
		},
		{now: Date.now, at: 'end', pieceBytes: 5000},
	);
	const whole = bytesRead;
	for (const command of ['back', 'back', 'previousStep', 'back', 'forward'] as const) {
		bytesRead = 0;
		await player?.obey(command);
		expect(bytesRead).toBeLessThan(whole / 6);
	}
});

test('time goes by only while somebody watches', async () => {
	const {player} = await play(eventsToTheEnd().events);
	await vi.advanceTimersByTimeAsync(1000);
	expect(player?.getSnapshot().position).toBe(0);
	const leave = player?.subscribe(() => undefined);
	await vi.advanceTimersByTimeAsync(1000);
	const {position} = player?.getSnapshot() ?? {position: 0};
	expect(position).toBeGreaterThan(0);
	leave?.();
	await vi.advanceTimersByTimeAsync(1000);
	expect(player?.getSnapshot().position).toBe(position);
	expect(vi.getTimerCount()).toBe(0);
});

test('what a kill cut off, and what is no event, is left out', async () => {
	const {events} = eventsToTheEnd();
	const cut = await replayRun(bytesOf(events.slice(0, 9), 'no JSON\n{"type": "strange"}\n{"seq":'), {
		now: Date.now,
		at: 'end',
		pieceBytes: 100,
	});
	expect(shown(cut)).toEqual(liveAt(events.slice(0, 9), Infinity));
});

test('an empty record is shown as one that never started', async () => {
	const {player, getSnapshot} = await play([]);
	await player?.obey('pause');
	expect(getSnapshot().state.phase.kind).toBe('not-started');
	expect(player?.getSnapshot()).toMatchObject({position: 0, length: 0});
});
