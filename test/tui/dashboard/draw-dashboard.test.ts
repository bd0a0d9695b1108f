import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {PipelineEvent} from '../../../source/pipeline/events.ts';
import {createRunStore, type RunSnapshot} from '../../../source/pipeline/run-store.ts';
import {plainSink} from '../../../source/reporters/plain-lines.ts';
import {initialView} from '../../../source/tui/dashboard/dashboard-view.ts';
import {drawDashboard} from '../../../source/tui/dashboard/draw-dashboard.ts';
import type {Drawing} from '../../../source/tui/dashboard/pane-drawing.ts';
import {arrangements} from '../../../source/tui/dashboard/pane-layout.ts';
import {paneIds} from '../../../source/tui/dashboard/panes.ts';
import {asciiGlyphs, displayable, unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {textOf, textWidth, widthOf} from '../../../source/tui/styled-text.ts';
import {EventList, eventsDuringBuild, eventsOfFailure, eventsToTheEnd, rehearsalHeader} from '../../helpers/events.ts';

const snapshotOf = async (events: readonly PipelineEvent[]): Promise<RunSnapshot> => {
	const store = createRunStore();
	for (const event of events) store.accept(event);
	await store.close?.();
	return store.getSnapshot();
};

const drawing = (snapshot: RunSnapshot, more: Partial<Drawing> = {}): Drawing => ({
	snapshot,
	view: initialView,
	glyphs: unicodeGlyphs,
	frame: 0,
	screen: {rows: ['login: '], cursor: 0},
	replay: false,
	isStopping: false,
	...more,
});

const text = (snapshot: RunSnapshot, size: {columns: number; rows: number}, more: Partial<Drawing> = {}) =>
	drawDashboard(drawing(snapshot, more), size).rows.map(textOf).join('\n');

const during = await snapshotOf(eventsDuringBuild().events);
const passed = await snapshotOf(eventsToTheEnd().events);
const failed = await snapshotOf(eventsOfFailure().events);
const none = await snapshotOf([]);

test('every picture has exactly the rows and columns of the terminal, whatever is shown', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 200}),
			fc.integer({min: 1, max: 60}),
			fc.constantFrom(during, passed, failed, none),
			fc.record({
				focus: fc.constantFrom(...paneIds),
				zoomed: fc.boolean(),
				arrangement: fc.constantFrom(...arrangements),
				overlay: fc.constantFrom('none' as const, 'help' as const, 'stop' as const),
				wrap: fc.boolean(),
				unfolded: fc.boolean(),
				typing: fc.option(fc.string(), {nil: undefined}),
				query: fc.option(fc.constantFrom('dkms', 'STEP'), {nil: undefined}),
				top: fc.option(fc.nat(40), {nil: undefined}),
			}),
			fc.constantFrom(unicodeGlyphs, asciiGlyphs),
			(columns, rows, snapshot, view, glyphs) => {
				const typing = view.typing?.replace(/\p{Cc}/gu, '');
				const picture = drawDashboard(drawing(snapshot, {view: {...view, typing, scroll: {}}, glyphs}), {
					columns,
					rows,
				});
				expect(picture.rows).toHaveLength(rows);
				for (const row of picture.rows) expect(widthOf(row)).toBe(columns);
			},
		),
		{numRuns: 300},
	);
});

describe.each([
	[60, 20],
	[80, 24],
	[120, 40],
])('on %i × %i', (columns, rows) => {
	test('a rehearsal says so in words, and what runs and how long is in sight', () => {
		const screen = text(during, {columns, rows});
		expect(screen).toContain('REHEARSAL');
		expect(screen).toContain('Running 33s');
		expect(screen).toContain('Building provider image');
		expect(screen).toContain('DKMS: install completed.');
	});

	test('a failure is told with its cause, what to do and where the log is', () => {
		const screen = text(failed, {columns, rows}, {view: {...initialView, focus: 'outcome'}});
		expect(screen).toContain('Failed after');
		expect(screen.replace(/\s*[│┃]\s*/g, ' ').replace(/\s+/g, ' ')).toContain('Install the headers of that kernel');
		expect(screen).toContain('provider-image.log');
	});

	test('without more than ASCII nothing else is drawn', () => {
		const {rows: picture} = drawDashboard(drawing(passed, {glyphs: asciiGlyphs}), {columns, rows});
		expect(picture.map(row => displayable(textOf(row), asciiGlyphs)).join('\n')).toMatch(/^[ -~\n]+$/);
	});
});

