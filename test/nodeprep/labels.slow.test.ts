import {expect, test} from 'vitest';
import {type Card, createNode, type NodeUnderTest} from './node-under-test.ts';

const cards: Card[] = [
	{slot: '0000:05:00', kind: 'ConnectX'},
	{slot: '0000:06:00', kind: 'ConnectX', guid: 'a088c203004f1b2c'},
];
const others = [
	'label spectrocloud.com/nic-x-type=mine',
	'label spectrocloud.com/nic-1-owner=mine',
	'label other.test/nic-9-type=mine',
	'label spectrocloud.com/gpu-count=4',
];
const stale = [
	'label spectrocloud.com/nic-3-type=ConnectX',
	'label spectrocloud.com/nic-3-reset=power-cycle',
	'label spectrocloud.com/nic-10-fw=28.39.1002',
	'label spectrocloud.com/nic-1-guard=uplink',
	'label spectrocloud.com/gpu-1-linkspeed=32.0GTs',
];

/** A node that has these labels from another day. */
const labelled = () => {
	const node = createNode({cards, state: 'complete'});
	node.tell('node', `${node.told('node')}${[...others, ...stale].join('\n')}\n`);
	return node;
};
const removals = (calls: string[]) => calls.filter(call => /^kubectl label .*-$/.test(call));
const left = (node: NodeUnderTest, labels: string[]) => node.facts().filter(fact => labels.includes(fact));

test('labels of cards and GPUs that are gone go in one call, and nobody else’s', async () => {
	const node = labelled();
	const {calls} = await node.run();
	expect(removals(calls)).toEqual([
		`kubectl label node worker-1 ${stale.map(line => `${line.slice('label '.length).split('=')[0]}-`).join(' ')}`,
	]);
	expect([left(node, stale), left(node, others)]).toEqual([[], others]);
	expect(removals((await node.run()).calls)).toEqual([]);
});

test('a card that is gone is named, also when it was the last one', async () => {
	const node = createNode({cards, state: 'config'});
	await node.live();
	node.remove('sys/bus/pci/devices/0000:06:00.0');
	node.tell('mst-devices', (node.told('mst-devices') ?? '').replace(/^.* 06:00\.0 .*\n/m, ''));
	expect((await node.run()).output).toContain('a card that was here at an earlier start is gone: 06.00\n');
	expect((await node.run()).output).not.toContain('is gone');
	node.remove('sys/bus/pci/devices/0000:05:00.0');
	expect((await node.run()).output).toContain('a card that was here at an earlier start is gone: 05.00\n');
});

test('a value that became empty goes with its label', async () => {
	const node = createNode({cards, state: 'config'});
	await node.live();
	expect(node.label('nic-2-linkwidth')).toBe('16x');
	node.remove('sys/bus/pci/devices/0000:06:00.0/current_link_width');
	expect(removals((await node.run()).calls)).toEqual(['kubectl label node worker-1 spectrocloud.com/nic-2-linkwidth-']);
	expect(node.label('nic-1-linkwidth')).toBe('16x');
});

test.each<[string, (node: NodeUnderTest) => void]>([
	['mst and the kernel differ', node => node.write('sys/bus/pci/devices/0000:07:00.0/vendor', '0x15b3\n')],
	['the uplink is unknown', node => node.routes()],
])('nothing is taken away while %s', async (_, doubt) => {
	const node = labelled();
	doubt(node);
	expect([34, 35]).toContain((await node.run()).code);
	expect(left(node, stale)).toEqual(stale);
});

test('--check names what would go', async () => {
	const node = labelled();
	const {output} = await node.run(['--check']);
	expect(output).toMatch(/would +run: kubectl .* label node worker-1 spectrocloud\.com\/nic-3-type- /);
	expect(left(node, stale)).toEqual(stale);
});
