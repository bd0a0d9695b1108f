import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createEventRedactor, createTextRedactor} from '../../source/reporters/redaction.ts';

test.each([
	['https://me:hunter2@mirror.example/x', 'https://***@mirror.example/x'],
	['GET https://h/x?X-Amz-Signature=abcdef&y=1', 'GET https://h/x?X-Amz-Signature=***&y=***'],
	['Authorization: Bearer eyJhbGciOi', 'Authorization: Bearer ***'],
	['  edgeHostToken: abc123', '  edgeHostToken: ***'],
	['proxy http://user:p%40ss@proxy:3128 used', 'proxy http://***@proxy:3128 used'],
	['proxy http://user:p@ss@proxy:3128 used', 'proxy http://***@proxy:3128 used'],
	['mail me@example.org about https://example.org', 'mail me@example.org about https://example.org'],
])('%s is shown as %s', (text, shown) => {
	expect(createTextRedactor([])(text)).toBe(shown);
});

test('a known secret is taken out of every text of every event, also in its URL form', () => {
	fc.assert(
		fc.property(fc.string({minLength: 8, maxLength: 20}), fc.string(), fc.string(), (secret, before, after) => {
			const redact = createEventRedactor([secret]);
			const event = redact({
				seq: 1,
				at: 1,
				type: 'check',
				step: 'push',
				result: {
					id: 'a',
					title: `${before}${secret}${after}`,
					verdict: 'fail',
					hint: `x ${encodeURIComponent(secret)} y`,
				},
			});
			expect(JSON.stringify(event)).not.toContain(JSON.stringify(secret).slice(1, -1));
			expect(JSON.stringify(event)).not.toContain(encodeURIComponent(secret));
		}),
	);
});
