import {expect, test} from 'vitest';
import {type Card, createNode, environment} from './node-under-test.ts';

const ready = (card: Card): Card => ({...card, firmware: environment.BFB_FW});

test('without a BlueField rshim is not asked for', async () => {
	const node = createNode({cards: [{slot: '0000:41:00', kind: 'ConnectX'}]});
	const runs = await node.live();
	expect(runs.at(-1)?.code).toBe(0);
	expect(runs.flatMap(run => run.calls).filter(call => /rshim|bfb-install/.test(call))).toEqual([]);
});

test('cards of several PCI domains keep theirs', async () => {
	const node = createNode({
		cards: [
			{slot: '0000:05:00', kind: 'ConnectX'},
			{slot: '0001:05:00', kind: 'ConnectX'},
			{slot: '10000:05:00', kind: 'ConnectX'},
		],
		state: 'config',
	});
	const {calls} = await node.run();
	expect(calls.filter(call => call.includes(' -y set')).map(call => call.split(' ')[2])).toEqual([
		'0000:05:00.0',
		'0001:05:00.0',
		'10000:05:00.0',
	]);
	expect([1, 2, 3].map(n => node.label(`nic-${n}-addr`))).toEqual(['05.00', '0001.05.00', '10000.05.00']);
});

test('both ports of a card get labels and virtual functions, its firmware and configuration only once', async () => {
	const node = createNode({cards: [{slot: '0000:05:00', kind: 'SuperNIC', ports: 2}]});
	const runs = await node.live();
	const calls = runs.flatMap(run => run.calls);
	expect(runs.at(-1)?.code).toBe(0);
	expect(calls.filter(call => call.startsWith('bfb-install'))).toHaveLength(1);
	expect(calls.filter(call => call.includes(' -y set'))).toHaveLength(1);
	expect(node.parameters('0000:05:00')).toMatchObject({
		LINK_TYPE_P1: '2',
		LINK_TYPE_P2: '2',
		ROCE_RTT_RESP_DSCP_P2: '48',
		ROCE_RTT_RESP_DSCP_MODE_P2: '1',
	});
	expect([1, 2].map(n => node.label(`nic-${n}-addr`))).toEqual(['05.00', '05.00.1']);
	for (const pci of ['0000:05:00.0', '0000:05:00.1']) {
		expect(node.read(`sys/bus/pci/devices/${pci}/sriov_numvfs`)).toBe('2');
		expect(node.functions(pci).map(f => f.mac)).not.toContain('usage: write <LLADDR|Random> to set VF Mac Address');
	}
});

test('virtual functions, devices behind a cable and other text in the list of mst are no cards', async () => {
	const node = createNode({cards: [ready({slot: '0000:05:00', kind: 'SuperNIC'})], state: 'complete'});
	node.tell(
		'mst-devices',
		[
			'BlueField3(rev:1)  /dev/mst/mt41692_pciconf0  05:00.0  mlx5_0  net-a  0',
			'ConnectX7(rev:0)   /dev/mst/mt4126_pciconf0   05:10.1  mlx5_1  net-b  0',
			'GB100(rev:0)       /dev/mst/mt10561_pciconf0  06:00.0',
			'version 4.30.0 of connectx tools',
			'Inband devices:',
			'ConnectX7(rev:0)   /dev/mst/CA_MT4129  09:00.0',
			'',
		].join('\n'),
	);
	const {output} = await node.run();
	expect(output.match(/NIC \d+: \S+/g)).toEqual(['NIC 1: 0000:05:00.0']);
});

test('mst is started when its module is not loaded, and only then', async () => {
	const node = createNode({cards: [ready({slot: '0000:05:00', kind: 'SuperNIC'})], state: 'complete'});
	expect((await node.run()).calls).toContain('mst start');
	expect((await node.run()).calls).not.toContain('mst start');
});

test.each([
	{kind: 'SuperNIC' as const, description: 'Nvidia BlueField-3 SuperNIC', type: 'SuperNIC'},
	{kind: 'DPU' as const, description: 'Nvidia BlueField-3 DPU', type: 'DPU'},
	{kind: 'ConnectX' as const, description: 'Card for a DPU host', type: 'ConnectX'},
	{kind: 'ConnectX' as const, description: '', type: 'ConnectX'},
	{kind: 'SuperNIC' as const, description: 'N/A', type: 'Unknown'},
	{kind: 'DPU' as const, description: '', type: 'Unknown'},
])('$kind with description "$description" is a $type', async ({kind, description, type}) => {
	const node = createNode({cards: [ready({slot: '0000:05:00', kind, description})], state: 'complete'});
	await node.run();
	expect(node.label('nic-1-type')).toBe(type);
});

