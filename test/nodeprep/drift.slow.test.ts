import {describe, expect, test} from 'vitest';
import {type Card, createNode, environment, type NodeUnderTest, type Run} from './node-under-test.ts';

const card: Card = {slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW, functions: 8};
const newer = {BFB: 'newer.bfb', BFB_FW: '32.48.1000'};

/** A complete node with its functions, which noted what it was prepared for. */
const complete = async () => {
	const node = createNode({cards: [card], state: 'complete'});
	expect((await node.run()).code).toBe(0);
	return node;
};

const bundle = (node: NodeUnderTest, version = newer.BFB_FW) => {
	node.write(`opt/spectrocloud/spcx/bfb/${newer.BFB}`, 'a newer bundle');
	node.tell('bundle-version', `${version}\n`);
};

const codes = (runs: Run[]) => runs.map(run => run.code);
const count = (runs: Run[], start: string) =>
	runs.flatMap(run => run.calls).filter(call => call.startsWith(start)).length;
const sets = (runs: Run[]) => runs.flatMap(run => run.calls).filter(call => call.includes(' -y set ')).length;

/** Boots that come later, each with one start: nothing is flashed, set or rebooted. */
const staysAt = async (node: NodeUnderTest, code: number) => {
	for (let boot = 0; boot < 2; boot++) {
		node.reboot();
		const run = await node.run();
		expect(run.code).toBe(code);
		expect(run.calls.filter(call => /^bfb-install| -y set |^shutdown/.test(call))).toEqual([]);
	}
};

describe('a complete node goes back by itself', () => {
	test('to the configuration, for more functions than its cards offer', async () => {
		const node = await complete();
		node.setEnvironment({NUMVF_EW: '8'});
		const first = await node.run();
		expect(first.output).toContain('0000:05:00.0 is not configured: NUM_OF_VFS=8; back to stage config');
		expect([first.code, node.state()]).toEqual([40, 'precomplete']);
		node.reboot();
		expect([(await node.run()).code, node.state()]).toEqual([0, 'complete']);
		expect(node.read('sys/bus/pci/devices/0000:05:00.0/sriov_numvfs')).toBe('8');
		expect(first.calls.some(call => call.startsWith('bfb-install'))).toBe(false);
	});

	test('to the configuration, for another setting of the cards', async () => {
		const node = await complete();
		node.setEnvironment({ROCECC: '0'});
		expect(codes(await node.live())).toEqual([40, 0]);
		expect(node.parameters('0000:05:00').USER_PROGRAMMABLE_CC).toBe('0');
	});

	test('to the firmware, for a newer one', async () => {
		const node = await complete();
		node.setEnvironment({...newer, ROCECC: '0'});
		bundle(node);
		expect(codes(await node.live())).toEqual([40, 40, 0]);
		expect([node.label('nic-1-fw'), node.parameters('0000:05:00').USER_PROGRAMMABLE_CC]).toEqual(['32.48.1000', '0']);
	});

	test('to the firmware when the bundle has come, and not before', async () => {
		const node = await complete();
		node.setEnvironment(newer);
		expect(codes(await node.live())).toEqual([36]);
		await staysAt(node, 36);
		bundle(node);
		expect(codes(await node.live())).toEqual([40, 0]);
	});

	test('and --check says so beforehand, without a write', async () => {
		const node = await complete();
		node.setEnvironment({ROCECC: '0'});
		const {code, output} = await node.run(['--check']);
		expect(code).toBe(50);
		expect(output).toContain('back to stage config');
		expect(output).toMatch(/would +run: kubectl .*nodeprep=config/);
		expect(output).toMatch(/would +reboot/);
		expect(node.state()).toBe('complete');
	});
});

describe('no stage is needed', () => {
	test.each([
		['fewer functions', {NUMVF_EW: '1'}, '1'],
		['what cards do not hold', {CP_DELAY: '7'}, '2'],
	])('for %s', async (_, values, functions) => {
		const node = await complete();
		node.setEnvironment(values);
		const run = await node.run();
		expect([run.code, node.state()]).toEqual([0, 'complete']);
		expect(run.calls.filter(call => /nodeprep=|^shutdown/.test(call))).toEqual([]);
		expect(node.read('sys/bus/pci/devices/0000:05:00.0/sriov_numvfs').trim()).toBe(functions);
	});
});

