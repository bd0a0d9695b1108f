import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {LogLine} from '../../../source/pipeline/kept-log-lines.ts';
import {reduceView} from '../../../source/tui/dashboard/dashboard-state.ts';
import {type DashboardView, initialView, type Seen} from '../../../source/tui/dashboard/dashboard-view.ts';
import {filterChoices} from '../../../source/tui/dashboard/log-filter.ts';
import {shownLog} from '../../../source/tui/dashboard/log-lines.ts';
import {visibleLines} from '../../../source/tui/dashboard/log-pane.ts';
import {isErrorLine} from '../../../source/tui/dashboard/log-search.ts';
import {newPart} from '../../../source/tui/dashboard/vm-screen-pane.ts';
import {keymaps} from '../../../source/tui/keymap.ts';

const linesOf = (texts: readonly string[]): LogLine[] =>
	texts.map(text => ({step: 'provider-image', stream: 'out', text, at: 0}));

const seenOf = (texts: readonly string[], more: Partial<Seen> = {}): Seen => ({
	panes: ['steps', 'log', 'checks'],
	canArrange: true,
	steps: ['check-host', 'provider-image', 'collect'],
	step: 'provider-image',
	lines: linesOf(texts),
	dropped: 0,
	height: 10,
	width: 80,
	filters: [],
	helpPages: 1,
	rows: {checks: {content: 30, room: 5, top: 0}},
	...more,
});

const numbered = Array.from({length: 100}, (_, index) => `line ${index}`);

const press = (view: DashboardView, keys: readonly string[], seen: Seen) =>
	keys.reduce((view, key) => reduceView(view, {key, text: key.length === 1 ? key : undefined}, seen), view);

test('the log follows until someone scrolls up, stays there while lines come, and follows again at its end', () => {
	const seen = seenOf(numbered);
	const scrolled = press(initialView, ['up', 'up', 'up'], seen);
	expect(scrolled.top).toBe(87);
	const more = seenOf([...numbered, ...numbered]);
	expect(press(scrolled, ['up'], more).top).toBe(86);
	expect(press(scrolled, ['down', 'down', 'down'], seen).top).toBeUndefined();
	expect(press(scrolled, ['end'], more).top).toBeUndefined();
});

test('lines that left memory while someone read them don’t shift the others', () => {
	const seen = seenOf(numbered, {dropped: 500});
	expect(press({...initialView, top: 550}, ['down'], seen).top).toBe(551);
	expect(press({...initialView, top: 20}, ['up'], seen).top).toBe(500);
});

test('a search goes to the next match, round the end, and back', () => {
	const seen = seenOf(['a', 'needle 1', 'b', 'Needle 2', 'c']);
	const found = press(initialView, ['/', 'n', 'e', 'e', 'd', 'enter'], seen);
	expect(found).toMatchObject({query: 'need', mark: 1, typing: undefined});
	expect(press(found, ['n'], seen).mark).toBe(3);
	expect(press(found, ['n', 'n'], seen).mark).toBe(1);
	expect(press(found, ['N'], seen).mark).toBe(3);
});

test('x unfolds the build tree from any pane, and folds it again, where it then follows what runs', () => {
	const seen = seenOf(numbered);
	const unfolded = press({...initialView, scroll: {tree: 7, checks: 3}}, ['x'], seen);
	expect(unfolded).toMatchObject({unfolded: true, scroll: {tree: undefined, checks: 3}});
	expect(press(unfolded, ['x'], seen).unfolded).toBe(false);
});

test('letters typed into a search are text, not commands', () => {
	const typing = press(initialView, ['/', 'z', 'q', '?', '1'], seenOf(numbered));
	expect(typing).toMatchObject({typing: 'zq?1', zoomed: false, focus: 'log', overlay: 'none'});
	expect(press(typing, ['escape'], seenOf(numbered)).typing).toBeUndefined();
});

test('the next error is found from anywhere', () => {
	const seen = seenOf(['fine', '0 failed', 'E: Unable to locate package', 'fine'], {height: 2});
	expect(press({...initialView, focus: 'steps'}, ['e'], seen)).toMatchObject({focus: 'log', mark: 2});
	expect(press(initialView, ['e'], seenOf(['all is well'])).mark).toBeUndefined();
});

test.each([
	['make[1]: *** [all] Error 2', true],
	['E: Unable to locate package x', true],
	['cp: cannot stat a: No such file or directory', true],
	['12 passed, 0 failed', false],
	['Unpacking liberror-perl (0.17029-1) ...', false],
	['gcc -Werror -c a.c', false],
])('%s tells of an error: %s', (text, expected) => {
	expect(isErrorLine(text)).toBe(expected);
});

