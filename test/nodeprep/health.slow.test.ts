import {describe, expect, test} from 'vitest';
import {type Card, createNode, environment} from './node-under-test.ts';

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

describe('before complete', () => {
	const card: Card = {slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW};
	const at = 'sys/bus/pci/devices/0000:05:00.0';
	const ready = (state = 'precomplete') => createNode({cards: [card], state, environment: {NUMVF_EW: '0'}});

	test('a healthy card is labelled ok, once', async () => {
		const node = ready();
		expect((await node.run()).code).toBe(0);
		expect(node.label('nic-1-health')).toBe('ok');
		expect((await node.run()).calls.filter(call => call.includes(' label '))).toEqual([]);
	});

	test.each<[string, string, (node: ReturnType<typeof ready>) => void]>([
		['unbound', 'mlx5_core is not bound to it', node => node.remove(`${at}/driver`)],
		['no-rdma', 'it has no RDMA device', node => node.remove(`${at}/infiniband`)],
		['no-interface', 'it has no network interface', node => node.remove(`${at}/net`)],
		[
			'reporter-error',
			'devlink health show: fw_fatal',
			node => node.tell('reporters', 'pci/0000:05:00.0 fw_fatal error\n'),
		],
		['reporter-error', 'devlink health show: tx', node => node.tell('reporters', 'pci/0000:05:00.0/65535 tx error\n')],
	])('%s ends the start with 38, also on a node that was complete', async (health, says, hurt) => {
		const node = ready('complete');
		hurt(node);
		const {code, output} = await node.run();
		expect(output).toContain(says);
		expect(code).toBe(38);
		expect([node.state(), node.label('nic-1-health'), node.label('nodeprep-reason')]).toEqual([
			'precomplete',
			health,
			'card-unhealthy',
		]);
		expect((await node.run(['--check'])).code).toBe(51);
		const {output: status} = await node.run(['--status', '--json']);
		expect(JSON.parse(status).cards[0].health).toBe(health);
	});

	test.each([
		['narrow-link', 'current_link_width', '8'],
		['slow-link', 'current_link_speed', '16.0 GT/s PCIe'],
		['ok', 'current_link_speed', 'Unknown'],
		['ok', 'current_link_width', '0'],
		['ok', 'max_link_width', '255'],
	])('%s by %s %s is a label and holds nothing back', async (health, file, value) => {
		const node = ready();
		node.write(`${at}/${file}`, `${value}\n`);
		const {code, output} = await node.run();
		expect([code, node.state(), node.label('nic-1-health')]).toEqual([0, 'complete', health]);
		expect(/WARN.*the card can do x16, 32\.0 GT/.test(output)).toBe(health !== 'ok');
	});

	test("another device's reporter, no devlink and one that fails are no trouble; InfiniBand needs no interface", async () => {
		const node = ready();
		node.tell('reporters', 'pci/0000:06:00.0 fw error\n');
		node.remove(`${at}/net`);
		node.write(`${at}/infiniband/mlx5_0/ports/1/link_layer`, 'InfiniBand\n');
		expect([(await node.run()).code, node.label('nic-1-health')]).toEqual([0, 'ok']);
		node.fail('devlink*');
		expect((await node.run()).code).toBe(0);
		node.removeTool('devlink');
		expect((await node.run()).code).toBe(0);
	});

	test('the health of the uplink is not ours to judge', async () => {
		const node = ready();
		node.routes('nic00000500p0');
		node.remove(`${at}/infiniband`);
		expect([(await node.run()).code, node.label('nic-1-health')]).toEqual([0, undefined]);
	});
});
