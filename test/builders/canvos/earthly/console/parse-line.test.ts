import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseConsoleLine} from '../../../../../source/builders/canvos/earthly/console/parse-line.ts';

describe('a line of console text', () => {
	test.each([
		['         +base-image | --> RUN make', {kind: 'step', prefix: '+base-image', name: 'RUN make', cached: false}],
		[
			'                +iso | *cached* --> WORKDIR /iso',
			{kind: 'step', prefix: '+iso', name: 'WORKDIR /iso', cached: true},
		],
		['         +base-image | a | b', {kind: 'output', prefix: '+base-image', text: 'a | b'}],
		['         +base-image *failed* | exit 1', {kind: 'repeated', prefix: '+base-image', text: 'exit 1'}],
		['\u001b[36m              +image\u001b[0m | text\r', {kind: 'output', prefix: '+image', text: 'text'}],
		[
			'u/p/e/c/alpine:3.20 | --> Load metadata x',
			{kind: 'step', prefix: 'u/p/e/c/alpine:3.20', name: 'Load metadata x', cached: false},
		],
		['              output | [----------] 100% exporting outputs\u001b[K', {kind: 'nothing'}],
		['         +base-image | ARCH=amd64 CUSTOM_TAG=demo', {kind: 'nothing'}],
		['Error: no such thing', {kind: 'plain', text: 'Error: no such thing'}],
		['🛰️ Reuse cache between CI runs with Earthly Satellites! 2-20X faster', {kind: 'nothing'}],
	])('%s', (text, expected) => {
		expect(parseConsoleLine(text)).toEqual(expected);
	});

	test('is read whatever it holds', () => {
		fc.assert(fc.property(fc.string({unit: 'binary'}), text => void parseConsoleLine(text)));
	});
});
