import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {type Card, createNode, environment, likeTheKernel, watchingWrites} from './node-under-test.ts';

const pci = '0000:05:00.0';
const at = `sys/bus/pci/devices/${pci}`;
const card: Card = {slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW};
const complete = (cards: Card[] = [card], settings: Record<string, string> = {}) =>
	createNode({cards, environment: settings, state: 'precomplete'});
const kubectl = (calls: string[]) =>
	calls.filter(call => /cordon|delete|nodeprep=/.test(call)).map(call => call.split(' ').slice(0, 2).join(' '));

test('eight functions on two Ethernet cards get their GUIDs and addresses', async () => {
	const node = complete(
		[
			{...card, functions: 8},
			{...card, slot: '0000:15:00', functions: 8, guid: 'a088c203004f1b2c'},
		],
		{NUMVF_EW: '8'},
	);
	const {code, calls} = await node.run();
	expect(code).toBe(0);
	const hex = (v: number) => v.toString(16).padStart(2, '0');
	expect(node.functions(pci)).toEqual(
		Array.from({length: 8}, (_, v) => ({
			node: `90:5a:08:1f:1${hex(v)[0]}:${hex(v)[1]}d:2e:dc`,
			port: '00:00:00:00:00:00:00:00',
			mac: `f2:${hex(v)}:d9:1d:2e:dc`,
			policy: 'Down',
		})),
	);
	expect(node.functions('0000:15:00.0').map(f => [f.node, f.mac])).toEqual(
		Array.from({length: 8}, (_, v) => [`a0:88:c2:0f:1${hex(v)[0]}:${hex(v)[1]}f:1b:2c`, `f2:${hex(v)}:00:4f:1b:2c`]),
	);
	expect(node.read('sys/bus/pci/drivers/mlx5_core/bind')).toBe('0000:15:10.7');
	expect(kubectl(calls)).toEqual(['kubectl cordon', 'kubectl delete', 'kubectl uncordon', 'kubectl label']);
});

// Written the other way around, the driver put one made of the address over the GUID that fabric managers know.
test('the address is set before the GUID that the driver would make of it, while no driver has the function', async () => {
	const node = complete([card], {NUMVF_EW: '1'});
	const {code} = await node.run([], {env: likeTheKernel});
	expect(code).toBe(0);
	expect(node.functions(pci)[0]).toMatchObject({node: '90:5a:08:1f:10:0d:2e:dc', mac: 'f2:00:d9:1d:2e:dc'});
	const own = 'sys/bus/pci/devices/0000:05:10.0';
	expect(node.read(`${own}/infiniband/mlx5_9/node_guid`)).toBe('905a:081f:100d:2edc\n');
	expect(node.read(`${own}/net/eth9/address`)).toBe('f2:00:d9:1d:2e:dc\n');
});

test('what a function does not show after it was bound is not complete, whatever was written', async () => {
	const node = complete([card], {NUMVF_EW: '1'});
	node.tell('vf-does-not-stick', '');
	const {code, output} = await node.run([], {env: likeTheKernel});
	expect(code).toBe(33);
	expect(output).toContain('does not show mac=f2:00:d9:1d:2e:dc node=90:5a:08:1f:10:0d:2e:dc after it was set');
	expect(node.state()).toBe('precomplete');
	// Not by the next start either.
	expect((await node.run([], {env: likeTheKernel})).code).toBe(33);
});

test('two cards that come to the same addresses get none, and the others theirs', async () => {
	const twin = {...card, slot: '0000:15:00', guid: '905a0815d92d2edc'};
	const other = {...card, slot: '0000:25:00', guid: guidOf(7)};
	const node = complete([{...card, guid: '905a0815d91d2edc'}, {...twin, guid: '905a0803d91d2edc'}, other]);
	const {code, output} = await node.run();
	expect(code).toBe(33);
	expect(output).toContain(`${pci} and 0000:15:00.0: their GUIDs give virtual functions the same addresses`);
	expect(
		[pci, '0000:15:00.0', '0000:25:00.0'].map(at => node.read(`sys/bus/pci/devices/${at}/sriov_numvfs`).trim()),
	).toEqual(['0', '0', '2']);
});

test('a DPU that manages its own switch gets the number only: the host may give no addresses', async () => {
	const dpu: Card = {...card, kind: 'DPU', parameters: {INTERNAL_CPU_OFFLOAD_ENGINE: 'ENABLED(0)'}};
	const node = complete([dpu], {NUMVF_NS: '2', CONTROLDPU: 'true', DPUOFFLOAD: '0'});
	const {code, output} = await node.run();
	expect(code).toBe(0);
	expect(output).toContain('2 virtual functions; the DPU gives them their addresses');
	expect(node.read(`${at}/sriov_numvfs`).trim()).toBe('2');
	expect(node.functions(pci)[0]?.node).toBe('00:00:00:00:00:00:00:00');
});

