import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {type Card, createNode, environment, likeTheKernel, type NodeUnderTest, type Run} from './node-under-test.ts';
import {cardState} from './written.ts';

const uplink: Card = {slot: '0000:05:00', kind: 'ConnectX', ports: 2, parameters: {LINK_TYPE_P1: 'ETH(2)'}};
const rail: Card = {slot: '0000:15:00', kind: 'ConnectX', guid: 'a088c203004f1b2c'};
const port = 'nic00000500p0';

const link = (node: NodeUnderTest, upper: string, lower: string) => {
	const at = (name: string) => path.join(node.root, 'sys/class/net', name);
	fs.mkdirSync(at(upper), {recursive: true});
	fs.symlinkSync(`../${lower}`, at(`${upper}/lower_${lower}`));
	fs.symlinkSync(`../${upper}`, at(`${lower}/upper_${upper}`));
};

const live = async (
	spoil: (node: NodeUnderTest) => void,
	settings: Record<string, string> = {},
	cards = [uplink, rail],
) => {
	const node = createNode({cards, environment: {LINKTYPE_EW: '1', DISABLE_ACS: 'true', ...settings}});
	for (const card of cards) {
		node.tell(`acs/${card.slot}.0`, '001d\n');
	}
	spoil(node);
	const [first = uplink] = cards;
	const before = cardState(node, first);
	const runs = await node.live(likeTheKernel);
	return {node, runs, last: runs.at(-1) as Run, untouched: () => expect(cardState(node, first)).toEqual(before)};
};

test('a card in two slots is the uplink in both, when one of them carries it', async () => {
	const {runs, untouched} = await live(node => {
		node.routes('nic00001500p0');
		for (const {slot} of [uplink, rail]) {
			node.write(`sys/bus/pci/devices/${slot}.0/infiniband/mlx5_0/sys_image_guid`, 'a088:c203:004f:1b2c\n');
		}
	});
	untouched();
	expect(runs.map(({code}) => code)).toEqual([0]);
	expect(runs[0]?.output).toContain('0000:05:00.0: is the uplink of this host');
});

describe('nothing is written to the card that carries', () => {
	test.each<[string, (node: NodeUnderTest) => void]>([
		['the default route', node => node.routes(port)],
		[
			'the default route of IPv6 alone',
			node => {
				node.write('proc/net/route', 'Iface\tDestination\n*\t00000000\t00000000\t0200\n');
				const zeros = '0'.repeat(32);
				node.write(
					'proc/net/ipv6_route',
					[
						`fe800000000000000000000000000000 40 ${zeros} 00 ${zeros} 00000100 00000001 00000000 00000001     eth0`,
						`${zeros} 00 ${zeros} 00 fe80000000000000021122fffe334455 00000400 00000001 00000000 00000003 ${port}`,
						`${zeros} 00 ${zeros} 00 ${zeros} ffffffff 00000001 00000000 00200200       lo`,
						'',
					].join('\n'),
				);
			},
		],
		[
			'a second path of the default route, which only ip shows',
			node =>
				node.tell(
					'routes',
					`default proto static \\\tnexthop via 10.0.0.1 dev eth0 weight 1 \\\tnexthop via 10.0.1.1 dev ${port} weight 1\n`,
				),
		],
		[
			'a VLAN',
			node => {
				link(node, 'vlan7', 'nic00000500p1');
				node.routes('vlan7');
			},
		],
		[
			'a macvlan, of which only the lower end tells',
			node => {
				node.write(`sys/class/net/${port}/upper_mac0/ifindex`, '9\n');
				node.write('sys/class/net/mac0/ifindex', '9\n');
				node.routes('mac0');
			},
		],
		[
			'a bridge on a VLAN on a bond',
			node => {
				link(node, 'bond0', port);
				link(node, 'bond0', 'nic00000500p1');
				link(node, 'vlan7', 'bond0');
				link(node, 'br0', 'vlan7');
				node.routes('br0');
			},
		],
		[
			'a bridge of Open vSwitch',
			node => {
				link(node, 'ovs-system', port);
				node.write('sys/class/net/br-ex/ifindex', '9\n');
				node.routes('br-ex');
			},
		],
		[
			'a virtual function of it',
			node => {
				node.interface('vf0', '0000:05:10.0');
				node.routes('vf0');
			},
		],
		[
			"the node's InternalIP",
			node => {
				node.tell('node', 'condition Ready=True\naddress InternalIP=10.0.0.5\n');
				node.tell(
					'addresses',
					`4: ${port}    inet 10.0.0.5/24 brd 10.0.0.255 scope global ${port}\\       valid_lft forever\n`,
				);
			},
		],
	])('%s', async (_, spoil) => {
		const node = createNode({cards: [uplink, rail], environment: {LINKTYPE_EW: '1'}, state: 'config'});
		spoil(node);
		const before = cardState(node, uplink);
		const {code, output} = await node.run();
		expect(output).toContain('0000:05:00.0: is the uplink of this host');
		expect(cardState(node, uplink)).toEqual(before);
		expect([code, node.label('nic-1-guard')]).toEqual([40, 'uplink']);
		// The other card is prepared all the same.
		expect(node.parameters(rail.slot)).toMatchObject({LINK_TYPE_P1: '1', SRIOV_EN: '1'});
	});
});

