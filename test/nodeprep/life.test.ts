import {expect, test} from 'vitest';
import {createNode} from './node-under-test.ts';

test('life', async () => {
	const node = createNode();
	for (const r of await node.live()) {
		console.log(r.code, r.signal, r.output, r.calls.join('\n'));
	}
	console.log((await node.run()).calls.join('\n'), node.functions('0000:05:00.0'));
	console.log((await node.run(['--status'])).output);
	expect(1).toBe(1);
});
