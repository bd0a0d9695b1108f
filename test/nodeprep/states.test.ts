import {describe, expect, test, vi} from 'vitest';
import {createNode, environment, superNic} from './node-under-test.ts';

const current = {...superNic, firmware: environment.BFB_FW};
const flashes = (calls: string[]) => calls.filter(call => call.startsWith('bfb-install')).length;

describe.each([true, false])('on a host that is immutable: %s', immutable => {
	const installed = (node: ReturnType<typeof createNode>) => {
		for (const name of [
			'linux-headers-6.8.0-31-generic',
			'doca-host',
			'doca-all',
			'lldpd',
			'mft',
			'netplan.io',
			'pv',
			'psmisc',
		]) {
			node.tell(`packages/${name}`, '');
		}
	};

	test.each([
		{state: undefined, flash: true, next: 'config', code: 40},
		{state: 'init', flash: true, next: 'config', code: 40},
		{state: 'inithw', flash: true, next: 'config', code: 40},
		{state: undefined, flash: false, next: 'precomplete', code: 40},
		{state: 'init', flash: false, next: 'precomplete', code: 40},
		{state: 'inithw', flash: false, next: 'precomplete', code: 40},
		{state: 'config', flash: false, next: 'precomplete', code: 40},
		{state: 'config', flash: true, next: 'precomplete', code: 40},
		{state: 'precomplete', flash: false, next: 'complete', code: 0},
		{state: 'complete', flash: false, next: 'complete', code: 0},
		// Nobody noted what it was prepared for: it goes back.
		{state: 'complete', flash: true, next: 'config', code: 40},
	])('$state, flash needed: $flash -> $next', async ({state, flash, next, code}) => {
		const node = createNode({immutable, cards: [flash ? superNic : current], ...(state && {state})});
		installed(node);
		const run = await node.run();
		expect(run.code).toBe(code);
		expect(node.state()).toBe(next);
		// Only the first stage flashes; `config` with old firmware is what a card needing a power cycle looks like.
		expect(flashes(run.calls)).toBe(next === 'config' ? 1 : 0);
		expect(run.calls.includes('shutdown -r +1')).toBe(code === 40);
		if (state === 'config' && flash) {
			expect(run.output).toContain('firmware is still 32.40.1000, not 32.47.1088; it may need a cold power cycle');
		}
	});
});

test('a card that is as wanted needs no write and no reboot: absent to complete in one start', async () => {
	const node = createNode({cards: [current]});
	await node.live();
	// The node object was made anew: its labels are gone, the cards are as they were.
	node.reboot();
	node.tell('node', 'condition Ready=True\n');
	const run = await node.run();
	expect(run.code).toBe(0);
	expect(node.state()).toBe('complete');
	expect(run.calls.filter(call => / set |bfb-install|shutdown/.test(call))).toEqual([]);
});

test('an unknown state stops with its own exit code and says how to start over', async () => {
	const node = createNode({state: 'done'});
	const {code, output, calls} = await node.run();
	expect(code).toBe(22);
	expect(output).toContain("unknown state 'done'");
	expect(output).toContain('kubectl label node worker-1 spectrocloud.com/nodeprep-');
	expect(calls.some(call => call.startsWith('mst'))).toBe(false);
});

describe('label writes', () => {
	test('that fail are tried again', async () => {
		const node = createNode();
		node.fail('kubectl *nodeprep=config*', {once: true});
		expect((await node.run()).code).toBe(40);
		expect(node.state()).toBe('config');
	});

	test('that always fail mean no reboot', async () => {
		const node = createNode({state: 'config'});
		node.fail('kubectl *nodeprep=precomplete*');
		const {code, calls, output} = await node.run();
		expect(code).toBe(21);
		expect(calls.filter(call => call.includes('nodeprep=precomplete'))).toHaveLength(5);
		expect(calls).not.toContain('shutdown -r +1');
		expect(output).toContain('could not be written to node worker-1 and read back');
	});

	test('that are accepted but not there when read back mean no reboot', async () => {
		const node = createNode({state: 'config'});
		node.tell('labels-do-not-stick', '');
		const {code, calls} = await node.run();
		expect(code).toBe(21);
		expect(calls).not.toContain('shutdown -r +1');
	});
});

