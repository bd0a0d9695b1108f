import {expect, test} from 'vitest';
import type {BuildNode} from '../../../source/pipeline/events.ts';
import {createRunStore} from '../../../source/pipeline/run-store.ts';
import {initialView} from '../../../source/tui/dashboard/dashboard-view.ts';
import {drawTree} from '../../../source/tui/dashboard/tree-pane.ts';
import {unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {textOf} from '../../../source/tui/styled-text.ts';
import {EventList} from '../../helpers/events.ts';

const step = 'provider-image';
const start = 1_000_000;

const target = (id: string, more: Partial<BuildNode> = {}) =>
	({
		type: 'build-node',
		step,
		node: {id, kind: 'target', name: `+${id}`, state: 'running', startedAt: start, ...more},
	}) as const;
const command = (id: string, name: string, more: Partial<BuildNode> = {}) =>
	({type: 'build-node', step, node: {id, kind: 'command', name, state: 'running', startedAt: start, ...more}}) as const;
const said = (text: string, of?: string) => ({type: 'log', step, chunk: {stream: 'out', text, target: of}}) as const;

const running = (settings = {}) => {
	const list = new EventList(start).runStarted().stepStarted(step);
	Object.assign(list.events[0] ?? {}, {settings});
	return list;
};

const treeOf = async (list: EventList, {unfolded = false, width = 60} = {}) => {
	const store = createRunStore();
	for (const event of list.events) store.accept(event);
	await store.close?.();
	const view = {...initialView, unfolded};
	const drawing = {screen: {rows: [], cursor: 0}, replay: false, isStopping: false, frame: 0};
	const {rows, remark, show} = drawTree(
		{...drawing, snapshot: store.getSnapshot(), view, glyphs: unicodeGlyphs},
		{width, height: 9},
	);
	return {rows: rows.map(row => textOf(typeof row === 'function' ? row() : row).trimEnd()), remark, show};
};

test('loading images tells how much is written, as nobody says how much there is', async () => {
	const list = running()
		.add(command('load', 'Loading images into Docker'))
		.wait(3000)
		.add({type: 'step-progress', step, progress: {done: 4.2e9, unit: 'bytes', label: 'Loading images into Docker'}});
	expect((await treeOf(list)).rows).toEqual([
		expect.stringMatching(/^⠋ Loading images into Docker +running 3\.0s$/),
		'  4.2 GB written so far',
	]);
});

test('a step says what it printed last once it takes long, and only what it printed itself', async () => {
	const list = running()
		.add(target('a'))
		.add(said('of the step before', '+a'))
		.wait(100)
		.add(command('a/1', 'RUN make', {parent: 'a', startedAt: start + 50}))
		.wait(9000)
		.add({type: 'host', cpu: 0, memory: 0, disks: []});
	expect((await treeOf(list)).rows).toHaveLength(2);
	list.wait(2000).add({type: 'host', cpu: 0, memory: 0, disks: []});
	expect((await treeOf(list)).rows).toHaveLength(2);
	list.add(said('  CC [M] \u001b[2Jen_main.o', '+a'));
	expect((await treeOf(list)).rows[2]).toBe('    CC [M] en_main.o');
});

test('bookkeeping is listed only while it takes long, or where it failed', async () => {
	const list = running()
		.add(target('a'))
		.add(command('a/1', 'IF [ -n "$X" ]', {parent: 'a'}));
	expect((await treeOf(list.wait(5000).add(said('.')))).rows).toEqual([expect.stringContaining('+a 1 folded')]);
	expect((await treeOf(list.wait(6000).add(said('.')))).rows[1]).toMatch(/⠋ IF \[ -n "\$X" \] +running 11s/);
	list.add(command('a/1', 'IF [ -n "$X" ]', {parent: 'a', state: 'done', endedAt: start + 11_000}));
	expect((await treeOf(list)).rows).toHaveLength(1);
	list.add(command('a/2', 'ARG X', {parent: 'a', state: 'failed', endedAt: start + 11_000}));
	expect((await treeOf(list)).rows[1]).toMatch(/✖ ARG X +FAILED 11s/);
});

test('what is done at once, or comes from the cache, is only counted, unless it is ours', async () => {
	const done = (id: string, name: string, more: Partial<BuildNode>) =>
		command(id, name, {parent: 'a', state: 'done', endedAt: start + 100, ...more});
	const list = running()
		.add(target('a'))
		.add(done('a/1', 'RUN quick', {}))
		.add(done('a/2', 'RUN slow', {endedAt: start + 1000}))
		.add(done('a/3', 'RUN kept', {cached: true, endedAt: start + 1000}))
		.add(done('a/4', 'RUN bash /mnt/edge-builder/steps/install-doca.sh', {cached: true}));
	expect((await treeOf(list)).rows.map(row => row.trim().replace(/ {2,}.*$/, ''))).toEqual([
		'⠋ +a 2 folded',
		'✔ RUN slow',
		'✔ Install DOCA',
	]);
});

test('x lists everything', async () => {
	const list = running()
		.add(target('a', {state: 'done', endedAt: start + 9000}))
		.add(command('a/1', 'ARG X', {parent: 'a', state: 'done', endedAt: start}))
		.add(command('a/2', 'RUN make', {parent: 'a', state: 'done', endedAt: start + 9000}));
	expect((await treeOf(list)).rows).toEqual([expect.stringMatching(/^✔ \+a 2 commands +9\.0s$/)]);
	expect((await treeOf(list, {unfolded: true})).rows.map(row => row.slice(0, 14).trim())).toEqual([
		'✔ +a',
		'✔ ARG X',
		'✔ RUN make',
	]);
});

test('the count has each command that does work once, whatever is listed', async () => {
	const list = running()
		.add(target('a'))
		.add(command('a/1', 'RUN one', {parent: 'a', state: 'done', cached: true}))
		.add(command('a/1', 'RUN one', {parent: 'a', state: 'done', cached: true}))
		.add(command('a/2', 'IF x', {parent: 'a', state: 'failed'}))
		.add(command('a/3', 'RUN two', {parent: 'a'}));
	for (const unfolded of [false, true]) expect((await treeOf(list, {unfolded})).remark).toBe('1 of 2 done, 1 cached');
});

// Symptom: a step that was done counted as waiting again. Cause: the next build calls a command by the same id.
test('a command of the next build doesn’t take the place of one of the build before', async () => {
	const one = command('sha256:1', 'RUN mkdir -p /certs', {state: 'done', endedAt: start + 10});
	const list = running().add(one).stepFinished(step).stepStarted('installer-iso');
	list.add({
		...one,
		step: 'installer-iso',
		node: {...one.node, state: 'waiting', startedAt: undefined, endedAt: undefined},
	});
	const {rows, remark} = await treeOf(list);
	expect(remark).toBe('1 of 2 done');
	expect(rows.map(row => row.replace(/ {2,}\S+$/, ''))).toEqual([
		expect.stringContaining('✔ Provider image built'),
		expect.stringContaining('Building installer ISO'),
		expect.stringContaining('· RUN mkdir -p /certs'),
	]);
});

test('what a build that passed left open is done, and what another one left open was cut off', async () => {
	const open = () =>
		running()
			.add(target('a'))
			.add(command('a/1', 'RUN make', {parent: 'a'}))
			.add(command('a/2', 'COPY --if-exists a b', {parent: 'a', state: 'cancelled'}))
			.wait(1000);
	const passed = await treeOf(open().stepFinished(step).add({type: 'run-finished', outcome: 'passed'}), {
		unfolded: true,
	});
	expect(passed.rows.join('\n')).not.toMatch(/cancelled|running/);
	expect(passed.remark).toBe('2 of 2 done');
	const stopped = open().stepFinished(step, {kind: 'cancelled'}).add({type: 'run-finished', outcome: 'cancelled'});
	expect((await treeOf(stopped)).rows.join('\n')).toMatch(/■ RUN make +cancelled/);
});

// Symptom: "+build-provider-images cancelled" in a run that nobody had cancelled. Cause: Earthly's word for both.
test('what was cut off because something else failed is stopped, during the run and after it', async () => {
	const list = running()
		.add(target('all', {state: 'cancelled'}))
		.add(target('a', {state: 'failed', endedAt: start + 1000}))
		.add(command('a/1', 'RUN make', {parent: 'a', state: 'failed', endedAt: start + 1000}))
		.wait(1000);
	const failure = {code: 'x', message: 'make failed'};
	const after = [() => list, () => list.stepFinished(step, {kind: 'failed', failure})];
	after.push(() => list.add({type: 'run-finished', outcome: 'failed'}));
	for (const next of after) expect((await treeOf(next())).rows.join('\n')).toMatch(/■ \+all +stopped$/m);
});

test('a standard image has nothing of DOCA to wait for', async () => {
	const list = (edgeAppliance: boolean) =>
		running({edgeAppliance})
			.add(target('a'))
			.add(
				command('a/1', 'RUN bash /mnt/edge-builder/steps/install-doca.sh', {
					parent: 'a',
					state: 'waiting',
					startedAt: undefined,
				}),
			);
	expect((await treeOf(list(true))).rows.join('\n')).toContain('Install DOCA');
	expect((await treeOf(list(false))).rows.join('\n')).not.toContain('Install DOCA');
});

test('nodes whose parents are each other are shown', async () => {
	const list = running()
		.add(target('a', {parent: 'b'}))
		.add(target('b', {parent: 'a'}))
		.add(target('c', {parent: 'nowhere'}));
	expect((await treeOf(list)).rows).toHaveLength(3);
});