test('an Ethernet uplink stays as it is through a whole life that makes the rails InfiniBand', async () => {
	const {node, last, untouched} = await live(node => node.routes(port));
	untouched();
	expect([last.code, node.state()]).toEqual([0, 'complete']);
	expect(node.parameters(rail.slot)).toMatchObject({LINK_TYPE_P1: '1', SRIOV_EN: '1'});
	expect(node.read(`sys/bus/pci/devices/${rail.slot}.0/sriov_numvfs`)).toBe('2');
});

test('a BlueField that is the uplink is not flashed, and a DPU gets no functions', async () => {
	const kinds = ['SuperNIC', 'DPU'] as const;
	for (const kind of kinds) {
		const card: Card = {slot: uplink.slot, kind};
		const {runs, untouched} = await live(node => node.routes(port), {CONTROLDPU: 'true', NUMVF_NS: '2'}, [card]);
		expect(runs.map(run => run.code)).toEqual([0]);
		untouched();
	}
});

test('with rails named, the other east-west cards keep their link type, firmware and functions', async () => {
	const {node, last, untouched} = await live(() => undefined, {rails_pciaddr: '15:00'});
	expect(last.code).toBe(0);
	untouched();
	expect(node.label('nic-1-guard')).toBe('not-a-rail');
	expect(node.parameters(rail.slot).LINK_TYPE_P1).toBe('1');
});

test('a bond without a route is left alone as long as nothing names it a rail', async () => {
	const bonded = (node: NodeUnderTest) => node.write(`sys/class/net/${port}/master/ifindex`, '9\n');
	const {node, last, untouched} = await live(bonded);
	expect([last.code, node.label('nic-1-guard')]).toEqual([0, 'in-a-bond']);
	untouched();
	const named = await live(bonded, {rails_pciaddr: '05:00,15:00'});
	expect(named.node.parameters(uplink.slot).LINK_TYPE_P1).toBe('1');
});

test('rails that name the uplink are refused, with the address', async () => {
	const {node, runs, untouched} = await live(node => node.routes(port), {rails_pciaddr: '05:00,15:00'});
	expect(runs.map(run => run.code)).toEqual([35]);
	expect(runs[0]?.output).toContain('rails_pciaddr names 0000:05:00.0; it is the uplink of this host');
	untouched();
	expect([node.state(), node.label('nodeprep-reason')]).toEqual(['init', 'rail-is-uplink']);
});

describe('without a known uplink no card is changed', () => {
	test.each<[string, string, (node: NodeUnderTest) => void]>([
		['no default route and no address', 'there is no default route', node => node.remove('proc/net/route')],
		[
			'a route through an interface that leads nowhere',
			"the default route's interface tun0 leads to no device",
			node => {
				node.write('sys/class/net/tun0/ifindex', '9\n');
				node.routes('tun0');
			},
		],
	])('%s', async (_, says, spoil) => {
		for (const state of [undefined, 'config', 'precomplete']) {
			const node = createNode({cards: [uplink, rail], ...(state && {state})});
			spoil(node);
			const before = [uplink, rail].map(card => cardState(node, card));
			const {code, output} = await node.run();
			expect(code).toBe(35);
			expect(output).toContain(says);
			expect([uplink, rail].map(card => cardState(node, card))).toEqual(before);
			expect([node.state(), node.label('nodeprep-reason')]).toEqual([state ?? 'init', 'uplink-unknown']);
		}
	});

	test('and --check says so', async () => {
		const node = createNode();
		node.remove('proc/net/route');
		const {code, output} = await node.run(['--check']);
		expect(code).toBe(51);
		expect(output).toContain('the uplink of this host is not known');
	});

	test('which is nothing to a host without cards', async () => {
		const node = createNode({cards: []});
		node.remove('proc/net/route');
		expect((await node.run()).code).toBe(0);
	});
});

test('the reason and the guard are gone with their cause', async () => {
	const node = createNode({cards: [{...rail, firmware: environment.BFB_FW}], state: 'complete'});
	node.remove('proc/net/route');
	await node.run();
	expect(node.label('nodeprep-reason')).toBe('uplink-unknown');
	node.routes('nic00001500p0');
	await node.run();
	expect([node.label('nodeprep-reason'), node.label('nic-1-guard')]).toEqual([undefined, 'uplink']);
	node.routes('eth0');
	expect((await node.run()).code).toBe(0);
	expect(node.label('nic-1-guard')).toBeUndefined();
});