describe('waiting for the node', () => {
	test('ends, with progress and its own exit code', async () => {
		const node = createNode();
		node.tell('node', 'condition Ready=False\n');
		const {code, output, calls} = await node.run([], {env: {NODEPREP_NODE_LIMIT: '120'}});
		expect(code).toBe(20);
		expect(output).toContain('waiting for the node to be Ready (60 of at most 120 s)');
		expect(output).toContain('node worker-1 was not Ready within 120 s');
		expect(calls.filter(call => call === 'sleep 5')).toHaveLength(24);
	});

	test('says when no node has this name', async () => {
		const node = createNode();
		node.tell('names', 'other\n');
		const {code, output} = await node.run([], {env: {NODEPREP_NODE_LIMIT: '0'}});
		expect(code).toBe(20);
		expect(output).toContain('no node of the cluster is called worker-1');
	});

	test.each([
		['Worker-1', 'worker-1'],
		['short', 'worker-1.example.test'],
	])('host name %s finds node %s', async (hostname, name) => {
		const node = createNode();
		node.tell('hostname', `${hostname}\n`);
		node.tell('names', `${name}\n`);
		const {code, calls} = await node.run();
		expect(code).toBe(40);
		expect(calls).toContain(`kubectl label node ${name} --overwrite spectrocloud.com/nodeprep=init`);
	});
});

describe('between the decision and the reboot', () => {
	test('later starts do nothing', async () => {
		const node = createNode();
		expect((await node.run()).code).toBe(40);
		const second = await node.run();
		expect(second.code).toBe(40);
		expect(second.calls).toEqual([]);
		expect(second.output).toContain('a reboot is scheduled');
		expect(node.state()).toBe('config');
	});

	test('a reboot that was taken back is scheduled again', async () => {
		const node = createNode();
		await node.run();
		node.remove('run/systemd');
		expect((await node.run()).calls).toEqual(['shutdown -r +1']);
	});
});

describe('attempts', () => {
	test('of a stage that never ends are bounded, and the message says what to do', async () => {
		const node = createNode({cards: [current], state: 'config'});
		node.fail('mlxconfig * set *');
		for (let attempt = 0; attempt < 5; attempt++) {
			expect((await node.run()).code).toBe(32);
		}
		const {code, output, calls} = await node.run();
		expect(code).toBe(23);
		expect(output).toMatch(/stage config was started 5 times without an end.*nodeprep-state\/attempts/);
		expect(calls.some(call => call.startsWith('mlxconfig'))).toBe(false);
		node.remove('opt/spectrocloud/nodeprep-state/attempts');
		expect((await node.run()).code).toBe(32);
	});

	test.each([
		['the environment file is another', (node: ReturnType<typeof createNode>) => node.setEnvironment({ROCECC: '0'})],
		[
			'the bundle is another',
			(node: ReturnType<typeof createNode>) =>
				node.write(`opt/spectrocloud/spcx/bfb/${environment.BFB}`, 'another one'),
		],
		[
			'the host was booted',
			(node: ReturnType<typeof createNode>) => node.write('proc/sys/kernel/random/boot_id', 'b2'),
		],
	])('start anew when %s', async (_, change) => {
		const node = createNode({cards: [current], state: 'config'});
		node.write('proc/sys/kernel/random/boot_id', 'b1');
		node.fail('mlxconfig * set *');
		for (let attempt = 0; attempt < 5; attempt++) await node.run();
		expect((await node.run()).code).toBe(23);
		change(node);
		expect((await node.run()).code).toBe(32);
	});

	test('go on after a while, and less and less often', async () => {
		const node = createNode({cards: [current], state: 'config'});
		node.fail('mlxconfig * set *');
		const attempts = 'opt/spectrocloud/nodeprep-state/attempts';
		await node.run();
		const [stage, , basis] = node.read(attempts).trim().split(' ');
		const after = async (count: number, hours: number) => {
			node.write(attempts, `${stage} ${count} ${basis} ${Math.floor(Date.now() / 1000) - hours * 3600}\n`);
			return (await node.run()).code;
		};
		expect(await after(5, 0.9)).toBe(23);
		expect(await after(5, 1.1)).toBe(32);
		expect(await after(6, 1.1)).toBe(23);
		expect(await after(40, 25)).toBe(32);
	});

	test('start anew with each state', async () => {
		const node = createNode();
		await node.live();
		expect(node.exists('opt/spectrocloud/nodeprep-state/attempts')).toBe(false);
	});
});

describe('a partition that cannot be written', () => {
	// Root writes everywhere; a file where the folder should be refuses it, too.
	const unwritable = (options: Parameters<typeof createNode>[0]) => {
		const node = createNode(options);
		node.write('opt/spectrocloud/nodeprep-state', '');
		return node;
	};

	test('keeps no complete node from its virtual functions', async () => {
		const node = unwritable({cards: [current], state: 'complete'});
		const {code, output} = await node.run();
		expect(code).toBe(0);
		expect(output).toMatch(/WARN.*nodeprep-state\/cordoned cannot be written; it is kept in .*lost by a reboot/);
		expect(node.read('sys/bus/pci/devices/0000:05:00.0/sriov_numvfs')).toBe('2');
		expect(node.facts()).not.toContain('unschedulable');
	});

	test('still bounds the attempts of a stage', async () => {
		const node = unwritable({cards: [current], state: 'config'});
		node.fail('mlxconfig * set *');
		for (let attempt = 0; attempt < 5; attempt++) expect((await node.run()).code).toBe(32);
		expect((await node.run()).code).toBe(23);
	});
});

