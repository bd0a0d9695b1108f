import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createDetachKeys} from '../../../source/machine/console/detach-keys.ts';

describe('detach keys', () => {
	test.each([
		['Ctrl-]', 'ls\x1drm', 'ls'],
		['Ctrl-A X', 'ls\x01Xrm', 'ls\x01'],
	])('%s leaves, and what comes behind it goes nowhere', (_, typed, pass) => {
		expect(createDetachKeys()(typed)).toEqual({pass, detach: true});
	});

	test('Ctrl-A reaches the guest at once, and only an X directly behind it leaves', () => {
		const keys = createDetachKeys();
		expect(keys('\x01')).toEqual({pass: '\x01', detach: false});
		expect(keys('b')).toEqual({pass: 'b', detach: false});
		expect(keys('x')).toEqual({pass: 'x', detach: false});
	});

	test('everything else passes unchanged, however it is cut', () => {
		fc.assert(
			fc.property(fc.array(fc.string({unit: 'binary'}).map(text => text.replace(/[\x01\x1d]/g, ''))), chunks => {
				const keys = createDetachKeys();
				expect(chunks.map(chunk => keys(chunk).pass).join('')).toBe(chunks.join(''));
			}),
		);
	});
});
