import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {PipelineEvent} from '../../../source/pipeline/events.ts';
import {createRunStore, type RunSnapshot} from '../../../source/pipeline/run-store.ts';
import {cleanLine} from '../../../source/text/ansi.ts';
import {type DashboardView, initialView} from '../../../source/tui/dashboard/dashboard-view.ts';
import {drawDashboard} from '../../../source/tui/dashboard/draw-dashboard.ts';
import type {Drawing} from '../../../source/tui/dashboard/pane-drawing.ts';
import {paneIds} from '../../../source/tui/dashboard/panes.ts';
import {displayable, unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {textOf} from '../../../source/tui/styled-text.ts';
import {EventList, eventsDuringBuild, eventsOfFailure, eventsToTheEnd} from '../../helpers/events.ts';
import {frameFault} from '../../helpers/frame-fault.ts';
import {canvosRuns, logStreamRuns} from '../../helpers/recorded-builds.ts';

const sizes = [
	{columns: 60, rows: 20},
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
	{columns: 200, rows: 60},
];

const faultOf = (snapshot: RunSnapshot, size: (typeof sizes)[number], more: Partial<Drawing> = {}) =>
	frameFault(
		drawDashboard(
			{
				snapshot,
				view: initialView,
				glyphs: unicodeGlyphs,
				frame: 3,
				screen: {rows: ['login: '], cursor: 0},
				replay: false,
				isStopping: false,
				...more,
			},
			size,
		).rows.map(row => displayable(textOf(row), unicodeGlyphs)),
		size,
		{isOverlaid: (more.view?.overlay ?? 'none') !== 'none'},
	);

/** The snapshots before anything, whenever a step begins or ends, and some in between. */
async function snapshotsOf(events: readonly PipelineEvent[], samples: number): Promise<RunSnapshot[]> {
	const store = createRunStore();
	const snapshots = [store.getSnapshot()];
	const every = Math.max(1, Math.floor(events.length / samples));
	for (const [index, event] of events.entries()) {
		store.accept(event);
		const isTurn = /^(?:step|run)-(?:started|finished)$/.test(event.type);
		if (!isTurn && index % every !== 0) continue;
		await store.close?.();
		snapshots.push(store.getSnapshot());
	}
	return snapshots;
}

const views: readonly Partial<DashboardView>[] = [
	...paneIds.flatMap(focus => [{focus}, {focus, zoomed: true}]),
	{arrangement: 'log'},
	{arrangement: 'tree'},
	{overlay: 'help'},
	{overlay: 'stop'},
	{typing: 'DOCA'},
	{query: 'a', wrap: true},
	{unfolded: true},
	{top: 0},
];

const told: readonly Partial<Drawing>[] = [
	{isStopping: true},
	{replay: true},
	{replay: true, isGoingOn: true},
	{replay: true, wasKilled: true},
	{offers: true, retrying: 'Starting again…'},
];

const own = [
	{name: 'during a build', events: eventsDuringBuild().events},
	{name: 'a build that passed', events: eventsToTheEnd().events},
	{name: 'a build that failed', events: eventsOfFailure().events},
];

describe.each([...own, ...canvosRuns, ...logStreamRuns])('$name', ({events}) => {
	const snapshots = snapshotsOf(events, 3);
	test.each(sizes)('is a whole picture in every state, on $columns × $rows', async size => {
		for (const snapshot of await snapshots) expect(await faultOf(snapshot, size)).toBeUndefined();
	});
});

describe.each(own)('$name, whatever is looked at', ({events}) => {
	test.each(sizes)('is a whole picture on $columns × $rows', async size => {
		const [last] = (await snapshotsOf(events, 1)).slice(-1);
		if (!last) throw new Error('no event');
		const looks = [...views.map(view => ({view: {...initialView, ...view}})), ...told];
		for (const look of looks) expect(await faultOf(last, size, look)).toBeUndefined();
	});
});

/** What programs, guests and files can print, as far as terminals agree how wide it is: any bytes, and more than usual of what moves terminals or has odd widths. */
const noise = fc
	.array(
		fc.oneof(
			fc.string({unit: 'binary-ascii', maxLength: 20}),
			fc.constantFrom(
				'日本語',
				'１２',
				'e\u0301\u0301',
				'\u202Eabc',
				'\u200F',
				'\u2066',
				'\u200D',
				'x\uFE0F',
				'👩‍👩‍👧',
				'ab'.repeat(3000),
				'日本'.repeat(2000),
			),
			fc.constantFrom('\u001B[2J', '\u001B]52;c;eA==\u0007', '\u001B[999;999H', '\r', '\t', '\b', '\u0000', '\u009B1A'),
		),
		{maxLength: 12},
	)
	.map(parts => parts.join(''));

test('a storm of any bytes leaves every picture whole', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(noise, {minLength: 8, maxLength: 8}),
			fc.constantFrom(...sizes),
			fc.constantFrom(...views),
			async (texts, size, view) => {
				const [log = '', serial = '', node = '', check = '', detail = '', hint = '', reason = '', row = ''] = texts;
				const list = new EventList().runStarted().stepStarted('provider-image');
				list.add({type: 'log', step: 'provider-image', chunk: {stream: 'out', text: log}});
				list.add({type: 'log', step: 'provider-image', chunk: {stream: 'serial', text: serial}});
				list.add({
					type: 'build-node',
					step: 'provider-image',
					node: {id: 'n', kind: 'command', name: node, state: 'running'},
				});
				list.add({
					type: 'check',
					step: 'provider-image',
					result: {id: 'c', title: check, verdict: 'warn', detail, hint},
				});
				list.stepFinished('provider-image', {
					kind: 'failed',
					failure: {code: 'x', message: reason, hint, lastLines: [log]},
				});
				const [snapshot] = (await snapshotsOf(list.events, 1)).slice(-1);
				if (!snapshot) throw new Error('no event');
				// Rows of the guest's screen come cleaned out of an emulator.
				const screen = {rows: [cleanLine(row)], cursor: 0};
				expect(await faultOf(snapshot, size, {screen, view: {...initialView, ...view}})).toBeUndefined();
			},
		),
		{numRuns: 80},
	);
});