describe('an API server that is out of reach', () => {
	const functions = 'sys/bus/pci/devices/0000:05:00.0/sriov_numvfs';
	const lost = async (state: string) => {
		const node = createNode({cards: [{...current, functions: 2}], state});
		await node.run();
		node.reboot();
		node.fail('kubectl *');
		return {node, run: await node.run([], {env: {NODEPREP_NODE_LIMIT: '0'}})};
	};

	test('keeps no node that was complete from its virtual functions, and what kubectl says is said', async () => {
		const {node, run} = await lost('precomplete');
		expect(run.code).toBe(20);
		expect(run.output).toContain('this node was complete, so its functions are made');
		expect(run.output).toMatch(/FATAL.*\(kubectl with \S+kubelet\.conf: stub: kubectl fails as told\)/);
		expect(node.read(functions)).toBe('2');
		expect(run.calls.filter(call => /cordon|label|delete/.test(call))).toEqual([]);
	});

	test('and comes back later: the cards are counted once', async () => {
		const node = createNode({cards: [{...current, functions: 2}], state: 'precomplete'});
		await node.run();
		// Each try asks by two names.
		for (let call = 0; call < 26; call++) node.tell(`fail/once-${call}`, 'kubectl *\n');
		const {code, output, calls} = await node.run();
		expect([code, node.label('nic-1-type'), node.label('nic-2-type')]).toEqual([0, 'SuperNIC', undefined]);
		expect(output).toContain('this node was complete, so its functions are made');
		expect(calls.filter(call => call.startsWith('flint'))).toHaveLength(2);
	});

	test('is waited for by a node that never was complete', async () => {
		const node = createNode({cards: [{...current, functions: 2}], state: 'precomplete'});
		node.fail('kubectl *');
		expect((await node.run([], {env: {NODEPREP_NODE_LIMIT: '0'}})).code).toBe(20);
		expect(node.read(functions).trim()).toBe('0');
	});
});

test('of two starts at once one works and the other leaves', async () => {
	const node = createNode();
	const [first, second] = await Promise.all([node.run(), node.run()]);
	expect([first?.code, second?.code].sort()).toEqual([40, 41]);
	expect(node.log().match(/flashing/g)).toHaveLength(1);
	expect(node.log()).toContain('another run holds the lock');
});

// A program that goes on after the script, until the test tells it to end.
const goesOn = 'n=0; while [ ! -e "$STUB/release" ] && [ $n -lt 400 ]; do /bin/sleep 0.05; n=$((n + 1)); done';

test('a program that lives on does not hold the lock', async () => {
	const node = createNode({cards: [{...superNic, firmware: environment.BFB_FW}], state: 'complete'});
	node.replaceTool('mst', `case $* in start) (${goesOn}) >/dev/null 2>&1 & ;; *-v) cat "$STUB/mst-devices" ;; esac`);
	expect((await node.run()).code).toBe(0);
	expect((await node.run()).code).toBe(0);
	node.tell('release', '');
});

test('a flash that goes on after a SIGKILL keeps the lock, so nothing flashes beside it', async () => {
	const node = createNode();
	node.replaceTool('bfb-install', `kill -9 "$(cat "$STUB/pid")"; : >"$STUB/flashing"; ${goesOn}`);
	const first = node.run();
	await vi.waitFor(() => expect(node.told('flashing')).toBe(''), {timeout: 15_000});
	expect((await node.run()).code).toBe(41);
	node.tell('release', '');
	expect((await first).signal).toBe('SIGKILL');
});

test('the log has no colour codes and is rotated', async () => {
	const node = createNode();
	for (let start = 0; start < 6; start++) {
		await node.run([], {env: {NODEPREP_LOG_LIMIT: '100'}});
	}
	expect(node.log()).not.toContain('\u001b');
	expect(node.log()).toMatch(/^ \[INFO\] \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+ \[\d+\] nodeprep 2/);
	expect([1, 2, 3, 4].map(n => node.exists(`var/log/sc-nodeprep.log.${n}`))).toEqual([true, true, true, false]);
});

test('a newer copy in the image takes over from an older one on the persistent disk', async () => {
	const node = createNode();
	const copy = (version: string) =>
		node.write(
			'usr/lib/edge-builder/nodeprep.sh',
			`readonly NODEPREP_VERSION='${version}'\necho "image copy: $*"; exit 77\n`,
		);
	copy('10.0.0');
	expect(await node.run(['--check'])).toMatchObject({code: 77, output: 'image copy: --check\n'});
	expect((await node.run()).code).toBe(77);
	for (const version of ['2.2.0', '1.99.0']) {
		copy(version);
		expect((await node.run(['--check'])).code).toBe(50);
	}
});
