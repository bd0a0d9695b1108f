import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import {type Card, createNode, environment, superNic} from './node-under-test.ts';

const first = async (card: Partial<Card>, settings: Record<string, string> = {}) => {
	const node = createNode({cards: [{slot: '0000:05:00', kind: 'SuperNIC', ...card}], environment: settings});
	return {node, ...(await node.run())};
};

const flash = `bfb-install --rshim rshim5 --bfb /opt/spectrocloud/spcx/bfb/${environment.BFB} --verbose`;

test.each([
	{firmware: '32.40.1000', flashed: true, says: 'flashing'},
	{firmware: '32.9.9999', flashed: true, says: 'flashing'},
	{firmware: '32.47.1088', flashed: false, says: 'firmware 32.47.1088 is the wanted one, skip'},
	{firmware: '32.48.1000', flashed: false, says: 'firmware 32.48.1000 is newer than 32.47.1088, skip'},
	{firmware: '24.40.1000', flashed: false, says: "of another family than the bundle's"},
])('firmware $firmware is flashed: $flashed', async ({firmware, flashed, says}) => {
	const {calls, output, code} = await first({firmware});
	expect(calls.includes(flash)).toBe(flashed);
	expect(output).toContain(says);
	expect(code).toBe(40);
});

test.each([
	{CONTROLDPU: 'true', flashed: true},
	{CONTROLDPU: 'false', flashed: false},
])('a DPU is flashed and configured only if the policy allows it: $CONTROLDPU', async ({CONTROLDPU, flashed}) => {
	const node = createNode({cards: [{slot: '0000:05:00', kind: 'DPU'}], environment: {CONTROLDPU}});
	const calls = (await node.live()).flatMap(run => run.calls);
	expect(calls.includes(flash)).toBe(flashed);
	expect(calls.some(call => call.includes(' -y set'))).toBe(flashed);
	expect(node.state()).toBe('complete');
});

test('a ConnectX is never flashed', async () => {
	const {calls, output} = await first({kind: 'ConnectX', firmware: '28.1.1'});
	expect(calls.some(call => call.startsWith('bfb-install'))).toBe(false);
	expect(output).toContain('ConnectX firmware is not part of the bundle');
});

test('each of several cards goes through its own rshim', async () => {
	const node = createNode({
		cards: [
			{slot: '0000:05:00', kind: 'SuperNIC'},
			{slot: '0000:15:00', kind: 'SuperNIC', firmware: '32.47.1088'},
			{slot: '0001:25:00', kind: 'SuperNIC'},
		],
	});
	const {calls} = await node.run();
	expect(calls.flatMap(call => /--rshim (\S+)/.exec(call)?.[1] ?? []).sort()).toEqual(['rshim37', 'rshim5']);
});

test('without an rshim of the card nothing is flashed', async () => {
	const {node, calls, code, output} = await first({rshim: false});
	expect(code).toBe(31);
	expect(output).toContain('no /dev/rshim* belongs to this card');
	expect(calls).not.toContain(flash);
	expect(node.state()).toBe('init');
});

test("another card's rshim is not taken", async () => {
	const node = createNode({cards: [{slot: '0000:05:00', kind: 'SuperNIC', rshim: false}]});
	node.write('dev/rshim0/misc', 'DEV_NAME        pcie-0000:15:00.2\n');
	expect((await node.run()).code).toBe(31);
});

test('a missing, empty or altered bundle stops before the flash', async () => {
	const bundle = `opt/spectrocloud/spcx/bfb/${environment.BFB}`;
	const node = createNode({environment: {BFB_SHA256: createHash('sha256').update('bundle').digest('hex')}});
	node.write(bundle, 'changed');
	const altered = await node.run();
	expect(altered.output).toContain('does not match BFB_SHA256');
	node.write(bundle, '');
	const empty = await node.run();
	node.remove(bundle);
	const missing = await node.run();
	expect([altered, empty, missing].map(run => run.code)).toEqual([31, 31, 31]);
	expect([altered, empty, missing].flatMap(run => run.calls)).not.toContain(flash);
	node.write(bundle, 'bundle');
	expect((await node.run()).calls).toContain(flash);
});