test('InfiniBand functions get node and port GUID and follow the link', async () => {
	const node = complete([card], {LINKTYPE_EW: '1'});
	expect((await node.run([], {env: likeTheKernel})).code).toBe(0);
	expect(node.functions(pci)[1]).toEqual({
		node: '90:5a:08:1f:10:1d:2e:dc',
		port: '90:5a:08:1f:20:1d:2e:dc',
		mac: 'usage: write <LLADDR|Random> to set VF Mac Address',
		policy: 'Follow',
	});
});

test('none wanted means none touched, and no cordon', async () => {
	const node = complete([card], {NUMVF_EW: '0'});
	const {code, calls} = await node.run();
	expect(code).toBe(0);
	expect(kubectl(calls)).toEqual(['kubectl label']);
	expect(node.read(`${at}/sriov_numvfs`).trim()).toBe('0');
});

test('one wanted is one made', async () => {
	const node = complete([card], {NUMVF_EW: '1'});
	expect((await node.run()).code).toBe(0);
	expect(node.read(`${at}/sriov_numvfs`)).toBe('1');
	expect(node.functions(pci)[1]?.node).toBe('00:00:00:00:00:00:00:00');
});

test('a second start writes nothing', async () => {
	const node = complete();
	await node.run();
	const times = () =>
		fs
			.readdirSync(path.join(node.root, 'sys'), {recursive: true})
			.map(name => fs.lstatSync(path.join(node.root, 'sys', String(name))).mtimeMs);
	const before = times();
	const {code, calls, output} = await node.run();
	expect(code).toBe(0);
	expect(output).toContain('virtual functions are as wanted, nothing to write');
	expect(kubectl(calls)).toEqual([]);
	expect(times()).toEqual(before);
});

test('functions made by somebody else with the right addresses are left as they are', async () => {
	const node = complete();
	await node.run();
	// No memory of an earlier start; the address stands in the driver's table only.
	node.remove('run/nodeprep');
	for (const [v, mac] of [
		[0, 'F2:00:D9:1D:2E:DC'],
		[1, 'f2:01:d9:1d:2e:dc'],
	]) {
		node.write(`${at}/sriov/${v}/mac`, 'usage: write <LLADDR|Random> to set VF Mac Address\n');
		node.write(`${at}/sriov/${v}/config`, `VF         : ${v}\nMAC        : ${mac}\nVLAN       : 0\n`);
	}
	expect(kubectl((await node.run()).calls)).toEqual([]);
});

test('a changed address is put right, and only its function is bound again', async () => {
	const node = complete();
	await node.run();
	node.remove('run/nodeprep');
	node.write(`${at}/sriov/1/node`, '00:00:00:00:00:00:00:01\n');
	node.write('sys/bus/pci/drivers/mlx5_core/unbind', '');
	expect((await node.run()).code).toBe(0);
	expect(node.functions(pci)[1]?.node).toBe('90:5a:08:1f:10:1d:2e:dc');
	expect(node.read('sys/bus/pci/drivers/mlx5_core/unbind')).toBe('0000:05:10.1');
});

test('another number goes through 0', async () => {
	const node = complete([{...card, functions: 4, parameters: {NUM_OF_VFS: '4'}}], {NUMVF_EW: '2'});
	await node.run();
	node.setEnvironment({NUMVF_EW: '4'});
	const {code} = await node.run([], {env: watchingWrites});
	const writes = node.told('writes')?.split('\n') ?? [];
	expect(code).toBe(0);
	expect(writes.filter(write => write.endsWith('sriov_numvfs'))).toEqual([
		`0 ${pci}/sriov_numvfs`,
		`4 ${pci}/sriov_numvfs`,
	]);
});

test('the kernel takes another number only through 0', async () => {
	const node = complete([{...card, functions: 4, parameters: {NUM_OF_VFS: '4'}}], {NUMVF_EW: '4'});
	node.write(`${at}/sriov_numvfs`, '2\n');
	expect((await node.run([], {env: likeTheKernel})).code).toBe(0);
	expect(node.read(`${at}/sriov_numvfs`)).toBe('4');
});

test('a DPU that leaves its switch to the host only after a power cycle gets the number only', async () => {
	const dpu: Card = {...card, kind: 'DPU', now: {INTERNAL_CPU_OFFLOAD_ENGINE: 'ENABLED(0)'}};
	const node = complete([dpu], {NUMVF_NS: '2', CONTROLDPU: 'true'});
	const {code, output} = await node.run([], {env: likeTheKernel});
	expect(code).toBe(36);
	expect(output).toContain('not in force yet: INTERNAL_CPU_OFFLOAD_ENGINE');
	expect(node.read(`${at}/sriov_numvfs`)).toBe('2');
});

test('fewer functions offered than wanted: said before a cordon, not complete', async () => {
	const node = complete([{...card, functions: 1}]);
	const {code, calls, output} = await node.run();
	expect(code).toBe(33);
	expect(output).toContain('offers 1 virtual functions (sriov_totalvfs), 2 are wanted');
	expect(output).toContain('cold power cycle');
	expect(kubectl(calls)).toEqual([]);
	expect(node.state()).toBe('precomplete');
});