// "…" of a shortened checksum became "...", which moved the frames to its right and cut the row at its end.
test('what ASCII lacks is drawn in as many columns', () => {
	const told = ['sha256 5f681dfa7148…', '日本 → Zürich', 'e\u0301'];
	for (const text of told) {
		expect(displayable(text, asciiGlyphs)).toMatch(/^[ -~]+$/);
		expect(displayable(text, asciiGlyphs)).toHaveLength(textWidth(text));
	}
});

// Symptom: "Error: building at STEP …" was cut before the reason of every failed rehearsal. Cause: one row a line.
test('the last line of a failed program is shown to its end, where the reason is', async () => {
	const reason = 'setting "RLIMIT_NPROC" limit: operation not permitted';
	const lastLines = [
		'STEP 3/11: RUN true',
		`Error: building at STEP "RUN ${'--mount=type=bind '.repeat(8)}": ${reason}`,
	];
	const told = eventsOfFailure().events.map(event =>
		event.type === 'step-finished' && event.outcome.kind === 'failed'
			? {...event, outcome: {...event.outcome, failure: {...event.outcome.failure, lastLines}}}
			: event,
	);
	const view = {...initialView, focus: 'outcome' as const, zoomed: true};
	const screen = text(await snapshotOf(told), {columns: 80, rows: 40}, {view});
	expect(screen.replace(/\s*[│┃]\s*/g, ' ').replace(/\s+/g, ' ')).toContain(reason);
});

test('each step is told by glyph and word: done, running, waiting, skipped with its reason', () => {
	const screen = text(passed, {columns: 140, rows: 40}, {view: {...initialView, focus: 'steps', zoomed: true}});
	expect(screen).toMatch(/✔ Machine checked +0\.4s/);
	expect(screen).toMatch(/– Pushing provider image +skipped: not asked for/);
	expect(text(during, {columns: 120, rows: 40})).toMatch(/· Booting the ISO +waiting/);
	expect(text(failed, {columns: 120, rows: 40})).toMatch(/✖ Building provider image +FAILED/);
});

test('the download tells bytes, share, and its rates as a line of heights', () => {
	const screen = text(during, {columns: 120, rows: 40});
	expect(screen).toContain('bf-bundle-3.1.0-stand-in.bfb');
	expect(screen).toContain('67.1 MB of 67.1 MB');
	expect(screen).toMatch(/[▁▂▃▄▅▆▇█]{10}/);
});

test('a running download tells its rate and the time left', async () => {
	const list = new EventList().runStarted().stepStarted('fetch-firmware');
	const progress = {done: 250e6, total: 1.03e9, unit: 'bytes' as const, rate: 12e6};
	list.add({type: 'step-progress', step: 'fetch-firmware', progress});
	const screen = text(await snapshotOf(list.events), {columns: 120, rows: 40});
	expect(screen).toContain('250 MB of 1.03 GB');
	expect(screen).toContain('12 MB/s');
	expect(screen).toContain('about 1m 05s left');
});

test('the build tree tells targets, commands below them, and what came from the cache', () => {
	const screen = text(during, {columns: 120, rows: 40});
	expect(screen).toMatch(/\+base-image 1 folded +running 15s/);
	expect(screen).toMatch(/ {3}⠋ RUN \/steps\/packages.sh +running/);
	const unfolded = text(during, {columns: 120, rows: 40}, {view: {...initialView, unfolded: true}});
	expect(unfolded).toMatch(/ {3}✔ FROM edge-builder-rehearsal-base +cached/);
});

