import {describe, expect, test} from 'vitest';
import {type Card, createNode, environment, type NodeUnderTest, watchingWrites} from './node-under-test.ts';

const card: Card = {slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW};
const complete = () => createNode({cards: [card], state: 'complete'});
const attempts = 'opt/spectrocloud/nodeprep-state/attempts';

describe('--redo', () => {
	test.each([
		['init', 0, ['init', 'config', 'precomplete', 'complete']],
		['config', 0, ['config', 'precomplete', 'complete']],
		['precomplete', 0, ['precomplete', 'complete']],
	])('%s puts the label there and runs the stage now', async (stage, code, states) => {
		const node = complete();
		const run = await node.run(['--redo', stage]);
		expect(run.code).toBe(code);
		expect(run.output).toContain(`stage ${stage} is done again, as asked for`);
		expect(run.calls.flatMap(call => /nodeprep=(\w+)/.exec(call)?.[1] ?? [])).toEqual(states);
	});

	test('does what the stage has to do, with its reboot', async () => {
		const node = complete();
		node.tell('fw/0000:05:00.0', '32.40.1000\n');
		const {code, calls} = await node.run(['--redo', 'init']);
		expect([code, node.state(), calls.filter(call => call.startsWith('bfb-install')).length]).toEqual([
			40,
			'config',
			1,
		]);
	});

	test('leads out of an unknown state, and away from counted attempts', async () => {
		const node = createNode({cards: [card], state: 'done'});
		expect((await node.run()).code).toBe(22);
		node.fail('mlxconfig * set *');
		for (let attempt = 0; attempt < 5; attempt++) expect((await node.run(['--redo', 'config'])).code).toBe(32);
		expect(node.read(attempts)).toMatch(/^config 1 /);
	});

	test.each([[['--redo']], [['--redo', 'complete']], [['--redo', '']], [['--redo', 'init', 'x']]])(
		'%s is wrong usage',
		async args => {
			const node = complete();
			const {code, output, calls} = await node.run(args);
			expect([code, calls]).toEqual([2, []]);
			expect(output).toMatch(/init, config(,| or) precomplete/);
		},
	);

	test('is refused before a reboot, and while another run is at work', async () => {
		const node = createNode();
		expect((await node.run()).code).toBe(40);
		for (const how of ['scheduled', 'taken back']) {
			const {code, output, calls} = await node.run(['--redo', 'init']);
			expect([how, code, node.state(), calls]).toEqual([how, 40, 'config', []]);
			expect(output).toContain('--redo init is refused: a reboot is pending; ask again after it');
			node.remove('run/systemd');
		}
		const busy = createNode();
		const [first, second] = await Promise.all([busy.run(), busy.run(['--redo', 'init'])]);
		const codes = [first?.code, second?.code];
		expect(codes).toContain(41);
		if (codes[1] === 41) expect(second?.output).toContain('--redo init is refused: another run is at work');
	});

	test('keeps in mind what was written before it in this boot', async () => {
		const node = createNode({cards: [card], state: 'config'});
		node.fail('kubectl *nodeprep=precomplete*');
		expect((await node.run()).code).toBe(21);
		node.untell('fail/always-kubectlnodeprepprecomplete');
		expect([(await node.run(['--redo', 'init'])).code, node.state()]).toEqual([40, 'config']);
	});
});

describe('--reset-attempts', () => {
	test('forgets them, and says so', async () => {
		const node = createNode({cards: [card], state: 'config'});
		node.fail('mlxconfig * set *');
		for (let attempt = 0; attempt < 5; attempt++) await node.run();
		expect((await node.run()).code).toBe(23);
		const forgotten = await node.run(['--reset-attempts']);
		expect(forgotten).toMatchObject({code: 0, calls: []});
		expect(forgotten.output).toContain('forgotten: stage config was started 5 times');
		expect((await node.run()).code).toBe(32);
	});

	test('says when there are none', async () => {
		expect((await createNode().run(['--reset-attempts'])).output).toContain('no attempts were counted');
	});
});

