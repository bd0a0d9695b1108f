import {describe, expect, test} from 'vitest';
import {createNode} from './node-under-test.ts';

const tools = ['mst', 'mlxconfig', 'flint'];
const nothing = 'no NVIDIA network card in this host; nothing to prepare';

describe('a host without NVIDIA network cards', () => {
	const bare = (options: Parameters<typeof createNode>[0] = {}) => {
		const node = createNode({cards: [], ...options});
		for (const tool of tools) node.removeTool(tool);
		return node;
	};

	test.each([true, false])('is complete at once, without the tools of cards (immutable: %s)', async immutable => {
		const node = bare({immutable});
		const {code, output, calls} = await node.run();
		expect(output).toContain(nothing);
		expect(output.match(/card/g)).toHaveLength(1);
		expect([code, node.state()]).toEqual([0, 'complete']);
		expect(calls.filter(call => /cordon|shutdown|apt-get|wget|mst|mlxconfig|flint/.test(call))).toEqual([]);
	});

	test('says so again at its next start, and writes nothing', async () => {
		const node = bare();
		await node.run();
		const before = node.facts();
		const {code, output, calls} = await node.run();
		expect([code, output.includes(nothing)]).toEqual([0, true]);
		expect(calls.filter(call => /label|taint|cordon|sync|shutdown/.test(call.replace('-o facts', '')))).toEqual([]);
		expect(node.facts()).toEqual(before);
	});

	test('loses its taint as a control plane node, and the labels of cards that were taken out', async () => {
		const node = bare({controlPlane: true, taint: true, state: 'precomplete'});
		node.tell('node', `${node.facts().join('\n')}\nlabel spectrocloud.com/nic-1-type=SuperNIC\n`);
		expect((await node.run()).code).toBe(0);
		expect(node.facts().filter(fact => /taint|nic-1/.test(fact))).toEqual([]);
	});

	test('lacks nothing in the reports', async () => {
		const node = bare();
		await node.run();
		expect(await node.run(['--check'])).toMatchObject({code: 0});
		expect((await node.run(['--status'])).output).toMatch(/^cards +0$/m);
	});

	test('still refuses a state that it does not know', async () => {
		expect((await bare({state: 'odd'}).run()).code).toBe(22);
	});
});
