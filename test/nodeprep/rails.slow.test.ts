import fs from 'node:fs';
import {describe, expect, test} from 'vitest';
import {type Card, createNode, likeTheKernel, watchingWrites} from './node-under-test.ts';
import {changes, functionOf, railCards, railNode} from './rail-node.ts';

const [first, second] = ['0000:05:00', '0000:15:00'] as const;
const named = {rails_pciaddr: '15:00,05:00', RAIL_NAMES: 'true'};

describe('numbers', () => {
	test('rails count in the order of rails_pciaddr; ports of a card named as a whole have theirs', async () => {
		const cards: Card[] = [
			{slot: '0000:05:00', kind: 'SuperNIC', ports: 2},
			{slot: '0000:15:00', kind: 'ConnectX', ports: 2, guid: 'a088c203004f1b2c'},
			{slot: '0000:25:00', kind: 'ConnectX', guid: 'b088c203004f1b2c'},
			{slot: '0000:35:00', kind: 'DPU', guid: 'c088c203004f1b2c'},
		];
		const node = createNode({cards, environment: {rails_pciaddr: '15:00.1,0000:05:00,35:00'}});
		await node.run();
		expect([1, 2, 3, 4, 5, 6].map(i => node.label(`nic-${i}-rail`))).toEqual([
			'r1_p0',
			'r1_p1',
			undefined,
			'r0',
			undefined,
			undefined,
		]);
	});

	test('without rails_pciaddr there are none, and an old label goes', async () => {
		const node = createNode();
		node.tell('node', `${node.told('node')}label spectrocloud.com/nic-1-rail=r0\n`);
		await node.run();
		expect(node.label('nic-1-rail')).toBeUndefined();
	});
});

describe('settings', () => {
	test.each([
		[{RAIL_NAMES: 'true'}, 'RAIL_NAMES needs rails_pciaddr'],
		[{RAIL_NAMES: 'yes'}, 'RAIL_NAMES must be true or false'],
		[{MTU_EW: '67'}, 'MTU_EW must be a number from 68 to 9978'],
		[{MTU_EW: '9979'}, 'MTU_EW must be a number from 68 to 9978'],
		[{MTU_EW: '117'}, 'MTU_EW must be 118 or more with virtual functions'],
		[{LOSSLESS_ROCE: '1'}, 'LOSSLESS_ROCE must be true or false'],
		[{HP1G: '-1'}, 'HP1G must be a number of huge pages'],
		[{HPDEFAULT: '4K'}, 'HPDEFAULT must be 2M or 1G'],
	])('%j is refused', async (settings, says) => {
		const {code, output, calls} = await createNode({environment: settings as Record<string, string>}).run();
		expect(code).toBe(11);
		expect(output).toContain(says);
		expect(calls).toEqual([]);
	});

	test.each(['118', '1500', '9216', '9899', '9969', '9978'])('MTU %s is one', async MTU_EW => {
		const {output} = await createNode({environment: {MTU_EW}}).run(['--settings']);
		expect(output).toContain(`MTU_EW=${MTU_EW}`);
	});

	test('on InfiniBand they are left out, with a warning', async () => {
		const node = railNode({
			environment: {...named, LINKTYPE_EW: '1', NUMVF_EW: '0', MTU_EW: '9216', LOSSLESS_ROCE: 'true'},
		});
		const {output, calls} = await node.run();
		expect(output).toContain('are for Ethernet, and this is InfiniBand');
		expect(changes(calls)).toEqual([]);
	});
});

