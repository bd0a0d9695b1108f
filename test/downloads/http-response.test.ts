import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readAnswer, retryAfterMs} from '../../source/downloads/http-response.ts';

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
					const answer = readAnswer(asked, {
						status,
						now: 0,
						headers: {
							...(etag !== undefined && {etag}),
							...(length !== undefined && {'content-length': String(length)}),
							'content-range': `bytes ${from}-${to}/${total}`,
						},
					});
					if (answer.kind !== 'body') return;
					expect(answer.start).toBe(asked.start ?? 0);
					if (asked.size !== undefined && answer.size !== undefined) expect(answer.size).toBe(asked.size);
					if (answer.size !== undefined && answer.length !== undefined) {
						expect(answer.start + answer.length).toBeLessThanOrEqual(answer.size);
					}
				},
			),
			{numRuns: 2000},
		);
	});
});
