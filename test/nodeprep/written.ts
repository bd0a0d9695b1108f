import fs from 'node:fs';
import type {Card, NodeUnderTest} from './node-under-test.ts';

/** All that can be written to a card: its configuration and firmware, ACS, and what the kernel shows of each function. */
export const cardState = (node: NodeUnderTest, {slot, ports = 1}: Card) => ({
	parameters: node.told(`nv/${slot}.0`),
	firmware: node.told(`fw/${slot}.0`),
	acs: node.told(`acs/${slot}.0`),
	ports: Array.from({length: ports}, (_, port) => `${slot}.${port}`).map(pci => ({
		count: node.read(`sys/bus/pci/devices/${pci}/sriov_numvfs`).trim(),
		functions: node.functions(pci),
	})),
	bound: ['bind', 'unbind'].filter(name =>
		node.read(`sys/bus/pci/drivers/mlx5_core/${name}`).startsWith(slot.slice(0, -3)),
	),
	links: (node.told('links') ?? '').split('\n').filter(name => interfacesOf(node, slot).includes(name)),
});

const interfacesOf = (node: NodeUnderTest, slot: string) =>
	['0', '1']
		.map(port => `${node.root}/sys/bus/pci/devices/${slot}.${port}/net`)
		.flatMap(folder => (fs.existsSync(folder) ? fs.readdirSync(folder) : []));
