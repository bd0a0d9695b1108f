import fs from 'node:fs';
import {describe, expect, test, vi} from 'vitest';
import {createNode, type NodeUnderTest, superNic} from './node-under-test.ts';

const rshims = ['rshim5', 'rshim21', 'rshim37'];
const cards = ['05', '15', '25'].map(bus => ({...superNic, slot: `0000:${bus}:00`}));

// A bfb-install that is told by the test when it ends; what it is given as commands comes before its end.
const flashing = (node: NodeUnderTest, commands = '') =>
	node.replaceTool(
		'bfb-install',
		`echo "$2" >>"$STUB/begun"
		n=0; while [ ! -e "$STUB/end-$2" ] && [ $n -lt 400 ]; do /bin/sleep 0.05; n=$((n + 1)); done
		${commands}
		echo "$2" >>"$STUB/ended"`,
	);
const slow = (settings: Record<string, string> = {}, commands = '') => {
	const node = createNode({cards, environment: settings});
	flashing(node, commands);
	return node;
};
const lines = (text = '') => text.split('\n').filter(Boolean);
const begun = (node: NodeUnderTest) => lines(node.told('begun')).sort();
const until = (claim: () => void) => vi.waitFor(claim, {timeout: 15_000});
const endAll = (node: NodeUnderTest) => rshims.forEach(rshim => void node.tell(`end-${rshim}`, ''));

test('cards are flashed at the same time', async () => {
	const node = slow();
	const run = node.run();
	await until(() => expect(begun(node)).toEqual(['rshim21', 'rshim37', 'rshim5']));
	expect(node.told('ended')).toBeUndefined();
	endAll(node);
	expect((await run).code).toBe(40);
});

test('no more than FLASH_PARALLEL of them; the next one begins when one has ended', async () => {
	const node = slow({FLASH_PARALLEL: '2'});
	const run = node.run();
	await until(() => expect(begun(node)).toEqual(['rshim21', 'rshim5']));
	node.tell('end-rshim21', '');
	await until(() => expect(begun(node)).toHaveLength(3));
	expect(lines(node.told('ended'))).toEqual(['rshim21']);
	endAll(node);
	const {code, output} = await run;
	expect(code).toBe(40);
	expect(output.indexOf('0000:15:00.0: flashed')).toBeLessThan(output.indexOf('0000:25:00.0: flashing'));
});

test.each(['0', '17', '1.5'])('FLASH_PARALLEL=%s is refused', async value => {
	const {code, output} = await createNode({environment: {FLASH_PARALLEL: value}}).run();
	expect([code, output]).toEqual([11, expect.stringContaining('FLASH_PARALLEL must be a number from 1 to 16')]);
});

test.each([
	{parallel: '2', last: undefined, says: '3 cards to flash, 2 at a time: about 20 to 50 minutes'},
	{parallel: '2', last: '1141', says: '3 cards to flash, 2 at a time: about 39 minutes, by the last one of this node'},
	{parallel: '16', last: 'soon', says: '3 cards to flash, 3 at a time: about 10 to 25 minutes'},
])('how long it takes is said before: $says', async ({parallel, last, says}) => {
	const node = createNode({cards, environment: {FLASH_PARALLEL: parallel}});
	if (last) node.write('opt/spectrocloud/nodeprep-state/flash-seconds', `${last}\n`);
	const {output} = await node.run();
	expect(output).toContain(says);
	expect(output.indexOf(says)).toBeLessThan(output.indexOf('flashing'));
	// The stub takes no time.
	expect(node.read('opt/spectrocloud/nodeprep-state/flash-seconds')).toMatch(/^\d\n$/);
});

test('each minute says which are done, failed, running and waiting', async () => {
	const node = slow({FLASH_PARALLEL: '1'}, '[ "$2" != rshim5 ] || echo "Error: no answer"');
	const run = node.run([], {env: {NODEPREP_SILENCE_LIMIT: '1'}});
	await until(() =>
		expect(node.log()).toContain('flash: running 0000:05:00.0 (0 min); waiting 0000:15:00.0, 0000:25:00.0'),
	);
	node.tell('end-rshim5', '');
	node.tell('end-rshim21', '');
	await until(() =>
		expect(node.log()).toContain('flash: done 0000:15:00.0; failed 0000:05:00.0; running 0000:25:00.0 (0 min)'),
	);
	endAll(node);
	const {code, output} = await run;
	expect(code).toBe(31);
	expect(output).toMatch(/\[OUT\] .* 0000:05:00\.0: Error: no answer/);
});