test('numbers and Tab go to panes that are there', () => {
	const seen = seenOf(numbered);
	expect(press(initialView, ['3'], seen).focus).toBe('checks');
	expect(press(initialView, ['4'], seen).focus).toBe('log');
	expect(press(initialView, ['tab'], seen).focus).toBe('checks');
	expect(press(initialView, ['tab', 'tab'], seen).focus).toBe('steps');
	expect(press(initialView, ['shift+tab'], seen).focus).toBe('steps');
});

test('z and L arrange panes where there is room for several, and do nothing where there is not', () => {
	const roomy = seenOf(numbered);
	expect(press(initialView, ['z'], roomy).zoomed).toBe(true);
	expect(press(initialView, ['L'], roomy).arrangement).toBe('log');
	expect(press(initialView, ['L', 'L', 'L'], roomy)).toEqual(initialView);
	expect(press(initialView, ['z', 'L'], seenOf(numbered, {canArrange: false}))).toEqual(initialView);
});

test('moving in the steps shows another step’s log, and Esc goes back to the running one', () => {
	const seen = seenOf(numbered);
	const chosen = press({...initialView, focus: 'steps'}, ['up'], seen);
	expect(chosen.step).toBe('check-host');
	expect(press(chosen, ['escape'], seen).step).toBeUndefined();
});

test('f lists what can be shown of the log, and Enter shows it; places are kept by the numbers of lines', () => {
	const all = numbered.map(
		(text, index): LogLine => ({
			...(linesOf([index % 10 === 0 ? `E: ${text} is broken` : text])[0] as LogLine),
			target: index < 50 ? '+base' : '+provider-image',
		}),
	);
	const kept = {lines: all, dropped: 1000};
	const filters = filterChoices(all);
	expect(filters.map(({name, count}) => [name, count])).toEqual([
		['everything', 100],
		['errors and warnings', 10],
		['remarks of edge-builder', 0],
		['+provider-image', 50],
		['+base', 50],
	]);
	const wrong = press(initialView, ['f', 'down', 'enter'], seenOf([], {...kept, filters}));
	expect(wrong.filter).toEqual({level: 'wrong'});
	const shown = seenOf([], {...shownLog(kept, wrong.filter), height: 3});
	expect(shown.lines).toHaveLength(10);
	const scrolled = press(wrong, ['up', 'up'], shown);
	expect(scrolled.top).toBe(1050);
	expect(press(scrolled, ['e'], shown).mark).toBe(1000);
	expect(press(scrolled, ['escape'], shown).filter).toBeUndefined();
	expect(press(wrong, ['f', 'escape'], seenOf([], {...kept, filters})).filter).toEqual({level: 'wrong'});
});

test('no key leads out of the log, whatever it holds', () => {
	const keys = Object.values(keymaps.dashboard).flatMap(({keys}) => [...keys]);
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom(...keys, 'x'), {maxLength: 30}),
			fc.nat(60),
			fc.nat(1000),
			fc.integer({min: 1, max: 20}),
			(presses, count, dropped, height) => {
				const seen = seenOf(numbered.slice(0, count), {dropped, height});
				const {top, focus, mark} = press(initialView, presses, seen);
				if (top !== undefined) {
					expect(top).toBeGreaterThanOrEqual(dropped);
					expect(top).toBeLessThanOrEqual(dropped + Math.max(0, count - height));
				}
				if (mark !== undefined) expect(mark).toBeLessThan(dropped + count);
				expect(seen.panes).toContain(focus);
			},
		),
	);
});

test('only as many rows are drawn as fit, the newest ones while following', () => {
	const o = {room: 3, width: 10, wraps: false};
	const log = {lines: linesOf(numbered), dropped: 0};
	expect(visibleLines(log, o).rows.map(({text}) => text)).toEqual(['line 97', 'line 98', 'line 99']);
	expect(visibleLines(log, {...o, top: 10}).rows.map(({place}) => place)).toEqual([10, 11, 12]);
	const wrapped = visibleLines({lines: linesOf(['abcdefghijklmno', 'z']), dropped: 0}, {...o, room: 2, wraps: true});
	expect(wrapped.rows.map(({text}) => text)).toEqual(['klmno', 'z']);
});

test('of the serial output only what is new is drawn, also when its beginning was dropped', () => {
	expect(newPart('abc', 'abcdef')).toEqual({text: 'def', isContinued: true});
	expect(newPart('abcdef', 'defgh')).toEqual({text: 'defgh', isContinued: false});
	const long = Array.from({length: 3000}, (_, index) => String(index)).join(' ');
	expect(newPart(long, `${long.slice(5000)} new`)).toEqual({text: ' new', isContinued: true});
});
