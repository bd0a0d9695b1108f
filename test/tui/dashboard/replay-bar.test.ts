import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {PlayerView} from '../../../source/app/actions.ts';
import {createRunStore} from '../../../source/pipeline/run-store.ts';
import {reduceView} from '../../../source/tui/dashboard/dashboard-state.ts';
import {type DashboardView, initialView} from '../../../source/tui/dashboard/dashboard-view.ts';
import {drawDashboard} from '../../../source/tui/dashboard/draw-dashboard.ts';
import {drawReplayBar} from '../../../source/tui/dashboard/replay-bar.ts';
import {createSerialScreen} from '../../../source/tui/dashboard/vm-screen-pane.ts';
import {asciiGlyphs, unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {playerKeys} from '../../../source/tui/keymap.ts';
import {textOf, widthOf} from '../../../source/tui/styled-text.ts';
import {eventsDuringBuild} from '../../helpers/events.ts';
import {until} from '../../helpers/until.ts';

const store = createRunStore();
for (const event of eventsDuringBuild().events) store.accept(event);
await store.close?.();

const view = (changes: Partial<PlayerView> = {}): PlayerView => ({
	position: 754_000,
	length: 2_480_000,
	speed: 30,
	isPlaying: true,
	isDemo: false,
	...changes,
});

const draw = (player: PlayerView, size: {columns: number; rows: number}, dashboard: DashboardView = initialView) =>
	drawDashboard(
		{
			snapshot: store.getSnapshot(),
			view: dashboard,
			glyphs: unicodeGlyphs,
			frame: 0,
			screen: {rows: [], cursor: 0},
			replay: true,
			player,
			isStopping: false,
		},
		size,
	);

test('the bar tells whether it plays, where it is, how long it is and how fast it goes', () => {
	const bar = (changes: Partial<PlayerView>) => textOf(drawReplayBar(view(changes), 80, asciiGlyphs));
	expect(bar({})).toMatch(/^ playing +0:12:34 #+\.+ 0:41:20 +30×/);
	expect(bar({isPlaying: false})).toContain('paused');
	expect(bar({position: 2_480_000, isPlaying: false})).toMatch(/at its end +0:41:20 #+ 0:41:20/);
	expect(bar({speed: 1000, isDemo: true})).toMatch(/max {2}DEMO: nothing is built/);
});

test('every picture of a replay has exactly the rows and columns of the terminal', () => {
	const player = fc.record({
		position: fc.nat(9_000_000),
		length: fc.nat(9_000_000),
		speed: fc.constantFrom(1, 30, 1000, 12.5),
		isPlaying: fc.boolean(),
		isDemo: fc.boolean(),
	});
	const overlay = fc.constantFrom('none' as const, 'help' as const);
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 200}),
			fc.integer({min: 1, max: 60}),
			player,
			overlay,
			(columns, rows, player, overlay) => {
				const picture = draw(player, {columns, rows}, {...initialView, overlay});
				expect(picture.rows).toHaveLength(rows);
				for (const row of picture.rows) expect(widthOf(row)).toBe(columns);
			},
		),
	);
});

test.each([
	[60, 20],
	[80, 24],
	[120, 40],
])('? tells every key of a replay at %ix%i, on as many pages as it takes, and no key twice', (columns, rows) => {
	let dashboard: DashboardView = {...initialView, overlay: 'help'};
	let told = '';
	while (dashboard.overlay === 'help') {
		const {rows: picture, seen} = draw(view(), {columns, rows}, dashboard);
		told += picture.map(row => textOf(row)).join('\n');
		dashboard = reduceView(dashboard, {key: '?', text: '?'}, seen);
	}
	for (const what of ['Pause, and go on', 'To the next step', 'silences', 'Go to the next pane', 'Search in the log'])
		expect(told.replace(/\s*[┃│]\s*/g, ' ').replace(/\s+/g, ' ')).toContain(what);
	const arrows = told.split('\n').filter(row => /┃ [^┃]*[←→]/.test(row));
	expect(arrows).toHaveLength(2);
	expect(playerKeys).toEqual(expect.arrayContaining(['left', 'right', 'home', 'end', 'space']));
});

// Symptom: after seeking, remains of a later screen stood among the rows. Cause: what had been handed over before was drawn
// after the screen had been cleared.
test('a VM screen that was taken back shows only what was there', async () => {
	const screen = createSerialScreen();
	const whole = `${'one line of the guest\r\n'.repeat(2000)}login: `;
	screen.feed(whole);
	screen.feed('Booting\r\n');
	const shown = () => screen.getSnapshot().rows.filter(row => row !== '');
	await until(
		() => shown().length === 1,
		() => `The screen shows\n${shown().join('\n')}`,
		2000,
	);
	expect(shown()).toEqual(['Booting']);
});
