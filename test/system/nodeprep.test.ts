import {describe, expect, test} from 'vitest';
import {inParallel, killAtWrite, killInLife, outcome} from '../nodeprep/killed.ts';
import {createNode, type NodeOptions, watchingTheKernel} from '../nodeprep/node-under-test.ts';

const lives: Record<string, NodeOptions> = {
	'a SuperNIC with two ports and a ConnectX': {
		cards: [
			{slot: '0000:05:00', kind: 'SuperNIC', ports: 2},
			{slot: '0001:41:00', kind: 'ConnectX', guid: 'a088c203004f1b2c'},
		],
		environment: {DISABLE_ACS: 'true'},
	},
	'a first control plane node on a mutable host with InfiniBand': {
		immutable: false,
		controlPlane: true,
		taint: true,
		environment: {LINKTYPE_EW: '1', CP_DELAY: '1'},
	},
};

describe.each(Object.entries(lives))('in the life of %s', (_, options) => {
	const env = options.environment?.LINKTYPE_EW === '1' ? watchingTheKernel : undefined;
	const settle = (node: ReturnType<typeof createNode>) => outcome(node, 0);

	test('a SIGKILL at any call, before or after what it does, changes nothing in the end', {
		timeout: 1_200_000,
	}, async () => {
		const node = createNode(options);
		const runs = await node.live(env);
		expect(runs.at(-1)?.code).toBe(0);
		const tasks = runs.flatMap((run, boot) =>
			run.calls.map((call, n) => async () => {
				// In turns after what a call does and before it: between the end of one and the next little happens.
				const kill = `${n + 1}${n % 2 ? '' : '+'}`;
				const got = await killInLife(options, boot, killed => killed.run([], {kill, ...(env && {env})}), env);
				expect(got, `start ${boot}, killed at call ${kill}: ${call}`).toEqual(settle(node));
			}),
		);
		await inParallel(tasks);
	});

	test('a SIGKILL at any write into the kernel changes nothing in the end', {timeout: 1_200_000}, async () => {
		const node = createNode(options);
		const last = (await node.live(env)).length - 1;
		const killedAt = (n: number) => killInLife(options, last, killAtWrite(n, env), env);
		for (let n = 1; ; n++) {
			const got = await killedAt(n);
			if (!got) {
				expect(n).toBeGreaterThan(8);
				break;
			}
			expect(got, `killed at write ${n}`).toEqual(settle(node));
		}
	});
});
