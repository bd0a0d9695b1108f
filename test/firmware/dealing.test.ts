import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {judgeAnswer, retryAfterMs} from '../../source/firmware/answers.ts';
import {createGrowth} from '../../source/firmware/growth.ts';
import {bytesIn, frontOf, gaps, type Range, withRange} from '../../source/firmware/ranges.ts';
import {createSegments, type Segment} from '../../source/firmware/segments.ts';

const size = 64;
const someRange = fc
	.tuple(fc.nat(size), fc.nat(size))
	.map(([a, b]): Range => ({start: Math.min(a, b), end: Math.max(a, b)}));

describe('ranges', () => {
	test('hold exactly the bytes that were added', () => {
		fc.assert(
			fc.property(fc.array(someRange, {maxLength: 12}), added => {
				const ranges = added.reduce<Range[]>(withRange, []);
				const bytes = Array.from({length: size}, (_, at) => added.some(({start, end}) => at >= start && at < end));
				expect(bytes).toEqual(
					Array.from({length: size}, (_, at) => ranges.some(({start, end}) => at >= start && at < end)),
				);
				expect(bytesIn(ranges)).toBe(bytes.filter(Boolean).length);
				expect(frontOf(ranges)).toBe(bytes.includes(false) ? bytes.indexOf(false) : size);
				expect(ranges.every(({start}, at) => at === 0 || start > (ranges[at - 1]?.end ?? 0))).toBe(true);
				expect(bytesIn(gaps(ranges, {start: 0, end: size}))).toBe(size - bytesIn(ranges));
			}),
		);
	});
});

describe('segments', () => {
	const megabyte = 1024 * 1024;
	test('are dealt so that every byte is fetched once, whatever the order of events', () => {
		const event = fc.oneof(
			fc.record({kind: fc.constant('take' as const)}),
			fc.record({kind: fc.constant('advance' as const), which: fc.nat(9), by: fc.integer({min: 1, max: 3 * megabyte})}),
			fc.record({kind: fc.constant('fail' as const), which: fc.nat(9)}),
		);
		fc.assert(
			fc.property(fc.integer({min: 1, max: 40 * megabyte}), fc.array(event, {maxLength: 80}), (length, events) => {
				let held: Range[] = [];
				const segments = createSegments({size: length, blockBytes: 4 * megabyte, held: () => held});
				const active: {segment: Segment; isFirst: boolean}[] = [];
				const end = (worker: {segment: Segment}) => {
					segments.release(worker.segment);
					active.splice(active.indexOf(worker as never), 1);
				};
				const advance = (worker: {segment: Segment; isFirst: boolean}, by: number) => {
					const {segment} = worker;
					const to = Math.min(segment.end, segment.at + by);
					// A byte fetched twice would be held already.
					expect(gaps(held, {start: segment.at, end: to})).toEqual(
						to > segment.at ? [{start: segment.at, end: to}] : [],
					);
					held = withRange(held, {start: segment.at, end: to});
					segment.at = to;
					if (to === segment.end && !(worker.isFirst && segments.extend(segment))) end(worker);
				};
				for (const step of events) {
					const worker = step.kind === 'take' ? undefined : active[step.which % Math.max(1, active.length)];
					if (step.kind === 'take') {
						const segment = segments.take();
						if (segment) active.push({segment, isFirst: active.length === 0});
					} else if (worker && step.kind === 'advance') advance(worker, step.by);
					else if (worker) end(worker);
				}
				for (let guard = 0; bytesIn(held) < length && guard < 1000; guard++) {
					const segment = active.length === 0 ? segments.take() : undefined;
					if (segment) active.push({segment, isFirst: true});
					for (const worker of [...active]) advance(worker, 8 * megabyte);
				}
				expect(held).toEqual([{start: 0, end: length}]);
			}),
			{numRuns: 200},
		);
	});
});

describe('the number of connections', () => {
	const simulate = (rateOf: (connections: number, step: number) => number, most = 16, steps = 12) => {
		const growth = createGrowth({most});
		const counts: number[] = [];
		let bytes = 0;
		growth.begin(0, 0);
		for (let step = 1; step <= steps; step++) {
			bytes += rateOf(growth.wanted, step) * 150;
			counts.push(growth.reading(step * 150, bytes));
		}
		return counts;
	};
	test('grows to the limit where each connection is limited', () => expect(simulate(n => n * 1000).at(-1)).toBe(16));
	test('goes back to one where one already fills the link', () => expect(simulate(() => 1000).at(-1)).toBe(1));
	test('stops where more did not help', () => expect(simulate(n => Math.min(n, 4) * 1000).at(-1)).toBe(4));
	test('survives one hiccup', () => expect(simulate((n, step) => (step === 2 ? 1 : n * 1000)).at(-1)).toBe(16));
	test('tries again later', () => expect(simulate((n, step) => (step < 20 ? 1 : n) * 1000, 16, 60).at(-1)).toBe(16));
	test('stays within what the file and the caller allow', () => expect(Math.max(...simulate(n => n, 3))).toBe(3));
});

describe('an answer', () => {
	test.each([
		['120', 120_000],
		['Sun, 22 Nov 2026 07:00:10 GMT', 10_000],
		['Sun, 22 Nov 2026 06:00:00 GMT', 0],
		['soon', undefined],
		[undefined, undefined],
	])('with Retry-After %s asks for %s ms', (value, ms) =>
		expect(retryAfterMs(value, Date.parse('2026-11-22T07:00:00Z'))).toBe(ms),
	);

	test('that is taken as a body is one that was asked for', () => {
		const header = fc.option(fc.string({maxLength: 20}), {nil: undefined});
		fc.assert(
			fc.property(
				fc.record({start: fc.option(fc.nat(100), {nil: undefined}), size: fc.option(fc.nat(100), {nil: undefined})}),
				fc.record({
					status: fc.constantFrom(200, 206, 416, 404, 503),
					from: fc.nat(100),
					to: fc.nat(100),
					total: fc.nat(120),
					length: fc.option(fc.nat(120), {nil: undefined}),
					etag: header,
				}),
				(asked, {status, from, to, total, length, etag}) => {
					const judgement = judgeAnswer(asked, {
						status,
						now: 0,
						headers: {
							...(etag !== undefined && {etag}),
							...(length !== undefined && {'content-length': String(length)}),
							'content-range': `bytes ${from}-${to}/${total}`,
						},
					});
					if (judgement.kind !== 'body') return;
					expect(judgement.start).toBe(asked.start ?? 0);
					if (asked.size !== undefined && judgement.size !== undefined) expect(judgement.size).toBe(asked.size);
					if (judgement.size !== undefined && judgement.length !== undefined) {
						expect(judgement.start + judgement.length).toBeLessThanOrEqual(judgement.size);
					}
				},
			),
			{numRuns: 2000},
		);
	});
});
