import {describe, expect, test} from 'vitest';
import {type Card, createNode, environment} from './node-under-test.ts';

const card: Card = {slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW};
const precomplete = (changed: Partial<Card>) => createNode({cards: [{...card, ...changed}], state: 'precomplete'});

describe('not complete while', () => {
	test.each<[string, Partial<Card>, string]>([
		[
			'another firmware runs than is in flash',
			{running: '32.40.1000'},
			'firmware 32.40.1000 runs, 32.47.1088 is in flash',
		],
		[
			'older firmware runs than is wanted',
			{firmware: '32.40.1000'},
			'firmware 32.40.1000 runs, 32.47.1088 is wanted (try nodeprep.sh --redo init)',
		],
		[
			'the configuration is for the next boot',
			{now: {SRIOV_EN: 'False(0)', LINK_TYPE_P1: 'IB(1)'}},
			'not in force yet: LINK_TYPE_P1 SRIOV_EN',
		],
		[
			'the configuration is another one',
			{parameters: {NUM_OF_VFS: '1'}},
			'not configured: NUM_OF_VFS=2 (try nodeprep.sh --redo config)',
		],
	])('%s', async (_, changed, says) => {
		const node = precomplete(changed);
		const {code, output} = await node.run();
		expect(code).toBe(36);
		expect(output).toContain(`0000:05:00.0: ${says}; it needs a power cycle of the host.`);
		expect([node.state(), node.label('nodeprep-reason'), node.label('nic-1-reset')]).toEqual([
			'precomplete',
			'reset-pending',
			'power-cycle',
		]);
		expect((await node.run(['--check'])).code).toBe(51);
	});

	test('its firmware cannot be read', async () => {
		const node = precomplete({});
		node.fail('flint*');
		const {code, output} = await node.run();
		expect(code).toBe(36);
		expect(output).toContain('its firmware version cannot be read');
	});
});

test('virtual functions are made all the same, and a label that says complete is taken back', async () => {
	const node = createNode({cards: [{...card, running: '32.40.1000'}], state: 'complete'});
	expect((await node.run()).code).toBe(36);
	expect(node.state()).toBe('precomplete');
	expect(node.read('sys/bus/pci/devices/0000:05:00.0/sriov_numvfs')).toBe('2');
	node.powerCycle();
	expect((await node.run()).code).toBe(0);
	expect([node.state(), node.label('nodeprep-reason'), node.label('nic-1-reset')]).toEqual([
		'complete',
		undefined,
		undefined,
	]);
	expect(node.label('nic-1-fw')).toBe(environment.BFB_FW);
});

test.each([
	['3', 'mlxfwreset-3', 'mlxfwreset -d 0000:05:00.0 -l 3 -y reset'],
	['4', 'reboot', 'a reboot or, if that was not enough, a power cycle'],
	['', 'power-cycle', 'a power cycle of the host'],
])('the reset that mlxfwreset names first is named: %s', async (level, label, says) => {
	const node = precomplete({running: '32.40.1000'});
	node.tell('reset-level', `${level}\n`);
	const {output, calls} = await node.run();
	expect(output).toContain(says);
	expect(node.label('nic-1-reset')).toBe(label);
	expect(calls.filter(call => call.startsWith('mlxfwreset'))).toEqual(['mlxfwreset -d 0000:05:00.0 q']);
});

test('a flash and a configuration that take a power cycle: one reboot each, then the cycle, then complete', async () => {
	const node = createNode();
	node.tell('cold', '');
	expect((await node.live()).map(run => run.code)).toEqual([40, 40, 36]);
	node.powerCycle();
	expect((await node.live()).map(run => run.code)).toEqual([0]);
});

test('what waits already gets one reboot, and no write', async () => {
	const node = createNode({cards: [{...card, running: '32.40.1000'}]});
	const {code, output, calls} = await node.run();
	expect(code).toBe(40);
	expect(output).toContain('firmware 32.40.1000 still runs');
	expect(calls.some(call => call.startsWith('bfb-install'))).toBe(false);
	const set = createNode({cards: [{...card, now: {SRIOV_EN: 'False(0)'}}], state: 'precomplete'});
	set.tell('node', 'condition Ready=True\nlabel spectrocloud.com/nodeprep=config\n');
	const configured = await set.run();
	expect([configured.code, set.state()]).toEqual([40, 'precomplete']);
	expect(configured.calls.some(call => call.includes(' set '))).toBe(false);
});

test('a card that does not tell what is in force is believed', async () => {
	const node = precomplete({});
	node.replaceTool(
		'mlxconfig',
		'[ "$5" = "" ] || { echo "-E- Unknown Parameter: $5"; exit 3; }\nprintf "%s\\n" "Description: SuperNIC" "Configurations:   Next Boot" " SRIOV_EN   True(1)"',
	);
	expect((await node.run()).code).toBe(0);
});

test('--status shows the uplink and what waits', async () => {
	const node = precomplete({running: '32.40.1000'});
	node.routes('nic00000500p0');
	expect((await node.run(['--status'])).output).toContain('VFs 0/2, uplink, firmware 32.47.1088 after a reset');
});