test('an unknown BlueField is labelled, left alone and never complete', async () => {
	const node = createNode({cards: [{slot: '0000:05:00', kind: 'Unknown'}]});
	const runs = await node.live();
	expect(runs.map(run => run.code)).toEqual([34]);
	expect(runs[0]?.output).toContain('0000:05:00.0: neither SuperNIC nor DPU in its description');
	expect(runs[0]?.calls.filter(call => / set |bfb-install/.test(call))).toEqual([]);
	expect(node.read('sys/bus/pci/devices/0000:05:00.0/sriov_numvfs').trim()).toBe('0');
	expect([node.label('nic-1-type'), node.label('nodeprep-reason'), node.state()]).toEqual([
		'Unknown',
		'card-unknown',
		'init',
	]);
});

test('of several interfaces the port itself is taken, and label values are cleaned', async () => {
	const node = createNode({cards: [ready({slot: '0000:05:00', kind: 'SuperNIC'})], state: 'complete'});
	for (const [name, port] of [
		['aaa_rep', 'pf0vf0'],
		['aab_rep', 'pf0sf1'],
	]) {
		node.write(`sys/bus/pci/devices/0000:05:00.0/net/${name}/phys_port_name`, `${port}\n`);
	}
	node.write('sys/bus/pci/devices/0000:05:00.0/max_link_speed', '32.0 GT/s PCIe\n');
	await node.run();
	expect(
		node
			.facts()
			.filter(line => line.includes('nic-1-'))
			.sort(),
	).toEqual([
		'label spectrocloud.com/nic-1-addr=05.00',
		'label spectrocloud.com/nic-1-fw=32.47.1088',
		'label spectrocloud.com/nic-1-health=ok',
		'label spectrocloud.com/nic-1-linkspeed=32.0GTs',
		'label spectrocloud.com/nic-1-linkwidth=16x',
		'label spectrocloud.com/nic-1-name=nic00000500p0',
		'label spectrocloud.com/nic-1-psid=MT_0000000884',
		'label spectrocloud.com/nic-1-type=SuperNIC',
	]);
});

test('GPUs are labelled, with and without a display output', async () => {
	const node = createNode({cards: [], state: 'complete'});
	const gpu = (pci: string, display: boolean, vendor = '0x10de') => {
		node.write(`sys/bus/pci/devices/${pci}/vendor`, `${vendor}\n`);
		node.write(`sys/bus/pci/devices/${pci}/class`, display ? '0x030000\n' : '0x030200\n');
		node.write(`sys/bus/pci/devices/${pci}/max_link_speed`, '16.0 GT/s PCIe\n');
		node.write(`sys/bus/pci/devices/${pci}/current_link_width`, '8\n');
	};
	gpu('0000:01:00.0', true, '0x1a03');
	gpu('0000:17:00.0', false);
	gpu('0000:18:00.0', true);
	await node.run();
	expect([1, 2].map(n => [node.label(`gpu-${n}-linkspeed`), node.label(`gpu-${n}-linkwidth`)])).toEqual([
		['16.0GTs', '8x'],
		['16.0GTs', '8x'],
	]);
	expect(node.label('gpu-3-linkspeed')).toBeUndefined();
});

test('labels of the hardware that cannot be written are an error in the log, not the end', async () => {
	const node = createNode({cards: [ready({slot: '0000:05:00', kind: 'SuperNIC'})], state: 'complete'});
	node.fail('kubectl *nic-1-type*');
	const {code, output} = await node.run();
	expect(code).toBe(0);
	expect(output).toContain('[ERROR]');
});

test('missing tools end the start with their names', async () => {
	const node = createNode();
	node.removeTool('mlxconfig');
	node.removeTool('flint');
	const {code, output} = await node.run();
	expect(code).toBe(12);
	expect(output).toContain('not installed: mlxconfig flint');
});
