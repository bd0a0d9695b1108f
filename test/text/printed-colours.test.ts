import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {cleanLine} from '../../source/text/ansi.ts';
import {partOfSpans, printedSpans} from '../../source/text/printed-colours.ts';

const looks = (text: string) => printedSpans(text)?.map(span => [span.text, span.look]);

describe('what a program printed', () => {
	test('keeps its colours, and what is bold, until they are taken back', () => {
		expect(looks('\u001B[1;31mE:\u001B[0m no \u001B[32mspace\u001B[39m left')).toEqual([
			['E:', 'red bold'],
			[' no ', ''],
			['space', 'green'],
			[' left', ''],
		]);
	});

	test.each([
		['\u001B[38;5;9mx', 'redBright'],
		['\u001B[38:5:208mx', 'ansi256(208)'],
		['\u001B[38;2;200;10;10;4mx', '#c80a0a underline'],
		['\u001B[48;5;1;33mx', 'yellow'],
		['\u001B[90mx', 'gray'],
		['\u001B[94;3;2mx', 'blueBright italic dimColor'],
	])('%j is understood', (text, look) => {
		expect(looks(text)).toEqual([['x', look]]);
	});

	test.each([
		'\u001B[8mx',
		'\u001B[30mx',
		'\u001B[97mx',
		'\u001B[41mx',
		'\u001B[38;5;16mx',
		'\u001B[38;2;1;2;3mx',
		'\u001B[7mx',
	])('%j does not hide text', text => {
		expect(printedSpans(text)).toBeUndefined();
	});

	const piece = fc.oneof(
		fc.string({unit: 'binary'}),
		fc.constantFrom(
			'\u001B[31m',
			'\u001B[0m',
			'\u001B[1;38;5;77m',
			'\u001B[2J',
			'\u001B]0;title\u0007',
			'\u001B[',
			'\t',
			'漢',
			'\u202E',
		),
	);
	test('is what it is without colours, whatever it is, and nothing else', () => {
		fc.assert(
			fc.property(fc.array(piece), pieces => {
				const text = pieces.join('');
				const spans = printedSpans(text);
				if (spans !== undefined) expect(spans.map(span => span.text).join('')).toBe(cleanLine(text));
				for (const {text, look} of spans ?? []) {
					expect(text).not.toMatch(/\p{Cc}/u);
					expect(look).toMatch(/^[\w#()]*( [\w#()]+)*$/);
				}
			}),
		);
	});

	test('is cut anywhere without a change', () => {
		fc.assert(
			fc.property(fc.array(piece), fc.nat(30), fc.nat(30), (pieces, start, length) => {
				const spans = printedSpans(`\u001B[31mred${pieces.join('')}`);
				if (spans === undefined) return;
				const whole = spans.map(({text}) => text).join('');
				const part = partOfSpans(spans, start, length).map(({text}) => text);
				expect(part.join('')).toBe(whole.slice(start, start + length));
			}),
		);
	});
});
