import {expect, test} from 'vitest';
import {inParallel, killAndResume, killAtWrite, outcome} from '../nodeprep/killed.ts';
import {createNode, type NodeOptions} from '../nodeprep/node-under-test.ts';

// nodeprep.test.ts does the same through whole lives, the other way at each call.
test.each<{name: string; options: NodeOptions}>([
	{name: 'first', options: {}},
	{name: 'config', options: {state: 'config'}},
	{name: 'precomplete', options: {state: 'precomplete'}},
])('a SIGKILL at any call of the $name stage is made good by the next start', {timeout: 120_000}, async ({options}) => {
	const node = createNode(options);
	const {calls, code} = await node.run();
	const expected = outcome(node, code);
	const tasks = calls.map((call, n) => async () => {
		// Before what the call does at odd ones, after it at even ones.
		const kill = `${n + 1}${n % 2 ? '+' : ''}`;
		return {call, kill, got: await killAndResume(options, killed => killed.run([], {kill}))};
	});
	for (const {call, kill, got} of await inParallel(tasks)) {
		expect(got, `killed at call ${kill}: ${call}`).toEqual(expected);
	}
});

test('a SIGKILL at any write into the kernel is made good by the next start', {timeout: 120_000}, async () => {
	const options: NodeOptions = {state: 'precomplete', environment: {LINKTYPE_EW: '1'}};
	const node = createNode(options);
	const {code} = await node.run();
	const expected = outcome(node, code);
	// 1 count, then 3 attributes, unbind and bind for each of two functions.
	const results = await inParallel(
		Array.from({length: 12}, (_, i) => () => killAndResume(options, killAtWrite(i + 1))),
	);
	expect(results.slice(0, 11)).toEqual(Array(11).fill(expected));
	expect(results[11]).toBeUndefined();
});

test('a start killed between the label and the reboot does not begin the next stage', async () => {
	const node = createNode();
	const labelled = (await createNode().run()).calls.findIndex(call => call.endsWith('nodeprep=config')) + 1;
	expect((await node.run([], {kill: `${labelled}+`})).signal).toBe('SIGKILL');
	expect(node.state()).toBe('config');
	const {code, calls, output} = await node.run();
	expect(code).toBe(40);
	expect(output).toContain('the reboot before this stage has not happened yet');
	expect(calls.some(call => call.startsWith('mlxconfig'))).toBe(false);
});

test('SIGTERM uncordons and keeps the state', async () => {
	const node = createNode({state: 'precomplete'});
	node.write('sys/class/net/nic00000500p0/flags', '0x1002\n');
	node.replaceTool('ip', 'case $1 in link) kill -TERM "$(cat "$STUB/pid")" ;; esac');
	const {code, output} = await node.run();
	expect(code).toBe(143);
	expect(output).toContain('ended by SIGTERM');
	expect(node.facts()).not.toContain('unschedulable');
	expect(node.state()).toBe('precomplete');
});
