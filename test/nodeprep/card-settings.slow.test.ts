import {describe, expect, test} from 'vitest';
import {type Card, createNode, type NodeOptions} from './node-under-test.ts';
import {statusReport} from './report-schema.ts';

const first: Card = {slot: '0000:05:00', kind: 'SuperNIC', firmware: '32.47.1088', ports: 2};
const second: Card = {slot: '0001:41:00', kind: 'ConnectX', guid: 'a088c203004f1b2c', psid: 'MT_0000000838'};

const node = (CARD_SETTINGS: string, options: NodeOptions = {}) =>
	createNode({cards: [first, second], ...options, environment: {CARD_SETTINGS, ...options.environment}});

/** What the cards are set to for the next boot, by a start in the stage of the configuration. */
const configured = async (CARD_SETTINGS: string, environment: Record<string, string> = {}) => {
	const it = node(CARD_SETTINGS, {state: 'config', environment});
	const {code, output} = await it.run();
	expect(code, output).toBe(40);
	return [first, second].map(({slot}) => {
		const {NUM_OF_VFS, LINK_TYPE_P1, ROCE_ADAPTIVE_ROUTING_EN = '-'} = it.parameters(slot);
		return [NUM_OF_VFS, LINK_TYPE_P1, ROCE_ADAPTIVE_ROUTING_EN]
			.map(value => value?.replace(/.*\((\d+)\)/, '$1'))
			.join(' ');
	});
};

describe('settings of single cards', () => {
	test.each([
		['of none', '', ['2 2 1', '2 2 1']],
		['by address, without and with domain', '05:00 NUMVF=8 ROCECC=0; 0001:41:00 NUMVF=4', ['8 2 0', '4 2 1']],
		['by PSID', 'MT_0000000838 NUMVF=6; MT_0000000884 NUMVF=3', ['3 2 1', '6 2 1']],
		[
			'an address counts more than a PSID, in any order',
			'05:00 NUMVF=8;MT_0000000884 NUMVF=3 ROCECC=0',
			['8 2 0', '2 2 1'],
		],
		['InfiniBand for one', '0001:41:00 LINKTYPE=1', ['2 2 1', '2 1 0']],
		['a card has as many as its port with the most', '05:00 NUMVF=1; 05:00.1 NUMVF=7', ['7 2 1', '2 2 1']],
	])('%s', async (_, rules, wanted) => {
		expect(await configured(rules)).toEqual(wanted);
	});

	test('count virtual functions of each port', async () => {
		const it = node('05:00 NUMVF=1; 0001:41:00 NUMVF=0', {state: 'precomplete'});
		await it.run();
		const made = ['0000:05:00.0', '0000:05:00.1', '0001:41:00.0'].map(pci =>
			it.read(`sys/bus/pci/devices/${pci}/sriov_numvfs`).trim(),
		);
		expect(made).toEqual(['1', '1', '0']);
	});

	test('make virtual functions where all others have none', async () => {
		const it = node('0001:41:00 NUMVF=2', {state: 'precomplete', environment: {NUMVF_EW: '0'}});
		await it.run();
		expect(it.read('sys/bus/pci/devices/0001:41:00.0/sriov_numvfs').trim()).toBe('2');
		expect(it.read('sys/bus/pci/devices/0000:05:00.0/sriov_numvfs').trim()).toBe('0');
	});

	test.each([
		['05:00 NUMVF=1; hunter2 NUMVF=1', ', rule 2 begins with neither a PCI address such as 05:00 nor a PSID'],
		['05:00', ', rule 1 says nothing of its card'],
		['05:00 NUMVF=256', ', rule 1 has something else than NUMVF=0…255, LINKTYPE=1 or 2, ROCECC=0 or 1'],
		['05:00 SRIOV_EN=1', ', rule 1 has something else than'],
		['05:00.1 LINKTYPE=1', ', rule 1: LINKTYPE belongs to a card, and this is a port'],
	])('%s is refused before anything is done', async (rules, says) => {
		const {code, output, calls} = await node(rules).run();
		expect(code).toBe(11);
		expect(output).toContain(`CARD_SETTINGS${says}`);
		expect(output).not.toMatch(/hunter2|SRIOV_EN/);
		expect(calls).toEqual([]);
	});

	test.each([
		[
			{CARD_SETTINGS: '06:00 NUMVF=1'},
			'settings-match-nothing',
			'CARD_SETTINGS names 06:00, and no card of this host is that',
		],
		[{CARD_SETTINGS: 'MT_1 NUMVF=1'}, 'settings-match-nothing', 'CARD_SETTINGS names MT_1'],
		[{CARD_SETTINGS: '', rails_pciaddr: '05:00,06:00'}, 'rail-missing', 'rails_pciaddr names 06:00, where no card is'],
	])('%j, which no card answers to, ends the start before anything is written', async (environment, reason, says) => {
		const it = node('', {environment});
		const {code, output, calls} = await it.run();
		expect(code).toBe(34);
		expect(output).toContain(`${says}; nothing was changed`.slice(0, says.length));
		expect(it.label('nodeprep-reason')).toBe(reason);
		expect(calls.filter(call => / -y |bfb-install|cordon/.test(call))).toEqual([]);
	});

	test('the PSID is told by a label and in the report', async () => {
		const it = node('');
		await it.run();
		expect(it.label('nic-3-psid')).toBe('MT_0000000838');
		const {cards} = statusReport.parse(JSON.parse((await it.run(['--status', '--json'])).output));
		expect(cards.map(({psid}) => psid)).toEqual(['MT_0000000884', 'MT_0000000884', 'MT_0000000838']);
	});
});
