import {describe, expect, test} from 'vitest';
import {asciiGlyphs, unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {drawDifference} from '../../../source/tui/home/draw-difference.ts';
import {drawFirstStart} from '../../../source/tui/home/draw-first-start.ts';
import {drawHelpText} from '../../../source/tui/home/draw-help-text.ts';
import {drawGoingOn, drawHomeCard} from '../../../source/tui/home/draw-home-card.ts';
import {drawRunCard} from '../../../source/tui/home/draw-run-card.ts';
import {entryIds, type HomeData, homeEntry, shownEntries} from '../../../source/tui/home/home-entries.ts';
import {type Line, textOf, widthOf} from '../../../source/tui/styled-text.ts';
import {drawBeside} from '../../../source/tui/two-columns.ts';
import {pastRun} from '../../helpers/fake-actions.ts';

const now = Date.UTC(2026, 10, 22, 12, 0);
const drawn = {width: 56, now, glyphs: unicodeGlyphs};
const textIn = (rows: readonly Line[]) => rows.map(textOf).join('\n');

const data: HomeData = {
	runs: [pastRun(), pastRun({id: 'x', kind: 'smoke test', outcome: 'failed', failure: 'It does not boot'})],
	fromBase: {base: 'rehearsal', differences: [{title: 'Tag', value: 'lab', before: 'rehearsal'}]},
	presets: [{name: 'lab', description: '', origin: 'workspace', builder: 'canvos'}],
	isos: [{path: '/x/a.iso', name: 'a.iso', bytes: 4e9, builtAt: now, rehearsal: false}],
	workspace: {path: '~/edge', freeBytes: 81e9},
	cleanables: [{kind: 'cache', title: 'Build cache', bytes: 31e9, isDear: false}],
	host: {failed: []},
};

test.each(entryIds)('the card of %s fits, with everything known and with nothing', id => {
	for (const known of [data, {}])
		for (const width of [52, 120])
			for (const glyphs of [unicodeGlyphs, asciiGlyphs])
				for (const row of drawHomeCard(id, known, {...drawn, width, glyphs}))
					expect(widthOf(row), textOf(row)).toBeLessThanOrEqual(width);
});

test('an entry tells in a few words what there is', () => {
	const right = (id: (typeof entryIds)[number]) => textOf(homeEntry(id, data, unicodeGlyphs).right ?? []);
	expect([right('again'), right('presets'), right('runs'), right('console'), right('clean')]).toEqual([
		'rehearsal',
		'1',
		'2',
		'1 ISO',
		'31 GB can go',
	]);
});

test('building again is offered where something was built, be it only known from before', () => {
	expect(shownEntries(data, false)[0]).toBe('again');
	expect(shownEntries({}, true)[0]).toBe('again');
	expect(shownEntries({}, false)[0]).toBe('new');
	expect(shownEntries({runs: [pastRun({kind: 'download'})]}, true)[0]).toBe('new');
});

test('a run that has just ended is not as old as its beginning', () => {
	const ended = pastRun({startedAt: drawn.now - 601_000, durationMs: 600_000});
	expect(textIn(drawRunCard(ended, undefined, {...drawn, width: 80}))).toContain('✔ passed just now, took 10m 00s');
	const going = pastRun({outcome: 'running', startedAt: drawn.now - 120_000, durationMs: undefined});
	expect(textIn(drawRunCard(going, undefined, {...drawn, width: 80}))).toContain('running, began 2 minutes ago');
});

test('a run is told with its verdicts, sizes and differences', () => {
	const text = textIn(drawRunCard(pastRun(), data.fromBase, {...drawn, width: 80}));
	expect(text).toContain('✔ passed 2 hours ago, took 1m 47s');
	expect(text).toContain('✔ 84 checks   ! 1 warning   ✔ booted');
	expect(text).toContain('rehearsal  512 MB');
	expect(text).toContain('1 setting differs from rehearsal\n• Tag: lab instead of rehearsal');
});

test('escape sequences of a record are not drawn', () => {
	const evil = pastRun({preset: '\u001b[2Jx', failure: 'no\u001b]0;t\u0007t', isoName: 'a\u001b[1mb'});
	expect(textIn(drawRunCard(evil, undefined, drawn))).not.toContain('\u001b');
	const goingOn = {runId: 'x', command: '\u001b[2Jbuild', since: now - 5000};
	expect(textIn(drawGoingOn(goingOn, drawn))).not.toContain('\u001b');
});

test('what differs is told before what follows from it', () => {
	const difference = [
		{title: 'Tag', before: 'demo', after: 'lab', follows: false},
		{title: 'Repository', before: 'a', after: 'b', follows: true},
	];
	expect(textIn(drawDifference(difference, 80, unicodeGlyphs))).toMatch(
		/Tag +demo → lab\n\nWhat follows.*\nRepository/,
	);
	expect(textIn(drawDifference([], 80, unicodeGlyphs))).toBe('Both build the same.');
});

describe.each([
	[56, 16],
	[76, 20],
	[116, 36],
])('in %i columns and %i rows', (width, height) => {
	test('the first start shows all cards with their descriptions, and what is missing', () => {
		const cards = [1, 2, 3, 4].map(number => ({
			title: `Card ${number}`,
			description: `What number ${number} is, in about as many words as it takes`,
		}));
		const rows = drawFirstStart(
			{cards, marked: 1, missing: 'Docker is missing', glyphs: unicodeGlyphs},
			{width, height},
		);
		expect(rows.length).toBeLessThanOrEqual(height);
		expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(width);
		expect(textIn(rows)).toMatch(/❯ 2 Card 2[\s\S]*What number 4[\s\S]*! Docker is missing/);
	});

	test('a list and its card share the room', () => {
		const size = {columns: width + 4, rows: height + 4};
		const list = (room: {width: number; height: number}): Line[] =>
			Array.from({length: room.height}, () => [{text: 'l'.repeat(room.width), tone: 'plain'}]);
		const card = (room: number): Line[] => Array.from({length: 7}, () => [{text: 'c'.repeat(room), tone: 'plain'}]);
		for (const count of [3, 10, 50]) {
			const rows = drawBeside({count, list, card}, size, unicodeGlyphs);
			expect(rows.length).toBeLessThanOrEqual(height);
			expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(width);
			expect(textIn(rows)).toMatch(/l/);
			expect(textIn(rows)).toMatch(/c/);
		}
	});

	test('the help fits into its columns', () => {
		for (const row of drawHelpText(width, asciiGlyphs)) expect(widthOf(row), textOf(row)).toBeLessThanOrEqual(width);
	});
});