describe('names', () => {
	test('interfaces and RDMA devices, and those of virtual functions, are called by their rail', async () => {
		const node = railNode({environment: named});
		const {code, output, calls} = await node.run();
		expect(code, output).toBe(0);
		expect(node.names(`${first}.0`)).toEqual(['eth_r1', 'roce_r1']);
		expect(node.names(`${second}.0`)).toEqual(['eth_r0', 'roce_r0']);
		expect(node.names(functionOf(first, 1))).toEqual(['nic_vf1_r1', 'roce_vf1_r1']);
		expect(node.label('nic-1-name')).toBe('eth_r1');
		// Found, then taken down, named, and brought up, while nothing new is scheduled.
		expect(calls.indexOf('udevadm settle --timeout=30')).toBeLessThan(calls.indexOf('kubectl cordon worker-1'));
		expect(changes(calls).slice(0, 5)).toEqual([
			'kubectl cordon worker-1',
			'ip link set dev nic00000500p0 down',
			'ip link set dev nic00000500p0 name eth_r1',
			'ip link set dev eth_r1 up',
			'rdma dev set mlx5_00000500p0 name roce_r1',
		]);
		expect(
			changes(calls)
				.slice(-2)
				.map(call => call.split(' ')[1]),
		).toEqual(['delete', 'uncordon']);
		expect(node.exists('etc/udev')).toBe(false);
	});

	test('a second start changes nothing', async () => {
		const node = railNode({environment: {...named, MTU_EW: '9216', LOSSLESS_ROCE: 'true'}});
		expect((await node.run()).code).toBe(0);
		const {code, calls} = await node.run([], {env: watchingWrites});
		expect(code).toBe(0);
		expect(changes(calls)).toEqual([]);
		expect(calls.filter(call => call.includes(' label '))).toEqual([]);
		expect(node.told('writes')).toBeUndefined();
	});

	test('--check says what would be named, and names nothing', async () => {
		const node = railNode({environment: {...named, MTU_EW: '9216', LOSSLESS_ROCE: 'true'}});
		const {code, output, calls} = await node.run(['--check']);
		expect(code).toBe(50);
		expect(output).toContain('run: ip link set dev nic00000500p0 name eth_r1');
		expect(output).toContain('run: mlnx_qos -i nic00000500p0 --pfc=0,0,0,1,0,0,0,0 --trust=dscp');
		expect(changes(calls)).toEqual([]);
	});

	test('two ports of one card have names of their own', async () => {
		const card: Card = {slot: first, kind: 'ConnectX', ports: 2};
		const node = railNode({cards: [card], environment: {...named, rails_pciaddr: '05:00'}});
		expect((await node.run()).code).toBe(0);
		expect([0, 1].map(port => node.names(`${first}.${port}`)[0])).toEqual(['eth_r0_p0', 'eth_r0_p1']);
		expect(node.names('0000:05:18.1')).toEqual(['nic_vf1_r0_p1', 'roce_vf1_r0_p1']);
	});

	test('a name that another device has ends it before anything is renamed', async () => {
		const node = railNode({environment: named});
		fs.mkdirSync(`${node.root}/sys/class/net/eth_r1`);
		const {code, output, calls} = await node.run();
		expect(code).toBe(37);
		expect(output).toContain(`${first}.0: the name eth_r1 belongs to another device`);
		expect(changes(calls)).toEqual([]);
		expect(node.label('nodeprep-reason')).toBe('rail-failed');
		expect(node.state()).toBe('precomplete');
	});

	test('a name of more than 15 characters does, too', async () => {
		const card: Card = {slot: first, kind: 'ConnectX', ports: 2};
		const node = railNode({cards: [card], environment: {}});
		const long = Array.from({length: 1000}, () => '05:00.1');
		node.setEnvironment({RAIL_NAMES: 'true', rails_pciaddr: [...long, '05:00'].join()});
		const {code, output, calls} = await node.run();
		expect(code).toBe(37);
		expect(output).toContain('the name nic_vf0_r1000_p0 has more than 15 characters');
		expect(changes(calls)).toEqual([]);
	});

	test('interfaces in use are left, each with its reason, and the others are named', async () => {
		const buses = ['05', '15', '25', '35', '45'];
		const node = railNode({
			cards: buses.map((bus, i) => ({slot: `0000:${bus}:00`, kind: 'ConnectX', guid: `a088c203004f1b${i}c`})),
			environment: {rails_pciaddr: buses.map(bus => `${bus}:00`).join(), RAIL_NAMES: 'true'},
			immutable: false,
			stylus: true,
		});
		node.write('sys/class/net/nic00000500p0/master', '');
		node.write('sys/class/net/nic00001500p0/upper_vlan5', '');
		node.tell('addresses-nic00002500p0', '2: nic00002500p0    inet 10.0.0.2/24 scope global nic00002500p0\n');
		node.fail('ip -o addr show dev nic00003500p0 *');
		const {code, output, calls} = await node.run();
		expect(code, output).toBe(0);
		for (const says of [
			'nic00000500p0 belongs to a bond or bridge, so it is not taken down',
			'nic00001500p0 carries a VLAN or another interface',
			'nic00002500p0 has an address',
			'nic00003500p0 may have an address',
		]) {
			expect(output).toContain(says);
		}
		const named = buses.map(bus => node.names(`0000:${bus}:00.0`));
		expect(named.slice(0, 4).flat().join()).not.toMatch(/_r/);
		expect(named[4]).toEqual(['eth_r4', 'roce_r4']);
		expect(changes(calls).filter(call => /nic0000[0-3]500p0/.test(call))).toEqual([]);
		expect(node.read('etc/udev/rules.d/70-nodeprep-rails.rules').match(/eth_r\d/g)).toEqual(['eth_r4']);
	});

	test('functions that a pod or another driver has are left', async () => {
		const node = railNode({environment: {...named, MTU_EW: '9216', LOSSLESS_ROCE: 'true'}});
		for (const kind of ['net', 'infiniband']) {
			node.remove(`sys/bus/pci/devices/${functionOf(first)}/${kind}`);
		}
		node.write(`sys/bus/pci/devices/${first}.0/sriov/0/mac`, 'f2:00:d9:1d:2e:dc\n');
		node.write(`sys/bus/pci/devices/${first}.0/sriov/0/node`, '90:5a:08:1f:10:0d:2e:dc\n');
		const {code, output} = await node.run();
		expect(code, output).toBe(0);
		expect(node.names(functionOf(first, 1))).toEqual(['nic_vf1_r1', 'roce_vf1_r1']);
	});

	test('what fails is named; the port is up again, the node not cordoned, and the end is 37', async () => {
		const node = railNode({environment: named});
		node.fail('ip link set dev nic00000500p0 name *');
		node.fail('rdma dev set mlx5_00001500p0 *');
		const {code, output} = await node.run();
		expect(code).toBe(37);
		expect(output).toContain(`${first}.0: nic00000500p0 cannot be named eth_r1`);
		expect(output).toContain(`${second}.0: mlx5_00001500p0 cannot be named roce_r0`);
		expect(node.read('sys/class/net/nic00000500p0/flags')).toBe('0x1003\n');
		expect(node.names(functionOf(second))).toEqual(['nic_vf0_r0', 'roce_vf0_r0']);
		expect(node.facts()).not.toContain('unschedulable');
	});

	// A start that is tried again every five minutes must not end the pods of others each time.
	test('the device plugin is left alone while nothing could be named', async () => {
		const node = railNode({environment: {...named, rails_pciaddr: '05:00'}});
		node.fail('ip link set * name *');
		node.fail('rdma dev set *');
		const {code, calls} = await node.run();
		expect(code).toBe(37);
		expect(changes(calls).filter(call => call.includes('delete'))).toEqual([]);
	});

	test('functions that were made anew are named after that', async () => {
		const node = createNode({
			cards: [railCards[0] as Card],
			state: 'precomplete',
			environment: {...named, rails_pciaddr: '05:00', NUMVF_EW: '1'},
		});
		const {code, output} = await node.run([], {env: likeTheKernel});
		expect(code, output).toBe(0);
		expect(fs.readdirSync(`${node.root}/sys/bus/pci/devices/${functionOf(first)}/net`)).toEqual(['nic_vf0_r0']);
	});
});