test('warnings are told by a word too', () => {
	expect(text(during, {columns: 120, rows: 40})).toContain('! warning: KVM');
});

test('a log line from outside cannot move the cursor', async () => {
	const list = new EventList().runStarted().stepStarted('provider-image');
	list.log('provider-image', 'evil \u001b[2J\u001b[1;1Hline\u0007');
	const {rows} = drawDashboard(drawing(await snapshotOf(list.events)), {columns: 80, rows: 24});
	const screen = rows.map(textOf).join('\n');
	expect(screen).toContain('evil line');
	expect(screen).not.toMatch(/(?!\n)\p{Cc}/u);
});

test('a terminal that is too small gets a sentence', () => {
	expect(text(during, {columns: 30, rows: 8}).replace(/\s+/g, ' ')).toContain('The build goes on.');
});

const gauges = {type: 'host', cpu: 0.5, memory: 0.5, disks: []} as const;

test('a step that has been silent for long says for how long', async () => {
	const after = async (ms: number) => text(await snapshotOf(eventsDuringBuild().wait(ms).add(gauges).events), wide);
	expect(await after(28_000)).toContain('7 lines');
	expect(await after(244_000)).toContain('quiet for 4m 05s');
	expect(text(passed, wide)).not.toContain('quiet');
});

const wide = {columns: 120, rows: 40};

const minutes = (least: number, most: number, silence?: number) => ({
	leastMs: least * 60_000,
	mostMs: most * 60_000,
	lastMs: most * 60_000,
	...(silence !== undefined && {silenceMs: silence * 60_000}),
});

test('what this machine took before says how long it will take, and what silence is usual', async () => {
	const plan = eventsDuringBuild().events.flatMap(event => (event.type === 'run-started' ? event.plan : []));
	const list = new EventList();
	const usual = {'check-host': minutes(1, 1), 'provider-image': minutes(10, 14, 9)};
	const known = plan.filter(({id}) => id in usual);
	list.add({type: 'run-started', run: rehearsalHeader, plan: known, settings: {}, usual}).step('check-host', 60_000);
	list
		.stepStarted('provider-image')
		.wait(5 * 60_000)
		.log('provider-image', 'Unpacking');
	const screen = text(await snapshotOf(list.events), wide);
	expect(screen).toMatch(/█+░+ 42% {2}Running 6m 00s · about 5–9 min left/);
	expect(screen).toContain('usually 10–14 min');
	list.wait(4 * 60_000).add(gauges);
	expect(text(await snapshotOf(list.events), {columns: 140, rows: 40})).toContain(
		'quiet for 4m 00s, usually up to 9m 00s',
	);
});

// Earthly heads its parts with emoji, for which one terminal takes one column and another two.
test('emoji are drawn as bullets, in as many columns', () => {
	expect(displayable('Init 🚀 of 日本 Zürich', unicodeGlyphs)).toBe('Init •  of 日本 Zürich');
	expect(displayable('Push ⏫', asciiGlyphs)).toBe('Push * ');
});

test('a disk that runs full says when, in the pane of the machine and once in lines', async () => {
	const list = eventsDuringBuild();
	for (let second = 0; second <= 120; second += 10) {
		const disks = [{path: '/srv/edge', freeBytes: (10 - second * 0.02) * 1e9, totalBytes: 100e9}];
		list.wait(10_000).add({type: 'host', cpu: 0.5, memory: 0.5, disks});
	}
	expect(text(await snapshotOf(list.events), wide)).toMatch(/edge .* full in 6 min !/);
	const written: string[] = [];
	const sink = plainSink({write: part => void written.push(part), drain: async () => undefined});
	for (const event of list.events) sink.accept(event);
	expect(written.join('').match(/The disk of \/srv\/edge will be full in about \d min: .* left/g)).toHaveLength(1);
});
