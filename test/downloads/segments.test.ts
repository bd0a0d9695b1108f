import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {bytesIn, gaps, type Range, withRange} from '../../source/downloads/byte-ranges.ts';
import {createSegments, type Segment} from '../../source/downloads/segments.ts';

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
