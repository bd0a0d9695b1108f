import {describe, expect, test} from 'vitest';
import {type Card, createNode, environment} from './node-under-test.ts';
import {cardState} from './written.ts';

const card: Card = {slot: '0000:05:00', kind: 'SuperNIC'};
const other: Card = {slot: '0000:15:00', kind: 'ConnectX', guid: 'a088c203004f1b2c'};
const done = {...card, firmware: environment.BFB_FW};
const query = 'mlxconfig -d 0000:05:00.0 -e q';

describe('a query that fails', () => {
	test('once is asked again and changes nothing of what is done', async () => {
		const node = createNode({cards: [card]});
		node.fail(query, {once: true});
		const {calls, code} = await node.run();
		expect(code).toBe(40);
		expect(calls.filter(call => call === query)).toHaveLength(2);
		expect(calls).toContain('sleep 2');
		expect(node.label('nic-1-type')).toBe('SuperNIC');
	});

	test.each([undefined, 'config', 'precomplete', 'complete'])(
		'always ends each stage before a write: %s',
		async state => {
			const node = createNode({cards: [done, other], ...(state && {state})});
			node.fail(query);
			const before = [done, other].map(each => cardState(node, each));
			const {code, output, calls} = await node.run();
			expect(code).toBe(34);
			expect(calls.filter(call => call.startsWith('sleep'))).toEqual(['sleep 2', 'sleep 5', 'sleep 15']);
			expect(output).toContain('0000:05:00.0: mlxconfig cannot read its configuration; nothing was changed');
			expect([done, other].map(each => cardState(node, each))).toEqual(before);
			expect([node.state(), node.label('nodeprep-reason')]).toEqual([state ?? 'init', 'card-unknown']);
		},
	);

	test('about one parameter does not mean that the card lacks it', async () => {
		const failing = createNode({cards: [other], state: 'config'});
		failing.fail('mlxconfig * -e q LINK_TYPE_P2');
		const {code, output} = await failing.run();
		expect(code).toBe(34);
		expect(output).toContain('0000:15:00.0: mlxconfig cannot read LINK_TYPE_P2');
		expect(failing.label('nodeprep-reason')).toBe('query-failed');
		const recovering = createNode({cards: [{...other, ports: 2}], state: 'config'});
		recovering.fail('mlxconfig * -e q LINK_TYPE_P2', {once: true});
		expect((await recovering.run()).code).toBe(40);
		expect(recovering.parameters(other.slot).LINK_TYPE_P2).toBe('2');
	});

	test('of the uplink holds nothing back', async () => {
		const node = createNode({cards: [card, {...other, parameters: {LINK_TYPE_P1: 'ETH(2)'}}]});
		node.routes('nic00000500p0');
		node.fail(query);
		expect((await node.live()).at(-1)?.code).toBe(0);
	});
});

test('a card in recovery mode ends the stage', async () => {
	const node = createNode({cards: [done]});
	node.write('sys/bus/pci/devices/0000:05:00.0/device', '0x021c\n');
	node.write('sys/bus/pci/devices/0000:05:00.0/class', '0x088000\n');
	const {code, output} = await node.run();
	expect(code).toBe(34);
	expect(output).toContain('0000:05:00.0: is in recovery mode');
});

describe('what mst shows and what the kernel has', () => {
	test('must be the same, whatever the stage', async () => {
		for (const state of [undefined, 'config', 'precomplete']) {
			const node = createNode({cards: [done, other], ...(state && {state})});
			node.tell('mst-devices', `PCI devices:\nBlueField3(rev:1)    NA    05:00.0    mlx5_0    net-x    0\n`);
			const {code, output} = await node.run();
			expect(code).toBe(34);
			expect(output).toContain('mst status -v and the kernel differ about 0000:15:00.0; nothing was changed');
			expect([node.state(), node.label('nodeprep-reason')]).toEqual([state ?? 'init', 'card-not-listed']);
		}
	});

	test('is told apart from a host without cards', async () => {
		const node = createNode({cards: [done]});
		node.tell('mst-devices', '');
		const {code, output} = await node.run();
		expect(code).toBe(34);
		expect(output).toContain('differ about 0000:05:00.0');
	});

	test('is asked again while mst starts', async () => {
		const node = createNode({cards: [done]});
		node.fail('mst status -v', {once: true});
		expect((await node.run()).code).toBe(40);
		const failing = createNode({cards: [done]});
		failing.fail('mst status -v');
		expect((await failing.run()).code).toBe(34);
		expect(failing.label('nodeprep-reason')).toBe('mst-failed');
	});

	test('is the same once its module is loaded', async () => {
		const node = createNode({cards: [done]});
		node.tell('mst-needs-modules', '');
		expect((await node.run()).code).toBe(40);
	});

	test('leaves out bridges, management functions, virtual functions and other makers', async () => {
		const node = createNode({cards: [done]});
		for (const [pci, vendor, device, kind] of [
			['0000:03:00.0', '0x15b3', '0x197b', '0x060400'],
			['0000:05:00.2', '0x15b3', '0xc2d5', '0x080100'],
			['0000:07:00.0', '0x8086', '0x1592', '0x020000'],
		]) {
			node.write(`sys/bus/pci/devices/${pci}/vendor`, `${vendor}\n`);
			node.write(`sys/bus/pci/devices/${pci}/device`, `${device}\n`);
			node.write(`sys/bus/pci/devices/${pci}/class`, `${kind}\n`);
		}
		expect((await node.run()).code).toBe(40);
	});
});

describe('a tool that hangs', () => {
	const hangs = 'trap "" TERM; echo $$ >>"$STUB/hanging"; exec /bin/sleep 600';

	test.each([
		['mlxconfig', 34],
		['flint', 31],
	])('%s is killed after its time, with its own exit code, and the lock is free', async (tool, code) => {
		const node = createNode({cards: [card]});
		node.replaceTool(tool, hangs.replace('trap "" TERM; ', ''));
		const run = await node.run([], {env: {NODEPREP_TOOL_LIMIT: '1'}});
		expect(run.code).toBe(code);
		const pids = (node.told('hanging') ?? '').split('\n').filter(Boolean).map(Number);
		expect(pids).toHaveLength(1);
		expect(() => process.kill(pids[0] ?? 0, 0)).toThrow();
		expect((await node.run(['--version'])).code).toBe(0);
	});

	// Symptom: the start never ended. Cause: the log waited for the end of an output that the daemon had, too.
	test('a daemon that a tool leaves behind holds neither the start nor the lock', async () => {
		const node = createNode({cards: [card]});
		node.replaceTool(
			'systemctl',
			'case $1 in list-units) echo stylus-agent ;; is-active) cat "$STUB/active" ;; restart) echo active >"$STUB/active"; echo restarted\n/bin/sleep 600 9>&1 &\necho $! >"$STUB/daemon" ;; esac',
		);
		node.tell('active', 'inactive\n');
		const {code, output} = await node.run();
		process.kill(Number(node.told('daemon')));
		expect(code, output).toBe(40);
		expect(output).toMatch(/\[OUT\] .* restarted\n/);
	});
});
