import {expect, test} from 'vitest';
import type {CheckResult, Verdict} from '../../../source/pipeline/events.ts';
import {createRunStore} from '../../../source/pipeline/run-store.ts';
import {initialView} from '../../../source/tui/dashboard/dashboard-view.ts';
import {drawDashboard} from '../../../source/tui/dashboard/draw-dashboard.ts';
import {unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {textOf} from '../../../source/tui/styled-text.ts';
import {EventList} from '../../helpers/events.ts';

const check = (id: string, verdict: Verdict, title = 'Space for the build'): CheckResult => ({id, title, verdict});

const screenOf = async (checks: readonly CheckResult[], size: {columns: number; rows: number}) => {
	const list = new EventList().runStarted().stepStarted('check-host');
	for (const result of checks) list.add({type: 'check', step: 'check-host', result});
	const store = createRunStore();
	for (const event of list.events) store.accept(event);
	await store.close?.();
	const drawing = {screen: {rows: [], cursor: 0}, replay: false, isStopping: false, frame: 0, glyphs: unicodeGlyphs};
	return drawDashboard({...drawing, snapshot: store.getSnapshot(), view: initialView}, size).rows;
};

// Symptom: no count at 80 columns. Cause: it goes before the title does, and "7 warnings of 55" left it too little room.
test('the title counts what is wrong, in a glyph where words have no room', async () => {
	const passed = Array.from({length: 48}, (_, index) => check(`p${index}`, 'pass'));
	const told = async (verdict: Verdict, columns: number) =>
		(await screenOf([...passed, check('a', verdict), check('b', verdict)], {columns, rows: 24})).map(textOf).join('\n');
	expect(await told('warn', 80)).toMatch(/ 3 Checks ─+ 2 ! of 50 ─/);
	expect(await told('fail', 80)).toMatch(/ 3 Checks ─+ 2 ✖ of 50 ─/);
	expect(await told('pass', 80)).toMatch(/ 3 Checks ─+ 50 passed ─/);
	expect(await told('warn', 120)).toMatch(/ 3 Checks ─+ 2 warnings of 50 ─/);
	expect(await told('fail', 120)).toMatch(/ 3 Checks ─+ 2 FAILED of 50 ─/);
});

test('a check that takes more rows stands below its word, and only that has the verdict’s colour', async () => {
	const long = check('a', 'warn', 'Docker is new enough for what is built here');
	const rows = await screenOf([long], {columns: 80, rows: 24});
	const at = rows.findIndex(row => textOf(row).includes('warning:'));
	expect(textOf(rows[at] ?? [])).toMatch(/^│ ! warning: Docker is new +│/);
	expect(textOf(rows[at + 1] ?? [])).toMatch(/^│ {3}enough for what is built +│/);
	const coloured = rows[at]?.filter(({tone}) => tone === 'warning').map(({text}) => text);
	expect(coloured).toEqual(['! ', 'warning:']);
});