describe('MTU', () => {
	test('of ports, and 50 less of their functions; only where it differs', async () => {
		const node = railNode({environment: {MTU_EW: '9216'}});
		node.write(`sys/bus/pci/devices/${second}.0/net/nic00001500p0/mtu`, '9216\n');
		const {code, output, calls} = await node.run();
		expect(code, output).toBe(0);
		expect(changes(calls)).toEqual([
			'ip link set dev nic00000500p0 mtu 9216',
			'ip link set dev v050000 mtu 9166',
			'ip link set dev v050001 mtu 9166',
			'ip link set dev v150000 mtu 9166',
			'ip link set dev v150001 mtu 9166',
		]);
	});

	test('with rails_pciaddr of the rails only', async () => {
		const node = railNode({environment: {MTU_EW: '9216', rails_pciaddr: '15:00'}});
		const {calls} = await node.run();
		expect(changes(calls).filter(call => call.includes('0500'))).toEqual([]);
	});

	test('one that is not taken is the end of this start', async () => {
		const node = railNode({environment: {MTU_EW: '9216'}});
		node.tell('mtu-does-not-stick', '');
		const {code, output} = await node.run();
		expect(code).toBe(37);
		expect(output).toContain('0000:05:00.0: nic00000500p0 reads MTU 1500 after 9216 was set');
	});
});

