import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createLineSplitter} from '../../source/text/lines.ts';

test('however the bytes are cut, the same lines come out', () => {
	fc.assert(
		fc.property(
			fc.array(fc.string({unit: 'grapheme'}), {maxLength: 20}),
			fc.array(fc.nat(12), {maxLength: 30}),
			(texts, cuts) => {
				const lines = texts.map(text => text.replace(/[\r\n]/g, ''));
				const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''));
				const got: string[] = [];
				const splitter = createLineSplitter(text => got.push(...text.split('\n')));
				let at = 0;
				for (const cut of cuts) {
					splitter.push(bytes.subarray(at, at + cut));
					at += cut;
				}
				splitter.push(bytes.subarray(at));
				splitter.flush();
				expect(got).toEqual(lines);
			},
		),
	);
});

test('a progress bar without line ends does not grow without bound', () => {
	const got: string[] = [];
	const splitter = createLineSplitter(text => got.push(text));
	for (let index = 0; index < 40; index++) splitter.push(Buffer.from(`${'#'.repeat(100_000)}\r`));
	splitter.flush();
	expect(got.join('').length).toBeLessThan(1_100_000);
});

// A line of 64 MiB was cut to its last MiB without a word, and the record looked whole.
test('a line too long to keep says how much of it was left out', () => {
	const lines: string[] = [];
	const splitter = createLineSplitter(text => lines.push(...text.split('\n')));
	splitter.push(Buffer.from('before\n'));
	for (let index = 0; index < 64; index++) splitter.push(Buffer.alloc(1024 * 1024, 'x'));
	splitter.push(Buffer.from('the end\nafter\n'));
	const [before, long = '', after] = lines;
	expect([before, after]).toEqual(['before', 'after']);
	const [, leftOut] = /^\[(\d+) characters of this line were left out\] x+the end$/.exec(long) ?? [];
	expect(Number(leftOut)).toBe(63 * 1024 * 1024);
});

test('what a line left out before it was redrawn is not told as a loss', () => {
	const lines: string[] = [];
	const splitter = createLineSplitter(text => lines.push(...text.split('\n')));
	splitter.push(Buffer.alloc(3 * 1024 * 1024, '#'));
	splitter.push(Buffer.from('\rdone\n'));
	expect(lines).toEqual(['done']);
});
