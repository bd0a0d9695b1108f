import {expect, test} from 'vitest';
import {type Card, createNode, environment} from './node-under-test.ts';

const configured = async (card: Partial<Card>, settings: Record<string, string> = {}) => {
	const node = createNode({
		cards: [{slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW, ...card}],
		environment: settings,
		state: 'config',
	});
	const run = await node.run();
	const sets = run.calls.flatMap(call => /^mlxconfig -d (\S+) -y set (.*)$/.exec(call)?.slice(1) ?? []);
	return {node, ...run, sets};
};

const ethernet = 'LINK_TYPE_P1=2 ROCE_RTT_RESP_DSCP_P1=48 ROCE_RTT_RESP_DSCP_MODE_P1=1';
const secondPort = 'LINK_TYPE_P2=2 ROCE_RTT_RESP_DSCP_P2=48 ROCE_RTT_RESP_DSCP_MODE_P2=1';
const common = 'ROCE_ADAPTIVE_ROUTING_EN=1 ROCE_CC_STEERING_EXT=2 USER_PROGRAMMABLE_CC=1 TX_SCHEDULER_LOCALITY_MODE=2';
const sriov = 'ADVANCED_PCI_SETTINGS=1 SRIOV_EN=1';

test.each([
	{kind: 'SuperNIC' as const, ports: 1, set: `${ethernet} ${common} MULTIPATH_DSCP=0 ${sriov} NUM_OF_VFS=8`},
	{
		kind: 'SuperNIC' as const,
		ports: 2,
		set: `${ethernet} ${secondPort} ${common} MULTIPATH_DSCP=0 ${sriov} NUM_OF_VFS=8`,
	},
	{kind: 'ConnectX' as const, ports: 1, set: `${ethernet} ${common} ${sriov} NUM_OF_VFS=8`},
	{
		kind: 'DPU' as const,
		ports: 2,
		set: `${ethernet} ${secondPort} ${common} ${sriov} NUM_OF_VFS=4 INTERNAL_CPU_OFFLOAD_ENGINE=1`,
	},
])('$kind with $ports ports gets its parameters in one call', async ({kind, ports, set}) => {
	const {sets, code} = await configured(
		{kind, ports, functions: 8},
		{NUMVF_EW: '8', NUMVF_NS: '4', CONTROLDPU: 'true'},
	);
	expect(sets).toEqual(['0000:05:00.0', set]);
	expect(code).toBe(40);
});

test.each([
	['0', '1'],
	['1', '1'],
	['2', '2'],
	['8', '8'],
])('%s wanted virtual functions are %s in firmware', async (wanted, inFirmware) => {
	const {node} = await configured({functions: 8}, {NUMVF_EW: wanted});
	expect(node.parameters('0000:05:00').NUM_OF_VFS).toBe(inFirmware);
});

test('InfiniBand cards get no RoCE parameters', async () => {
	const {sets} = await configured({parameters: {LINK_TYPE_P1: 'ETH(2)'}}, {LINKTYPE_EW: '1'});
	expect(sets[1]).toBe(
		`LINK_TYPE_P1=1 USER_PROGRAMMABLE_CC=1 TX_SCHEDULER_LOCALITY_MODE=2 MULTIPATH_DSCP=0 ${sriov} NUM_OF_VFS=2`,
	);
});

test('parameters a card does not know are left out, the others set', async () => {
	const {sets, code, output} = await configured({
		kind: 'ConnectX',
		parameters: {ROCE_CC_STEERING_EXT: undefined, USER_PROGRAMMABLE_CC: undefined},
	});
	expect(sets[1]).toBe(`${ethernet} ROCE_ADAPTIVE_ROUTING_EN=1 TX_SCHEDULER_LOCALITY_MODE=2 ${sriov} NUM_OF_VFS=2`);
	expect(output).toContain('does not know ROCE_CC_STEERING_EXT, left out');
	expect(code).toBe(40);
});

test('only what differs is written', async () => {
	const {sets} = await configured({
		parameters: {
			LINK_TYPE_P1: 'ETH(2)',
			ROCE_RTT_RESP_DSCP_P1: '0x30',
			ROCE_RTT_RESP_DSCP_MODE_P1: 'FIXED_VALUE(1)',
			ROCE_ADAPTIVE_ROUTING_EN: 'True(1)',
			ROCE_CC_STEERING_EXT: 'ENABLED(2)',
			USER_PROGRAMMABLE_CC: 'True(1)',
			TX_SCHEDULER_LOCALITY_MODE: 'STATIC_MODE(2)',
			MULTIPATH_DSCP: 'DEFAULT(0)',
			ADVANCED_PCI_SETTINGS: 'True(1)',
			SRIOV_EN: 'True(1)',
			NUM_OF_VFS: '16',
		},
	});
	expect(sets[1]).toBe('NUM_OF_VFS=2');
});

test('the columns of mlxconfig and its marks are understood', async () => {
	const node = createNode({
		cards: [{slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW}],
		state: 'config',
	});
	node.replaceTool(
		'mlxconfig',
		[
			'echo "mlxconfig $*" >>"$STUB/calls"',
			'[ "$5" = "" ] || { echo "-E- The Device doesn\'t support $5 parameter"; exit 3; }',
			'printf "%s\\n" "Description:    SuperNIC" "" "Configurations:      Default       Current       Next Boot"',
			'echo "*        SRIOV_EN        False(0)        False(0)        True(1)"',
			'echo " RO      NUM_OF_VFS        0        0        16"',
		].join('\n'),
	);
	const {calls, output, code} = await node.run();
	expect(calls.filter(call => call.includes(' set '))).toEqual([]);
	expect(output).toContain('NUM_OF_VFS is read-only at 16, wanted 2');
	// SRIOV_EN is set and not in force.
	expect(code).toBe(40);
});

test('a card that refuses ends the start, and the state stays', async () => {
	const node = createNode({cards: [{slot: '0000:05:00', kind: 'ConnectX'}], state: 'config'});
	node.fail('mlxconfig * set *');
	const {code, calls} = await node.run();
	expect(code).toBe(32);
	expect(node.state()).toBe('config');
	expect(calls).not.toContain('shutdown -r +1');
});

test('a card that accepts and keeps its values is found out', async () => {
	const node = createNode({cards: [{slot: '0000:05:00', kind: 'ConnectX'}], state: 'config'});
	node.tell('nv-does-not-stick', '');
	const {code, output} = await node.run();
	expect(code).toBe(32);
	expect(output).toContain('the card did not take LINK_TYPE_P1=2');
});

test('nothing resets a configuration', async () => {
	const {calls} = await configured({});
	expect(calls.filter(call => call.includes('reset'))).toEqual([]);
});