describe('mutable hosts', () => {
	const mutable = (settings: Record<string, string>) => {
		const node = railNode({immutable: false, stylus: true, environment: settings});
		fs.mkdirSync(`${node.root}/etc/netplan`, {recursive: true});
		return node;
	};
	const netplan = 'etc/netplan/90-nodeprep-eth_r0.yaml';

	test('keep the names in rules of udev, and the MTU in netplan', async () => {
		const node = mutable({...named, MTU_EW: '9216'});
		const {code, output, calls} = await node.run();
		expect(code, output).toBe(0);
		expect(node.read('etc/udev/rules.d/70-nodeprep-rails.rules').split('\n')).toContain(
			'ACTION=="add", SUBSYSTEM=="net", KERNELS=="0000:15:00.0", DRIVERS=="mlx5_core", NAME="eth_r0"',
		);
		expect(node.read('etc/udev/rules.d/70-nodeprep-rails.rules')).toContain('NAME="nic_vf1_r1"');
		expect(node.read(netplan)).toBe(
			'network:\n  version: 2\n  ethernets:\n    eth_r0:\n      ignore-carrier: true\n      optional: true\n      mtu: 9216\n',
		);
		expect(fs.statSync(`${node.root}/${netplan}`).mode & 0o777).toBe(0o600);
		expect(calls.filter(call => call.startsWith('netplan'))).toEqual([]);
		const written = () => fs.statSync(`${node.root}/${netplan}`).ino;
		const before = written();
		await node.run();
		expect(written()).toBe(before);
	});

	test('lose these files with the settings, and no others', async () => {
		const node = mutable({...named, MTU_EW: '9216'});
		await node.run();
		node.write('etc/netplan/50-cloud-init.yaml', 'network: {}\n');
		node.setEnvironment({});
		expect((await node.run()).code).toBe(0);
		expect(node.exists('etc/udev/rules.d/70-nodeprep-rails.rules')).toBe(false);
		expect(fs.readdirSync(`${node.root}/etc/netplan`)).toEqual(['50-cloud-init.yaml']);
	});
});

// Whatever is wanted, and whichever card it is.
test.each([
	['no rails', {}],
	['rails and names', {...named, rails_pciaddr: '05:00'}],
	['itself as a rail', named],
])('with %s, the uplink is in none of these calls', async (_, settings) => {
	const node = railNode({environment: {...settings, MTU_EW: '9216', LOSSLESS_ROCE: 'true'}});
	node.routes('nic00001500p0');
	const {code, calls} = await node.run([], {env: watchingWrites});
	expect(code).toBe(settings === named ? 35 : 0);
	expect(changes(calls).filter(call => /1500/.test(call.replace('mtu 1500', '')))).toEqual([]);
	expect(node.told('writes') ?? '').not.toContain('0000:15:');
	expect(node.names(`${second}.0`)).toEqual(['nic00001500p0', 'mlx5_00001500p0']);
});

test('a card whose link type is not in force yet is left until it is', async () => {
	const node = railNode({
		cards: [{...(railCards[0] as Card), now: {LINK_TYPE_P1: 'IB(1)'}}],
		environment: {...named, rails_pciaddr: '05:00', MTU_EW: '9216', LOSSLESS_ROCE: 'true'},
	});
	const {code, calls} = await node.run();
	expect(code).toBe(36);
	expect(changes(calls)).toEqual([]);
});

test('a node that was complete has its rails also while the API server is out of reach', async () => {
	const node = railNode({environment: named});
	node.write('opt/spectrocloud/nodeprep-state/completed', 'worker-1\n');
	node.fail('kubectl *');
	const {code, calls} = await node.run([], {env: {NODEPREP_NODE_LIMIT: '0'}});
	expect(code).toBe(20);
	expect(node.names(`${first}.0`)).toEqual(['eth_r1', 'roce_r1']);
	expect(calls.filter(call => /cordon|label|delete/.test(call))).toEqual([]);
});
