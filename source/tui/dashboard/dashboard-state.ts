import type {KeyPress} from '../key-press.ts';
import {type CommandOf, commandOf} from '../keymap.ts';
import type {DashboardView, Seen} from './dashboard-view.ts';
import {goToError, goToMatch, moveLog, pickFilter, typeQuery} from './log-moves.ts';
import {arrangements} from './pane-layout.ts';
import type {PaneId} from './panes.ts';

/** The view after a key; stopping and leaving are not its business. */
export function reduceView(before: DashboardView, press: KeyPress, seen: Seen): DashboardView {
	const view = before.said === undefined ? before : {...before, said: undefined};
	if (view.typing !== undefined) return typeQuery(view, view.typing, press, seen);
	if (view.overlay === 'help') return turnHelp(view, press, seen);
	if (view.overlay === 'filter') return pickFilter(view, press, seen);
	const command = commandOf('dashboard', press);
	return command === undefined ? view : obey(view, command, press, seen);
}

// The key that opened it goes on to its next page; any other closes it.
function turnHelp(view: DashboardView, press: KeyPress, {helpPages}: Seen): DashboardView {
	const next = (view.helpPage ?? 0) + 1;
	if (commandOf('dashboard', press) === 'help' && next < helpPages) return {...view, helpPage: next};
	return {...view, overlay: 'none', helpPage: undefined};
}

function obey(view: DashboardView, command: CommandOf<'dashboard'>, press: KeyPress, seen: Seen): DashboardView {
	const isLog = view.focus === 'log';
	switch (command) {
		case 'nextPane':
			return {...view, focus: neighbour(seen.panes, view.focus, 1)};
		case 'previousPane':
			return {...view, focus: neighbour(seen.panes, view.focus, -1)};
		case 'pane': {
			const pane = seen.panes[Number(press.key) - 1];
			return pane ? {...view, focus: pane} : view;
		}
		case 'zoom':
			return seen.canArrange ? {...view, zoomed: !view.zoomed} : view;
		case 'arrange':
			return !seen.canArrange ? view : {...view, zoomed: false, arrangement: following(arrangements, view.arrangement)};
		case 'up':
			return move(view, -1, seen);
		case 'down':
			return move(view, 1, seen);
		case 'pageUp':
			return move(view, -pageOf(view, seen), seen);
		case 'pageDown':
			return move(view, pageOf(view, seen), seen);
		case 'first':
			return move(view, -Infinity, seen);
		case 'last':
			return move(view, Infinity, seen);
		case 'follow':
			return {
				...view,
				step: undefined,
				top: undefined,
				mark: undefined,
				query: undefined,
				filter: undefined,
				scroll: {},
			};
		case 'search':
			return {...view, focus: 'log', typing: ''};
		case 'nextMatch':
			return goToMatch(view, 1, seen);
		case 'previousMatch':
			return goToMatch(view, -1, seen);
		case 'nextError':
			return goToError(view, seen);
		case 'filter':
			return {...view, focus: 'log', overlay: 'filter', marked: 0};
		case 'times':
			return {...view, times: following(timings, view.times)};
		case 'wrap':
			return isLog ? {...view, wrap: !view.wrap} : view;
		case 'unfold':
			return {...view, unfolded: !view.unfolded, scroll: {...view.scroll, tree: undefined}};
		case 'help':
			return {...view, overlay: 'help'};
		case 'copyLine':
		case 'copyAll':
		case 'pager':
		case 'editor':
		case 'lines':
		case 'stop':
			return view;
		default:
			command satisfies never;
			return view;
	}
}

const timings = [undefined, 'since', 'clock'] as const;

function move(view: DashboardView, by: number, seen: Seen): DashboardView {
	if (view.focus === 'steps') return moveStep(view, by, seen);
	if (view.focus === 'log') return moveLog(view, by, seen);
	const rows = seen.rows[view.focus];
	if (!rows) return view;
	const top = clamp(rows.top + by, 0, Math.max(0, rows.content - rows.room));
	return {...view, scroll: {...view.scroll, [view.focus]: top}};
}

function moveStep(view: DashboardView, by: number, {steps, step}: Seen): DashboardView {
	const index = step === undefined ? 0 : steps.indexOf(step);
	const next = steps[clamp(index + by, 0, steps.length - 1)];
	return next === undefined || next === step ? view : {...view, step: next, top: undefined, mark: undefined};
}

function neighbour(panes: readonly PaneId[], focus: PaneId, step: 1 | -1): PaneId {
	const index = panes.indexOf(focus);
	return panes[(index + step + panes.length) % panes.length] ?? focus;
}

const following = <T>(all: readonly T[], one: T): T => all[(all.indexOf(one) + 1) % all.length] ?? one;

const pageOf = ({focus}: DashboardView, {height, rows}: Seen) =>
	Math.max(1, (focus === 'log' ? height : (rows[focus]?.room ?? 10)) - 1);

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high));
