import fc from 'fast-check';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {gatherText} from '../../../source/machine/serial/gathered-text.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

// One boot made five thousand events: firmware and GRUB print letter by letter.
test('what is printed letter by letter is handed on in few pieces, whole and in order', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.string({minLength: 1, maxLength: 3}), fc.nat(20))), printed => {
			const pieces: string[] = [];
			const {add, flush} = gatherText(text => pieces.push(text));
			let ms = 0;
			for (const [text, pause] of printed) {
				add(text);
				vi.advanceTimersByTime(pause);
				ms += pause;
			}
			flush();
			expect(pieces.join('')).toBe(printed.map(([text]) => text).join(''));
			expect(pieces.length).toBeLessThanOrEqual(ms / 50 + 1);
		}),
	);
});

test('what came is handed on although nothing follows', () => {
	const pieces: string[] = [];
	gatherText(text => pieces.push(text)).add('login:');
	expect(pieces).toEqual([]);
	vi.advanceTimersByTime(50);
	expect(pieces).toEqual(['login:']);
});
