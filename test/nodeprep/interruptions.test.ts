import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {createNode, type NodeOptions, type NodeUnderTest} from './node-under-test.ts';

// What must be the same in the end, however often a start was killed on the way.
const outcome = (node: NodeUnderTest) => ({
	facts: node.facts().sort(),
	functions: node.functions('0000:05:00.0'),
	count: node.read('sys/bus/pci/devices/0000:05:00.0/sriov_numvfs').trim(),
	parameters: node.parameters('0000:05:00'),
	firmware: node.told('fw/0000:05:00.0'),
	kept: fs.readdirSync(path.join(node.root, 'opt/spectrocloud/nodeprep-state')),
});

/** Lives until complete, with a SIGKILL in start `boot` at call `kill`; undefined when that start has fewer calls. */
export const killedLife = async (node: NodeUnderTest, boot: number, run: () => ReturnType<NodeUnderTest['run']>) => {
	let killed = false;
	for (let start = 0; start < 10; start++) {
		const {code, signal, output} = start === boot ? await run() : await node.run();
		killed ||= signal === 'SIGKILL';
		if (start === boot && !killed) {
			return undefined;
		}
		if (code === 0) {
			return outcome(node);
		}
		if (code === 40) {
			node.reboot();
		} else if (signal !== 'SIGKILL') {
			throw new Error(`start ${start} ended with ${code}:\n${output}`);
		}
	}
	throw new Error('not complete after ten starts');
};

const undisturbed = async (options: NodeOptions) => {
	const node = createNode(options);
	const runs = await node.live();
	return {runs, outcome: outcome(node)};
};

// Tasks by four: a life is mostly process starts.
const inParallel = async <T>(tasks: (() => Promise<T>)[]) => {
	const results: T[] = [];
	const next = tasks.entries();
	const worker = async () => {
		for (const [i, task] of next) {
			results[i] = await task();
		}
	};
	await Promise.all([worker(), worker(), worker(), worker()]);
	return results;
};

test('a SIGKILL at any call of the whole life is made good by the next start', {timeout: 120_000}, async () => {
	const options: NodeOptions = {};
	const {runs, outcome: expected} = await undisturbed(options);
	expect(runs.map(run => run.code)).toEqual([40, 40, 0]);
	const tasks = runs.flatMap((run, boot) =>
		run.calls.map((call, n) => async () => {
			// Before what the call does at odd ones, after it at even ones; the system test does both.
			const kill = `${n + 1}${n % 2 ? '+' : ''}`;
			const node = createNode(options);
			return {call, kill, outcome: await killedLife(node, boot, () => node.run([], {kill}))};
		}),
	);
	for (const {call, kill, outcome: got} of await inParallel(tasks)) {
		expect(got, `killed at call ${kill}: ${call}`).toEqual(expected);
	}
});

test('a SIGKILL at any write into the kernel is made good by the next start', {timeout: 120_000}, async () => {
	const options: NodeOptions = {state: 'precomplete', environment: {LINKTYPE_EW: '1'}};
	const {outcome: expected} = await undisturbed(options);
	const killedAt = async (n: number) => {
		const node = createNode(options);
		const hook = path.join(node.root, 'hook.sh');
		node.write('hook.sh', killHook(n));
		const result = await killedLife(node, 0, () => node.run([], {env: {BASH_ENV: hook}}));
		return result;
	};
	// 1 count, then 3 attributes, unbind and bind for each of two functions.
	const results = await inParallel(Array.from({length: 12}, (_, i) => async () => killedAt(i + 1)));
	expect(results.slice(0, 11)).toEqual(Array(11).fill(expected));
	expect(results[11]).toBeUndefined();
});

// Runs inside the script, before each of its commands: counts those that write a kernel file.
const killHook = (n: number) => `
set -T
hook_writes=0
hook() {
	[[ $2 == put && $1 == printf* ]] || return 0
	hook_writes=$((hook_writes + 1))
	((hook_writes != ${n})) || kill -9 $$
}
trap 'hook "$BASH_COMMAND" "\${FUNCNAME:-}"' DEBUG
`;

test('SIGTERM uncordons and keeps the state', async () => {
	const node = createNode({state: 'precomplete'});
	node.write('sys/class/net/nic00000500p0/flags', '0x1002\n');
	// The stub for `ip` passes SIGTERM on to the script, as a supervisor would send it.
	node.replaceTool('ip', 'kill -TERM "$(cat "$STUB/pid")"; sleep 0.1');
	const {code, output} = await node.run();
	expect(code).toBe(143);
	expect(output).toContain('ended by SIGTERM');
	expect(node.facts()).not.toContain('unschedulable');
	expect(node.state()).toBe('precomplete');
});