test('a card without an rshim, and one without a readable version, fail by themselves', async () => {
	const node = createNode({cards: cards.map((card, i) => ({...card, rshim: i !== 0}))});
	node.fail('flint -d 0000:25:00.0*');
	const {code, output, calls} = await node.run();
	expect(code).toBe(31);
	expect(calls.flatMap(call => /--rshim (\S+)/.exec(call)?.[1] ?? [])).toEqual(['rshim21']);
	expect(output).toMatch(/FATAL.*0000:25:00\.0: its firmware version cannot be read.* 0000:05:00\.0: no \/dev\/rshim/);
	expect(output).toContain('0000:15:00.0: flashed');
	expect(node.exists('run/nodeprep/flashed-0000:15:00')).toBe(true);
});

test('rshims that do not come are waited for together, and each card is named', async () => {
	const {code, output, calls} = await createNode({cards: cards.map(card => ({...card, rshim: false}))}).run();
	expect(code).toBe(31);
	expect(calls.filter(call => call === 'sleep 2')).toHaveLength(15);
	expect(output.match(/ERROR.*no \/dev\/rshim\* belongs to this card/g)).toHaveLength(3);
	expect(output).not.toContain('to flash');
});

test('--check tells of each card what it would do, and what it lacks', async () => {
	const node = createNode({cards});
	node.fail('flint -d 0000:25:00.0*');
	const {code, output, calls} = await node.run(['--check']);
	expect(code).toBe(51);
	expect(output.match(/would +run: bfb-install --rshim rshim\d+/g)).toHaveLength(2);
	expect(output).toMatch(
		/missing +0000:25:00\.0: its firmware version cannot be read \(a run would end with exit code 31\)/,
	);
	expect(calls.some(call => call.startsWith('bfb-install'))).toBe(false);
});

// Goes on with its output after bfb-install; ended by the test.
const daemon = '{ n=0; while [ ! -e "$STUB/over" ] && [ $n -lt 400 ]; do /bin/sleep 0.05; n=$((n + 1)); done; } &';

test('what bfb-install leaves behind with its output holds nothing up', async () => {
	const node = slow({}, daemon);
	endAll(node);
	expect((await runUntilItsEnd(node)).code).toBe(40);
	node.tell('over', '');
});

// The end of the script itself, while its output may go on.
const runUntilItsEnd = async (node: NodeUnderTest) => {
	const run = node.run();
	await until(() => expect(node.log()).toContain('reboot in one minute'));
	expect(node.log().match(/: flashed$/gm)).toHaveLength(3);
	node.tell('over', '');
	return run;
};

test('after a SIGKILL the lock is held until the last flash has ended, and by nothing it left behind', async () => {
	const node = slow({}, daemon);
	const run = node.run();
	await until(() => expect(begun(node)).toHaveLength(3));
	process.kill(Number(node.told('pid')), 'SIGKILL');
	node.tell('end-rshim5', '');
	node.tell('end-rshim21', '');
	await until(() => expect(lines(node.told('ended'))).toHaveLength(2));
	node.fail('hostname*');
	const second = () => node.run([], {env: {NODEPREP_NODE_LIMIT: '0'}});
	expect((await second()).code).toBe(41);
	node.tell('end-rshim37', '');
	await vi.waitFor(async () => expect((await second()).code).toBe(20), {timeout: 15_000});
	node.tell('over', '');
	expect((await run).signal).toBe('SIGKILL');
});

const childrenOf = (pid: number) =>
	fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

describe.each([
	['SIGTERM', 143],
	['SIGINT', 130],
] as const)('%s during a flash', (signal, code) => {
	test('lets those that run go to their end, begins no other, and then ends', async () => {
		const node = slow({FLASH_PARALLEL: '2'});
		const run = node.run();
		await until(() => expect(begun(node)).toHaveLength(2));
		const pid = Number(node.told('pid'));
		// As a terminal does, to all of its group: the shells that look after the flashes as well.
		for (const one of [pid, ...childrenOf(pid)]) process.kill(one, signal);
		await until(() => expect(node.log()).toContain(`${signal}: a flash is not cut in its middle; waiting for`));
		endAll(node);
		const ended = await run;
		expect([ended.code, ended.signal]).toEqual([code, null]);
		expect(lines(node.told('ended')).sort()).toEqual(['rshim21', 'rshim5']);
		expect(ended.output).toContain('not begun: 0000:25:00.0');
		const marks = ['05', '15', '25'].map(bus => node.exists(`run/nodeprep/flashed-0000:${bus}:00`));
		expect(marks).toEqual([true, true, false]);
		expect([node.state(), node.exists('run/nodeprep/reboot-needed')]).toEqual(['init', true]);
	});
});
