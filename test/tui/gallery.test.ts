import {describe, expect, test} from 'vitest';
import type {PipelineEvent} from '../../source/pipeline/events.ts';
import {createRunStore} from '../../source/pipeline/run-store.ts';
import {initialView} from '../../source/tui/dashboard/dashboard-view.ts';
import {drawDashboard} from '../../source/tui/dashboard/draw-dashboard.ts';
import {asciiGlyphs, displayable, type Glyphs, unicodeGlyphs} from '../../source/tui/glyphs.ts';
import {drawHomeCard} from '../../source/tui/home/draw-home-card.ts';
import {entryIds, type HomeData, homeEntry} from '../../source/tui/home/home-entries.ts';
import {initialList} from '../../source/tui/list-state.ts';
import {drawList} from '../../source/tui/list-view.ts';
import {drawPage} from '../../source/tui/page-layout.ts';
import {drawRail, drawRailLine} from '../../source/tui/sheet/draw-rail.ts';
import {drawResult} from '../../source/tui/sheet/draw-result.ts';
import {type Line, type Span, type Tone, textOf, toned} from '../../source/tui/styled-text.ts';
import {review} from '../../source/wizard/review.ts';
import {sheetRows} from '../../source/wizard/sheet.ts';
import {startWizard} from '../../source/wizard/wizard-reducer.ts';
import {eventsDuringBuild, eventsOfFailure, eventsToTheEnd} from '../helpers/events.ts';
import {factsWith} from '../helpers/facts.ts';
import {fakeActions, hostResults, wizardMachine} from '../helpers/fake-actions.ts';

const actions = fakeActions();
const now = actions.now();
const [runs, presets, isos] = await Promise.all([actions.listRuns(), actions.listPresets(), actions.listIsos()]);
const home: HomeData = {
	runs,
	presets,
	isos,
	host: {failed: hostResults.filter(({verdict}) => verdict === 'fail')},
	goingOn: {runId: 'x', command: 'build', since: now - 60_000},
	cleanables: [{kind: 'cache', title: 'Build cache', bytes: 5e9, isDear: false}],
};

const snapshotOf = async ({events}: {events: readonly PipelineEvent[]}) => {
	const store = createRunStore();
	for (const event of events) store.accept(event);
	await store.close?.();
	return store.getSnapshot();
};
const snapshots = await Promise.all([eventsDuringBuild(), eventsOfFailure(), eventsToTheEnd()].map(snapshotOf));

const facts = factsWith({machine: wizardMachine, freeDiskGb: 2});
const sheets = [{}, {builder: 'canvos', osDistribution: 'rhel'}, {builder: 'canvos', imageRegistry: 'ttl.sh'}].map(
	answers => startWizard({machine: wizardMachine, facts, layers: [{kind: 'answer', answers: answers as object}]}),
);

/** What the screens are made of, with everything that can be good, bad or marked. */
function gallery(glyphs: Glyphs): [name: string, rows: readonly Line[]][] {
	const page = (tone: 'good' | 'bad' | 'warning') =>
		drawPage(
			{
				title: 'Page',
				body: [],
				scope: 'menu',
				help: false,
				glyphs,
				notice: {tone, text: 'What came of it, in a sentence.'},
			},
			{columns: 80, rows: 24},
		);
	return [
		...snapshots.map((snapshot, index): [string, readonly Line[]] => [
			`dashboard ${index}`,
			drawDashboard(
				{
					snapshot,
					view: initialView,
					glyphs,
					frame: 0,
					screen: {rows: ['login: '], cursor: 0},
					replay: false,
					isStopping: false,
				},
				{columns: 120, rows: 40},
			).rows,
		]),
		...entryIds.map((id): [string, readonly Line[]] => [
			`card ${id}`,
			drawHomeCard(id, home, {width: 70, now, glyphs}),
		]),
		[
			'home',
			drawList(
				entryIds.map(id => homeEntry(id, home, glyphs)),
				{...initialList, marked: 1},
				{width: 70, height: 12, glyphs, numbered: true},
			),
		],
		...sheets.flatMap((state, index): [string, readonly Line[]][] => [
			[`rail ${index}`, drawRail(sheetRows(state), {width: 60, glyphs, marked: 2})],
			[`rail in a line ${index}`, [drawRailLine(sheetRows(state), glyphs)]],
			[`result ${index}`, drawResult(review(state), {width: 60, glyphs})],
		]),
		['good notice', page('good')],
		['bad notice', page('bad')],
		['warning notice', page('warning')],
	];
}

const loud: readonly Tone[] = ['good', 'warning', 'bad'];
const words =
	/passed|failed|warning|cancelled|skipped|unfinished|running|too little|to fix|impossible|rehearsal|error|left|full|going on/i;

/** Whether a glyph or a word beside the span says what its colour says. */
function isSaid(row: Line, at: number, glyphs: Glyphs): boolean {
	const {pass, warn, fail, cancelled, bullet, right, bar} = glyphs;
	const around = textOf(row.slice(Math.max(0, at - 3), at + 4));
	return words.test(around) || [pass, warn, fail, cancelled, bullet, right, bar[0]].some(mark => around.includes(mark));
}

/** Spans whose meaning only a colour carries: no mark, no word, and no row before that they go on from. */
const mute = (rows: readonly Line[], glyphs: Glyphs): Span[] =>
	rows.flatMap((row, y) =>
		row.filter(
			(span, at) =>
				loud.includes(span.tone) &&
				span.text.trim() !== '' &&
				!isSaid(row, at, glyphs) &&
				!(rows[y - 1] ?? []).some(({tone}) => tone === span.tone),
		),
	);

describe.each([
	['Unicode', unicodeGlyphs],
	['ASCII', asciiGlyphs],
] as const)('in %s', (_, glyphs) => {
	test.each(gallery(glyphs))('no meaning of the %s is carried by colour alone', (_name, rows) => {
		expect(mute(rows, glyphs)).toEqual([]);
	});

	test.each(gallery(glyphs))('what is marked in the %s has a pointer, or is a cursor', (_name, rows) => {
		const marked = rows.filter(row => row.some(({tone, text}) => tone === 'selected' && text.trim().length > 1));
		for (const row of marked) expect(textOf(row)).toContain(glyphs.pointer);
	});
});

test('the check finds what only a colour says', () => {
	expect(mute([[toned('bad', 'Docker')]], unicodeGlyphs)).toEqual([toned('bad', 'Docker')]);
	expect(mute([[toned('bad', '✖ '), toned('plain', 'Docker')]], unicodeGlyphs)).toEqual([]);
});

test('marks differ from each other in every set of glyphs', () => {
	for (const {pass, warn, fail, skip, waiting, cancelled, chosen, unchosen, pointer} of [unicodeGlyphs, asciiGlyphs]) {
		const marks = [pass, warn, fail, skip, waiting, cancelled, chosen, unchosen, pointer];
		expect(new Set(marks).size).toBe(marks.length);
	}
});

test('in ASCII every character of the gallery can be shown, in as many columns', () => {
	for (const [name, rows] of gallery(asciiGlyphs))
		for (const row of rows) expect(displayable(textOf(row), asciiGlyphs), name).toMatch(/^[ -~]*$/);
});