test.each([
	[
		'the function is missing',
		(node: ReturnType<typeof complete>) => node.remove(`${at}/sriov/1`),
		'sriov/1 is missing',
	],
	[
		'its address is refused',
		(node: ReturnType<typeof complete>) => folderInstead(node, `${at}/sriov/1/mac`),
		'mac cannot be set',
	],
	[
		'it cannot be bound',
		(node: ReturnType<typeof complete>) => folderInstead(node, 'sys/bus/pci/drivers/mlx5_core/bind'),
		'cannot be bound',
	],
	[
		'the count is refused',
		(node: ReturnType<typeof complete>) => folderInstead(node, `${at}/sriov_numvfs`),
		'the kernel refuses 2',
	],
	[
		'the uevent is missing',
		(node: ReturnType<typeof complete>) => node.remove(`${at}/virtfn1/uevent`),
		'PCI address cannot be read',
	],
])('if %s, the others are made, the node is uncordoned and not complete', async (_, spoil, says) => {
	const node = complete([card, {...card, slot: '0000:15:00', guid: 'a088c203004f1b2c'}]);
	spoil(node);
	const {code, calls, output} = await node.run();
	expect(code).toBe(33);
	expect(output).toContain(says);
	expect(kubectl(calls)).toEqual(['kubectl cordon', 'kubectl delete', 'kubectl uncordon']);
	expect(node.facts()).not.toContain('unschedulable');
	expect(node.state()).toBe('precomplete');
	expect(node.functions('0000:15:00.0')[1]?.node).toBe('a0:88:c2:0f:10:1f:1b:2c');
});

test('a policy that cannot be set is a warning', async () => {
	const node = complete([card], {LINKTYPE_EW: '1'});
	folderInstead(node, `${at}/sriov/0/policy`);
	const {code, output} = await node.run([], {env: likeTheKernel});
	expect(code).toBe(0);
	expect(output).toContain('[WARN]');
});

test('a failure between cordon and uncordon uncordons', async () => {
	const node = complete();
	node.fail('ip link*');
	node.write('sys/class/net/nic00000500p0/flags', '0x1002\n');
	const {code, calls} = await node.run();
	expect(code).toBe(33);
	expect(kubectl(calls).at(-1)).toBe('kubectl uncordon');
});

test('an interface that is down is brought up first, one that is up is left', async () => {
	const node = complete();
	node.write('sys/class/net/nic00000500p0/flags', '0x1002\n');
	expect((await node.run()).calls).toContain('ip link set dev nic00000500p0 up');
	const other = complete();
	expect((await other.run()).calls.filter(call => call.startsWith('ip link'))).toEqual([]);
});

test('an uncordon that fails is tried again by the next start', async () => {
	const node = complete();
	node.fail('kubectl * uncordon *');
	expect((await node.run()).code).toBe(21);
	expect(node.facts()).toContain('unschedulable');
	node.untell('fail/always-kubectluncordon');
	const {code, output} = await node.run();
	expect(code).toBe(0);
	expect(output).toContain('still cordoned by an earlier run');
	expect(node.facts()).not.toContain('unschedulable');
});

test('a node cordoned by an administrator stays cordoned', async () => {
	const node = complete();
	node.tell('node', `${node.facts().join('\n')}\nunschedulable\n`);
	const {code, calls} = await node.run();
	expect(code).toBe(0);
	expect(kubectl(calls)).toEqual(['kubectl delete', 'kubectl label']);
	expect(node.facts()).toContain('unschedulable');
});

test('a function given to another driver keeps it', async () => {
	const node = complete();
	const link = path.join(node.root, 'sys/bus/pci/devices/0000:05:10.1/driver');
	fs.rmSync(link);
	fs.symlinkSync('../../drivers/vfio-pci', link);
	const {code, output} = await node.run();
	expect(code).toBe(0);
	expect(output).toContain('0000:05:10.1 belongs to driver vfio-pci');
	expect(node.read('sys/bus/pci/drivers/mlx5_core/bind')).toBe('0000:05:10.0');
});

test('only the configured rails get functions', async () => {
	const cards = [card, {...card, slot: '0000:15:00', guid: guidOf(1)}, {...card, slot: '0001:25:00', guid: guidOf(2)}];
	const node = complete(cards, {rails_pciaddr: '15:00,0001:25:00.0'});
	expect((await node.run()).code).toBe(0);
	expect(cards.map(({slot}) => node.read(`sys/bus/pci/devices/${slot}.0/sriov_numvfs`).trim())).toEqual([
		'0',
		'2',
		'2',
	]);
});

test('a cordon that came while this start was at work is left', async () => {
	const node = complete();
	// flint runs in the inventory, after the node was first read.
	node.replaceTool('flint', 'echo unschedulable >>"$STUB/node"; echo "FW Version: 32.47.1088"');
	const {code, calls} = await node.run();
	expect(code).toBe(0);
	expect(calls.some(call => call.includes('cordon'))).toBe(false);
	expect(node.facts()).toContain('unschedulable');
});

// Each card its own.
const guidOf = (number: number) => `a088c203004f1b${number}c`;

const folderInstead = (node: ReturnType<typeof complete>, name: string) => {
	node.remove(name);
	fs.mkdirSync(path.join(node.root, name));
};