test('a node in precomplete goes back for other wishes than its stages had, and not for the same', async () => {
	const node = createNode({cards: [card]});
	node.tell('cold', '');
	expect(codes(await node.live())).toEqual([40, 36]);
	await staysAt(node, 36);
	node.setEnvironment({ROCECC: '0'});
	expect(codes(await node.live())).toEqual([40, 36]);
	await staysAt(node, 36);
	node.powerCycle();
	expect([codes(await node.live()), node.state()]).toEqual([[0], 'complete']);
});

test('newer firmware that is wished for after the firmware stage is not passed over', async () => {
	const node = createNode({cards: [{...card, firmware: '32.40.1000'}]});
	expect((await node.run()).code).toBe(40);
	node.reboot();
	expect(node.state()).toBe('config');
	node.setEnvironment(newer);
	bundle(node);
	expect(codes(await node.live())).toEqual([40, 40, 0]);
	expect(node.label('nic-1-fw')).toBe('32.48.1000');
});

describe('one pass, and never a second one', () => {
	test('for a flash that says well and changes nothing', async () => {
		const node = await complete();
		node.setEnvironment(newer);
		bundle(node, environment.BFB_FW);
		const runs = await node.live();
		expect([codes(runs), count(runs, 'bfb-install'), node.state()]).toEqual([[40, 36], 1, 'precomplete']);
		expect(runs.at(-1)?.output).toContain('firmware 32.47.1088 runs, 32.48.1000 is wanted');
		await staysAt(node, 36);
	});

	test('for cards that load nothing before a power cycle, on a partition that cannot be written', async () => {
		const node = await complete();
		node.remove('opt/spectrocloud/nodeprep-state');
		node.write('opt/spectrocloud/nodeprep-state', '');
		node.tell('cold', '');
		node.setEnvironment({...newer, ROCECC: '0'});
		bundle(node);
		const runs = await node.live();
		expect([codes(runs), count(runs, 'bfb-install'), sets(runs)]).toEqual([[40, 40, 36], 1, 1]);
		await staysAt(node, 36);
		node.powerCycle();
		expect([codes(await node.live()), node.state()]).toEqual([[0], 'complete']);
	});

	test('where the pass cannot be noted: only a complete node goes back', async () => {
		const node = await complete();
		// What was noted can be read still, and no more be written.
		node.write('opt/spectrocloud/nodeprep-state/prepared-for.new/x', '');
		node.setEnvironment(newer);
		bundle(node, environment.BFB_FW);
		const runs = await node.live();
		expect([codes(runs), count(runs, 'bfb-install')]).toEqual([[40, 36], 1]);
		expect(runs.at(-1)?.output).toMatch(/WARN.*32\.48\.1000 is wanted; .*prepared-for cannot be written.*--redo init/);
		await staysAt(node, 36);
	});

	test('for a card that does not take a parameter: it ends with 32, without a reboot', async () => {
		const node = await complete();
		node.setEnvironment({ROCECC: '0'});
		node.tell('nv-does-not-stick', '');
		for (let boot = 0; boot < 2; boot++) {
			const runs = await node.live();
			expect([codes(runs), count(runs, 'shutdown'), node.state()]).toEqual([[32], 0, 'config']);
			node.reboot();
		}
		node.untell('nv-does-not-stick');
		expect(codes(await node.live())).toEqual([40, 0]);
	});

	test('for a read-only parameter: only the others are set', async () => {
		const node = await complete();
		const table = (node.told('nv/0000:05:00.0') ?? '').replace(/^USER_PROGRAMMABLE_CC .*$/m, '');
		node.tell('read-only', 'USER_PROGRAMMABLE_CC True(1)\n');
		node.tell('nv/0000:05:00.0', table);
		node.setEnvironment({ROCECC: '0'});
		const runs = await node.live();
		expect([codes(runs), sets(runs)]).toEqual([[40, 0], 1]);
		await staysAt(node, 0);
	});
});
