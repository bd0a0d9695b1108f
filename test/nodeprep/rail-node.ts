import fs from 'node:fs';
import {type Card, createNode, environment, type NodeOptions} from './node-under-test.ts';

export const railCards: Card[] = [
	{slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW},
	{slot: '0000:15:00', kind: 'ConnectX', guid: 'a088c203004f1b2c'},
];

/** The first virtual function of a card, as the kernel shows it. */
export const functionOf = (slot: string, v = 0) => `${slot.slice(0, -2)}10.${v}`;

/**
 * A configured node whose cards have two virtual functions each, made and bound already, with interfaces and RDMA devices
 * as the driver and udev name them, and what DOCA's driver shows of RoCE.
 */
export const railNode = ({cards = railCards, ...options}: NodeOptions = {}) => {
	const node = createNode({cards, state: 'precomplete', ...options});
	if (options.immutable === false) {
		for (const name of ['doca-all', 'doca-host']) {
			node.tell(`packages/${name}`, '');
		}
	}
	for (const {slot, ports = 1, guid = '905a0815d91d2edc'} of cards) {
		const bus = slot.replaceAll(':', '');
		for (let port = 0; port < ports; port++) {
			const pci = `${slot}.${port}`;
			const own = (Number.parseInt(guid.slice(15), 16) + port) % 16;
			const digits = guid.slice(0, 15) + own.toString(16);
			fs.renameSync(
				`${node.root}/sys/bus/pci/devices/${pci}/infiniband/mlx5_${port}`,
				`${node.root}/sys/bus/pci/devices/${pci}/infiniband/mlx5_${bus}p${port}`,
			);
			layRoce(node, pci, `nic${bus}p${port}`, `mlx5_${bus}p${port}`);
			node.write(`sys/bus/pci/devices/${pci}/sriov_numvfs`, '2\n');
			for (const v of [0, 1]) {
				const address = `${slot.slice(0, -2)}${(0x10 + 8 * port).toString(16)}.${v}`;
				const at = `sys/bus/pci/devices/${address}`;
				const net = `v${bus.slice(-4)}${port}${v}`;
				const node_guid = `${digits.slice(0, 7)}f10${v}${digits.slice(11)}`.replaceAll(/(.{4})(?=.)/g, '$1:');
				node.write(`${at}/infiniband/mlx5_${net}/node_guid`, `${node_guid}\n`);
				const mac = `f20${v}${digits.slice(8)}`.replaceAll(/(..)(?=.)/g, '$1:');
				node.write(`${at}/net/${net}/address`, `${mac}\n`);
				node.interface(net, address);
				layRoce(node, address, net, `mlx5_${net}`);
			}
		}
	}
	return {...node, names: (address: string) => names(node.root, address)};
};

const layRoce = (node: ReturnType<typeof createNode>, pci: string, net: string, rdma: string) => {
	const at = `sys/bus/pci/devices/${pci}`;
	node.write(`${at}/net/${net}/mtu`, '1500\n');
	for (const point of ['rp', 'np']) {
		for (let priority = 0; priority < 8; priority++) {
			node.write(`${at}/net/${net}/ecn/roce_${point}/enable/${priority}`, '0\n');
		}
	}
	node.write(`${at}/net/${net}/ecn/roce_np/cnp_dscp`, '0\n');
	node.write(`${at}/infiniband/${rdma}/tc/1/traffic_class`, '\n');
};

const names = (root: string, address: string) =>
	['net', 'infiniband'].flatMap(kind => fs.readdirSync(`${root}/sys/bus/pci/devices/${address}/${kind}`));

/** Calls of programs that change an interface or an RDMA device. */
export const changes = (calls: string[]) =>
	calls.filter(call =>
		/^(ip link set|rdma dev set|mlnx_qos .*--|cma_roce_tos .*-t|kubectl (cordon|uncordon|delete))/.test(call),
	);
