import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createLineSplitter} from '../../source/host/lines.ts';

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
