import type {StepId} from '../../pipeline/events.ts';
import type {LogLine} from '../../pipeline/kept-log-lines.ts';
import type {KeyPress} from '../key-press.ts';
import {type CommandOf, commandOf} from '../keymap.ts';
import {isErrorLine, matches} from './log-search.ts';
import {type Arrangement, arrangements} from './pane-layout.ts';
import {inOrder, type PaneId} from './panes.ts';

/** What the person looks at; everything that is true without a terminal is in the run's snapshot instead. */
export type DashboardView = {
	focus: PaneId;
	zoomed: boolean;
	arrangement: Arrangement;
	overlay: 'none' | 'help' | 'stop';
	/** Which page of the help, where it has more than one. */
	helpPage?: number;
	/** Which answer to the question of `stop` is marked. */
	marked?: number;
	/** The step chosen by hand; undefined: the one that runs. */
	step?: StepId;
	/** First line shown, counted from the beginning of the step's log; undefined: the newest ones. */
	top?: number;
	wrap: boolean;
	/** The build tree with all its targets open and all their commands listed. */
	unfolded?: boolean;
	/** Text being typed after `/`. */
	typing?: string;
	query?: string;
	/** Line that a search or the search for errors went to, counted as `top`. */
	mark?: number;
	/** First row shown of the other panes, where it was moved by hand. */
	scroll: Partial<Record<PaneId, number>>;
};

export const initialView: DashboardView = {
	focus: 'log',
	zoomed: false,
	arrangement: 'even',
	overlay: 'none',
	wrap: false,
	scroll: {},
};

/** What a key needs to know of the picture that the person saw when pressing it. */
export type Seen = {
	panes: readonly PaneId[];
	/** Whether there is room for several panes. */
	canArrange: boolean;
	steps: readonly StepId[];
	/** The step whose log is shown. */
	step?: StepId;
	lines: readonly LogLine[];
	/** How many lines before these are only in the log file. */
	dropped: number;
	/** Rows of the log. */
	height: number;
	/** How many pages the help has here. */
	helpPages: number;
	/** Rows of content, rows of room and first row shown, for each of the other panes. */
	rows: Partial<Record<PaneId, {content: number; room: number; top: number}>>;
};

/** The view after a key; stopping and leaving are not its business. */
export function reduceView(view: DashboardView, press: KeyPress, seen: Seen): DashboardView {
	if (view.typing !== undefined) return typeQuery(view, view.typing, press, seen);
	if (view.overlay === 'help') return turnHelp(view, press, seen);
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
			const pane = inOrder(seen.panes)[Number(press.key) - 1];
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
			return {...view, step: undefined, top: undefined, mark: undefined, query: undefined, scroll: {}};
		case 'search':
			return {...view, focus: 'log', typing: ''};
		case 'nextMatch':
			return goToMatch(view, 1, seen);
		case 'previousMatch':
			return goToMatch(view, -1, seen);
		case 'nextError':
			return goTo({...view, focus: 'log'}, 1, seen, ({text}) => isErrorLine(text));
		case 'wrap':
			return isLog ? {...view, wrap: !view.wrap} : view;
		case 'unfold':
			return {...view, unfolded: !view.unfolded, scroll: {...view.scroll, tree: undefined}};
		case 'help':
			return {...view, overlay: 'help'};
		case 'lines':
		case 'stop':
			return view;
		default:
			command satisfies never;
			return view;
	}
}

function typeQuery(view: DashboardView, typing: string, {key, text}: KeyPress, seen: Seen): DashboardView {
	if (key === 'enter') {
		const query = typing === '' ? view.query : typing;
		return goToMatch({...view, typing: undefined, query, mark: undefined}, 1, seen);
	}
	if (key === 'escape' || key === 'ctrl+c') return {...view, typing: undefined};
	if (key === 'backspace' || key === 'delete') {
		return typing === '' ? {...view, typing: undefined} : {...view, typing: [...typing].slice(0, -1).join('')};
	}
	if (key === 'ctrl+u') return {...view, typing: ''};
	return text === undefined ? view : {...view, typing: typing + text};
}

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

function moveLog(view: DashboardView, by: number, seen: Seen): DashboardView {
	const last = seen.dropped + Math.max(0, seen.lines.length - seen.height);
	const top = clamp((view.top ?? last) + by, seen.dropped, last);
	// The end is a place that moves: who scrolls down to it follows again.
	return {...view, top: top >= last ? undefined : top};
}

function goToMatch(view: DashboardView, direction: 1 | -1, seen: Seen): DashboardView {
	if (view.query === undefined) return view;
	return goTo({...view, focus: 'log'}, direction, seen, ({text}) => matches(text, view.query ?? ''));
}

function goTo(
	view: DashboardView,
	direction: 1 | -1,
	{lines, dropped, height}: Seen,
	isWanted: (line: LogLine) => boolean,
): DashboardView {
	const count = lines.length;
	const from = (view.mark ?? (direction === 1 ? dropped - 1 : dropped + count)) - dropped;
	for (let step = 1; step <= count; step++) {
		const index = (((from + direction * step) % count) + count) % count;
		const line = lines[index];
		if (!line || !isWanted(line)) continue;
		const mark = dropped + index;
		return {...view, mark, top: clamp(mark - Math.floor(height / 2), dropped, dropped + Math.max(0, count - height))};
	}
	return {...view, mark: undefined};
}

function neighbour(panes: readonly PaneId[], focus: PaneId, step: 1 | -1): PaneId {
	const ordered = inOrder(panes);
	const index = ordered.indexOf(focus);
	return ordered[(index + step + ordered.length) % ordered.length] ?? focus;
}

const following = <T>(all: readonly T[], one: T): T => all[(all.indexOf(one) + 1) % all.length] ?? one;

const pageOf = ({focus}: DashboardView, {height, rows}: Seen) =>
	Math.max(1, (focus === 'log' ? height : (rows[focus]?.room ?? 10)) - 1);

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high));
