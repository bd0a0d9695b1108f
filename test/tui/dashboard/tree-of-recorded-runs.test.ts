import {describe, expect, test} from 'vitest';
import type {PipelineEvent} from '../../../source/pipeline/events.ts';
import {createRunStore, type RunSnapshot} from '../../../source/pipeline/run-store.ts';
import {initialView} from '../../../source/tui/dashboard/dashboard-view.ts';
import {drawTree} from '../../../source/tui/dashboard/tree-pane.ts';
import {unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {textOf, widthOf} from '../../../source/tui/styled-text.ts';
import {recording} from '../../builders/canvos/recordings.ts';
import {canvosRuns, logStreamRuns, runOfLogStream, shuffled} from '../../helpers/recorded-builds.ts';

const draw = (snapshot: RunSnapshot, width: number, unfolded = false) => {
	const {rows, remark, show} = drawTree(
		{
			snapshot,
			view: {...initialView, unfolded},
			glyphs: unicodeGlyphs,
			frame: 0,
			screen: {rows: [], cursor: 0},
			replay: false,
			isStopping: false,
		},
		{width, height: 20},
	);
	return {rows: rows.map(row => (typeof row === 'function' ? row() : row)), remark: remark ?? '', show};
};

/** The pictures after some of the events, evenly spread, and after all of them. */
async function* during(events: readonly PipelineEvent[], samples: number) {
	const store = createRunStore();
	const every = Math.max(1, Math.floor(events.length / samples));
	for (const [index, event] of events.entries()) {
		store.accept(event);
		if (index % every !== 0 && index !== events.length - 1) continue;
		await store.close?.();
		yield store.getSnapshot();
	}
}

const atEnd = async (events: readonly PipelineEvent[], width = 200, unfolded = true) => {
	const store = createRunStore();
	for (const event of events) store.accept(event);
	await store.close?.();
	return draw(store.getSnapshot(), width, unfolded);
};

/** What stands in the tree, without its times. */
const namesIn = ({rows}: {rows: ReturnType<typeof draw>['rows']}) =>
	rows.map(row =>
		textOf(row)
			.replace(/ {2,}(?:cached|[\d.hms ]+)$/, '')
			.trimEnd(),
	);

const runs = [...canvosRuns, ...logStreamRuns];

describe.each(runs)('$name', ({events}) => {
	test('shows each node once, in rows that fit, and a count that never falls', async () => {
		let before = {done: 0, of: 0};
		for await (const snapshot of during(events, 25)) {
			for (const width of [28, 46, 90]) {
				const {rows, show = -1} = draw(snapshot, width);
				for (const row of rows) expect(widthOf(row)).toBe(width);
				expect(show).toBeLessThan(Math.max(1, rows.length));
			}
			const {rows, remark} = draw(snapshot, 60, true);
			// Below a command that lasts stands what it printed; above the nodes of a step, where there are two, its name.
			const steps = new Set([...snapshot.state.nodes.values()].map(({step}) => step)).size;
			const nodes = rows.filter(row => row.some(({tone, text}) => tone !== 'muted' && text.trim() !== '')).length;
			expect(nodes - (steps > 1 ? steps : 0)).toBe(snapshot.state.nodes.size);
			const [, done, of] = /^(\d+) of (\d+) done(?:, \d+ cached)?$/.exec(remark) ?? [];
			expect(Number(done)).toBeLessThanOrEqual(Number(of));
			expect(Number(done)).toBeGreaterThanOrEqual(before.done);
			expect(Number(of)).toBeGreaterThanOrEqual(before.of);
			before = {done: Number(done), of: Number(of)};
		}
	});

	test('stands in the same order, however the events of a moment come', async () => {
		const told = namesIn(await atEnd(events));
		expect(namesIn(await atEnd(events))).toEqual(told);
		// Numbers that look random and are the same each time.
		let seed = 1;
		const random = () => {
			seed = (seed * 48_271) % 2_147_483_647;
			return seed;
		};
		expect(namesIn(await atEnd(shuffled(events, random)))).toEqual(told);
	});

	test.runIf(events.at(-1)?.type === 'run-finished')(
		'says "cancelled" only of a run that a person stopped',
		async () => {
			const last = events.at(-1);
			const {rows, remark} = await atEnd(events);
			const told = rows.map(textOf).join('\n');
			expect(told).not.toContain('running');
			expect(told).not.toContain('waiting');
			if (last?.type !== 'run-finished') return;
			// In the words of the tree, not of a command.
			if (last.outcome !== 'cancelled') expect(told).not.toMatch(/ cancelled$/m);
			if (last.outcome !== 'passed') return;
			expect(told).not.toMatch(/cancelled|stopped/);
			const [, done, of] = /^(\d+) of (\d+) done/.exec(remark) ?? [];
			expect(done).toBe(of);
		},
	);
});

test('two recordings of one build give the same order, built or from the cache', async () => {
	const namesOf = async (name: string) => {
		const {logStream} = recording(name);
		return namesIn(await atEnd(runOfLogStream(name, logStream as Buffer, 'success').events));
	};
	const cold = await namesOf('success-cold');
	expect(await namesOf('success-cached')).toEqual(cold);
	expect(cold.filter(row => row.includes(' +') && row.startsWith('✔'))).toEqual(
		['+build-all-images', '+base', '+provider-image', '+base-image', '+iso'].map(name => `✔ ${name}`),
	);
});

// Symptom: t2 stood above t1 in one build and below it in the next. Cause: both begin within some milliseconds.
test('targets that are built side by side stand as the Earthfile names them', async () => {
	const {logStream} = recording('parallel');
	const names = namesIn(await atEnd(runOfLogStream('parallel', logStream as Buffer, 'success').events, 100, false));
	const targets = names.map(row => /\+\w+/.exec(row)?.[0]).filter(Boolean);
	expect(targets).toEqual(['+all', '+base', '+t1', '+t2', '+t3', '+t4', '+t5', '+t6', '+t7', '+progress']);
});

describe.skipIf(canvosRuns.length === 0)('a real build of CanvOS', () => {
	const edge = canvosRuns.find(({name}) => name.endsWith('ok-edge'))?.events ?? [];
	const at = async (seconds: number, width = 76) => {
		const start = edge[0]?.at ?? 0;
		const events = edge.filter(event => event.at <= start + seconds * 1000);
		const {rows, ...more} = await atEnd(events, width, false);
		return {...more, rows: rows.map(textOf)};
	};

	test('tells our steps by their names, in their order, and what a long one prints', async () => {
		const {rows, show} = await at(60);
		const own = ['Install packages', 'Install DOCA', 'Build driver modules', 'Stage BlueField bundle'];
		expect(rows.flatMap(row => own.filter(name => row.includes(name)))).toEqual(own);
		const running = rows.findIndex(row => row.includes('Install packages'));
		expect(rows[running]).toMatch(/⠋ Install packages +running 44s$/);
		expect(rows[running + 1]).toMatch(/^ {4}\S/);
		expect(show).toBe(running + 1);
		expect(rows.join('\n')).not.toMatch(/--mount|\bIF \[|Load metadata|WORKDIR/);
	});

	test('folds a target that is done to one row with its time, and leaves open what goes on', async () => {
		const {rows} = await at(150);
		expect(rows.find(row => row.includes('+base '))).toMatch(/✔ \+base 8 commands +3\.4s$/);
		expect(rows.find(row => row.includes('+base-image'))).toMatch(/⠋ \+base-image 21 folded +running 2m 22s$/);
		expect((await at(180)).rows.find(row => row.includes('+base-image'))).toMatch(
			/✔ \+base-image 46 commands +2m 48s$/,
		);
	});

	test('folds a step that is done while the next one goes on', async () => {
		const {rows} = await at(245);
		expect(rows[0]).toMatch(/^✔ Provider image built +3m 43s$/);
		expect(rows[1]).toMatch(/^⠋ Building installer ISO +running 20s$/);
		expect(rows[2]).toMatch(/^ {2}⠋ \+iso/);
	});

	test('leaves the failed path open, and calls stopped what that cut off', async () => {
		const endOf = async (name: string) => {
			const events = canvosRuns.find(run => run.name.endsWith(name))?.events ?? [];
			const {rows, show = 0} = await atEnd(events, 76, false);
			return {rows: rows.map(textOf), shown: textOf(rows[show] ?? [])};
		};
		const failed = await endOf('fail-doca-other-release');
		expect(failed.shown).toMatch(/✖ Install DOCA +FAILED 6\.3s/);
		expect(failed.rows.join('\n')).not.toContain('BUILD +provider-image');
		expect((await endOf('fail-buildkit-killed')).shown).toMatch(/■ RUN for i in .* stopped/);
		expect((await endOf('fail-docker-daemon-stopped')).shown).toMatch(/■ Install packages +stopped/);
	});
});
