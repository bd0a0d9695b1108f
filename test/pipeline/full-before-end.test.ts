import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {UsualTimes} from '../../source/pipeline/events.ts';
import {fullBeforeEndMs} from '../../source/pipeline/full-before-end.ts';
import {timeLeft} from '../../source/pipeline/run-progress.ts';
import {initialRunState, type RunState, reduceRun} from '../../source/pipeline/run-state.ts';
import {plainSink} from '../../source/reporters/plain-lines.ts';
import {EventList} from '../helpers/events.ts';

const minutes = 60_000;

/** A build of one step that usually takes so long, two minutes after it began, on a disk that is full in so many more. */
function filling({fullIn, usually}: {fullIn: number; usually?: number}) {
	const usual: UsualTimes =
		usually === undefined
			? {}
			: {'provider-image': {leastMs: usually * minutes, mostMs: usually * minutes, lastMs: usually * minutes}};
	const plan = [{id: 'provider-image', title: 'Building', done: 'Built', after: []}] as const;
	const list = new EventList().runStarted({}, plan);
	Object.assign(list.events[0] ?? {}, {usual});
	list.stepStarted('provider-image');
	// A gigabyte a minute.
	for (let second = 0; second <= 120; second += 10) {
		const freeBytes = (fullIn + 2 - second / 60) * 1e9;
		list.add({type: 'host', cpu: 0, memory: 0, disks: [{path: '/srv', freeBytes, totalBytes: 1e12}]});
		if (second < 120) list.wait(10_000);
	}
	return list;
}

const stateOf = (list: EventList): RunState => list.events.reduce(reduceRun, initialRunState);
const inMinutes = (list: EventList) => {
	const ms = fullBeforeEndMs(stateOf(list), '/srv');
	return ms === undefined ? undefined : Math.round(ms / minutes);
};

test('a disk is full before the end only where the time left reaches as far', () => {
	expect(inMinutes(filling({fullIn: 97, usually: 12}))).toBeUndefined();
	expect(inMinutes(filling({fullIn: 9, usually: 12}))).toBe(9);
	fc.assert(
		fc.property(fc.integer({min: 1, max: 110}), fc.integer({min: 1, max: 200}), (fullIn, usually) => {
			const list = filling({fullIn, usually});
			const mostMs = timeLeft(stateOf(list))?.mostMs ?? 0;
			fc.pre(Math.abs(mostMs - fullIn * minutes) > minutes / 10);
			expect(inMinutes(list)).toBe(fullIn * minutes < mostMs ? fullIn : undefined);
		}),
	);
});

test('where nobody knows the time left it is told within an hour, and never after the end', () => {
	expect(inMinutes(filling({fullIn: 97}))).toBeUndefined();
	expect(inMinutes(filling({fullIn: 50}))).toBe(50);
	expect(inMinutes(filling({fullIn: 5}).add({type: 'run-finished', outcome: 'passed'}))).toBeUndefined();
	expect(fullBeforeEndMs(stateOf(filling({fullIn: 5})), '/other')).toBeUndefined();
});

// Symptom: "full in 97 min" of a build that ends in ten.
test('lines say nothing of a disk that lasts longer than the build', () => {
	const written: string[] = [];
	for (const fullIn of [97, 9]) {
		const sink = plainSink({write: text => written.push(text), drain: async () => undefined});
		for (const event of filling({fullIn, usually: 12}).events) sink.accept(event);
	}
	expect(written.filter(text => text.includes('will be full'))).toEqual([
		expect.stringMatching(/^! The disk of \/srv will be full in about \d+ min: /),
	]);
});