test('a failed flash keeps the state and is tried again at the next start', async () => {
	const node = createNode();
	node.fail('bfb-install*', {once: true});
	const failed = await node.run();
	expect(failed.code).toBe(31);
	expect(node.state()).toBe('init');
	expect((await node.run()).calls).toContain(flash);
	expect(node.state()).toBe('config');
});

test('one card that cannot be flashed leaves the others to be flashed, and the end names it', async () => {
	const cards = ['05', '15', '25'].map(bus => ({...superNic, slot: `0000:${bus}:00`}));
	const node = createNode({cards});
	node.fail('bfb-install --rshim rshim21 *');
	const {code, output, calls} = await node.run();
	expect(code).toBe(31);
	expect(calls.filter(call => call.startsWith('bfb-install'))).toHaveLength(3);
	expect(output).toMatch(/FATAL.*0000:15:00\.0: bfb-install failed/);
	expect(output).not.toMatch(/FATAL.*0000:(05|25):00/);
	expect([node.state(), node.label('nodeprep-reason')]).toEqual(['init', 'flash-failed']);
	// Those that are flashed wait for the reboot.
	expect((await node.run()).calls.filter(call => call.startsWith('bfb-install'))).toHaveLength(1);
});

test('an unreadable firmware version is no reason to flash', async () => {
	const node = createNode();
	node.fail('flint*');
	const {code, output, calls} = await node.run();
	expect(code).toBe(31);
	expect(output).toContain('its firmware version cannot be read');
	expect(calls).not.toContain(flash);
});

test('a service that does not start stops the flash', async () => {
	const node = createNode();
	node.fail('systemctl is-active rshim');
	const {code, output} = await node.run();
	expect(code).toBe(31);
	expect(output).toContain('the rshim service did not become active');
});

test.each([
	' ERR[MISC]: Failed to install the OS image\n',
	' INFO[MISC]: Installing\nCRITICAL ERROR: eMMC was not found\n',
	'Error: rshim driver not found at rshim5\n',
	'BlueField Update Failed\n',
])('bfb-install that ends well and says %j has failed', async said => {
	const node = createNode();
	node.tell('bfb-output', said);
	const {code, output} = await node.run();
	expect(code).toBe(31);
	expect(output).toContain('0000:05:00.0: bfb-install failed');
	expect([node.state(), node.label('nodeprep-reason')]).toEqual(['init', 'flash-failed']);
	expect(node.exists('run/nodeprep/flashed-0000:05:00')).toBe(false);
	node.untell('bfb-output');
	expect((await node.live()).at(-1)?.code).toBe(0);
	expect(node.label('nodeprep-reason')).toBeUndefined();
});

test('a flash that says well and changes nothing is found out by the version that runs', async () => {
	const node = createNode();
	node.tell('bfb-output', ' INFO[MISC]: DPU is ready\n');
	const runs = await node.live();
	expect(runs.map(run => run.code)).toEqual([40, 40, 36]);
	expect(runs.at(-1)?.output).toContain('firmware 32.40.1000 runs, 32.47.1088 is wanted');
});

test('a flash that never ends is killed with all it started, and what is left does not hold the lock', async () => {
	const node = createNode();
	node.replaceTool(
		'bfb-install',
		'echo $$ >"$STUB/flashing"; /usr/bin/setsid /bin/sleep 5 >/dev/null 2>&1 & exec /bin/sleep 600',
	);
	const {code, output} = await node.run([], {env: {NODEPREP_FLASH_LIMIT: '1'}});
	expect(code).toBe(31);
	expect(output).toContain('bfb-install failed');
	expect(() => process.kill(Number(node.told('flashing')), 0)).toThrow();
	node.fail('hostname*');
	expect((await node.run([], {env: {NODEPREP_NODE_LIMIT: '0'}})).code).not.toBe(41);
});
