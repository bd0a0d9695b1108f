import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type CondenseState, condense} from '../../../source/machine/serial/condensed-text.ts';
import {chunked} from '../guest-output.ts';

describe('condensed text', () => {
	test('joins words that the boot loader placed by the cursor', () => {
		expect(condense('text', 'Kuber\x1b[5;12Hnetes command-lin\x1b[1Ce')[1]).toBe('Kubernetescommand-line');
	});

	test('is the same however the output is cut', () => {
		const text = 'a\x1b[1;31mb\x1b]0;title\x07c\x1b]8;;x\x1b\\d\x1b(0e\x1bPq\x1b\\f\x1b7g\r\n h';
		fc.assert(
			fc.property(fc.array(fc.nat(), {maxLength: 20}), cuts => {
				let state: CondenseState = 'text';
				let all = '';
				for (const chunk of chunked(text, cuts)) {
					const [next, more] = condense(state, chunk);
					state = next;
					all += more;
				}
				expect(all).toBe('abcdefgh');
			}),
		);
	});
});