describe('--reset-cards', () => {
	const waiting = (changed: Partial<Card> = {running: '32.40.1000'}, level = '3') => {
		const node = createNode({cards: [{...card, ...changed}], state: 'precomplete'});
		node.tell('reset-level', `${level}\n`);
		return node;
	};
	const resets = (calls: string[]) => calls.filter(call => /^mlxfwreset .* reset$/.test(call));
	const reset = (node: NodeUnderTest) => node.run(['--reset-cards'], {env: watchingWrites});

	test.each<[string, Partial<Card>]>([
		['firmware', {running: '32.40.1000'}],
		['a configuration', {now: {SRIOV_EN: 'False(0)'}}],
	])('loads %s that waits, with the node cordoned, and goes on to complete', async (_, changed) => {
		const node = waiting(changed);
		expect((await node.run()).code).toBe(36);
		const {code, calls, output} = await reset(node);
		expect([code, node.state(), node.label('nic-1-reset')]).toEqual([0, 'complete', undefined]);
		expect(resets(calls)).toEqual(['mlxfwreset -d 0000:05:00.0 -l 3 -y reset']);
		const order = calls
			.filter(call => /cordon|reset$|nodeprep=/.test(call))
			.map(call => call.split(' ').slice(0, 2).join(' '));
		expect(order).toEqual(['kubectl cordon', 'mlxfwreset -d', 'kubectl uncordon', 'kubectl label']);
		// The functions of the first start went before the reset, and were made anew.
		expect(output).toContain('its 2 virtual functions are removed, and made anew after the reset');
		const counts = (node.told('writes') ?? '').split('\n').filter(write => write.includes('sriov_numvfs'));
		expect(counts).toEqual(['0 0000:05:00.0/sriov_numvfs', '2 0000:05:00.0/sriov_numvfs']);
		expect(node.facts()).not.toContain('unschedulable');
	});

	test.each([
		['4', 'a reboot or, if that was not enough, a power cycle'],
		['', 'a power cycle of the host'],
	])('names and leaves a card that needs more: %s', async (level, needs) => {
		const node = waiting(undefined, level);
		const {code, calls, output} = await reset(node);
		expect([code, resets(calls)]).toEqual([36, []]);
		expect(output).toContain(`0000:05:00.0: left as it is; it needs ${needs}`);
	});

	test('says what is still missing after a reset that fails or does nothing', async () => {
		const node = waiting();
		node.tell('reset-does-nothing', '');
		expect(await reset(node)).toMatchObject({
			code: 36,
			output: expect.stringContaining('32.40.1000 runs, 32.47.1088 is in'),
		});
		node.untell('reset-does-nothing');
		node.fail('mlxfwreset * reset');
		expect(await reset(node)).toMatchObject({code: 36, output: expect.stringContaining('mlxfwreset failed; see the')});
		expect(node.facts()).not.toContain('unschedulable');
	});

	test('never resets the uplink, nor a card that waits for nothing', async () => {
		const node = waiting();
		node.routes('nic00000500p0');
		expect(resets((await reset(node)).calls)).toEqual([]);
		const done = complete();
		await done.run();
		done.tell('reset-level', '3\n');
		const {code, calls, output} = await reset(done);
		expect([code, resets(calls), calls.some(call => call.includes('cordon'))]).toEqual([0, [], false]);
		expect(output).toContain('no card waits for a reset that mlxfwreset can do');
	});

	test('that is killed leaves no node cordoned or without its functions', async () => {
		const node = waiting();
		await node.run();
		node.replaceTool(
			'mlxfwreset',
			'case "$*" in *reset) kill -9 "$(cat "$STUB/pid")" ;; *) echo "3: Driver restart and PCI reset   -Supported   (default)" ;; esac',
		);
		expect((await reset(node)).signal).toBe('SIGKILL');
		expect(node.facts()).toContain('unschedulable');
		expect((await node.run()).code).toBe(36);
		expect(node.facts()).not.toContain('unschedulable');
		expect(node.read('sys/bus/pci/devices/0000:05:00.0/sriov_numvfs')).toBe('2');
	});

	test('is what --check and a held back start name', async () => {
		const node = waiting();
		expect((await node.run(['--check'])).output).toMatch(
			/missing .*it needs a reset of the card \(nodeprep\.sh --reset-cards/,
		);
		expect((await node.run()).output).toContain('nodeprep.sh --reset-cards');
	});

	test('is refused before a reboot', async () => {
		const node = createNode();
		await node.run();
		expect(await node.run(['--reset-cards'])).toMatchObject({
			code: 40,
			output: expect.stringContaining('--reset-cards is refused'),
		});
	});
});
