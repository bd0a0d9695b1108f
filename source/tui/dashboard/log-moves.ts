import type {LogLine} from '../../pipeline/kept-log-lines.ts';
import type {KeyPress} from '../key-press.ts';
import type {DashboardView, Seen} from './dashboard-view.ts';
import {chooseFilter} from './log-filter.ts';
import {numberAt, placeOf} from './log-lines.ts';
import {isErrorLine, matches} from './log-search.ts';

/** The view after a key in the list of filters. */
export function pickFilter(view: DashboardView, press: KeyPress, {filters}: Seen): DashboardView {
	const answer = chooseFilter(filters, view.marked ?? 0, press);
	if (answer === 'leave') return {...view, overlay: 'none'};
	if ('marked' in answer) return {...view, marked: answer.marked};
	return {...view, overlay: 'none', filter: answer.chosen, top: undefined, mark: undefined};
}

/** The view after a key while a search is typed. */
export function typeQuery(view: DashboardView, typing: string, {key, text}: KeyPress, seen: Seen): DashboardView {
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

/** The log moved by so many lines. */
export function moveLog(view: DashboardView, by: number, seen: Seen): DashboardView {
	const last = Math.max(0, seen.lines.length - seen.height);
	const place = clamp((view.top === undefined ? last : placeOf(seen, view.top)) + by, 0, last);
	// The end is a place that moves: who scrolls down to it follows again.
	return {...view, top: place >= last ? undefined : numberAt(seen, place)};
}

/** To the next match of the search, or the one before; round at the ends. */
export function goToMatch(view: DashboardView, direction: 1 | -1, seen: Seen): DashboardView {
	if (view.query === undefined) return view;
	return goTo({...view, focus: 'log'}, direction, seen, ({text}) => matches(text, view.query ?? ''));
}

/** To the next line that tells of an error. */
export const goToError = (view: DashboardView, seen: Seen): DashboardView =>
	goTo({...view, focus: 'log'}, 1, seen, ({text}) => isErrorLine(text));

function goTo(view: DashboardView, direction: 1 | -1, seen: Seen, isWanted: (line: LogLine) => boolean): DashboardView {
	const {lines, height} = seen;
	const count = lines.length;
	const from = view.mark === undefined ? (direction === 1 ? -1 : count) : placeOf(seen, view.mark);
	for (let step = 1; step <= count; step++) {
		const place = (((from + direction * step) % count) + count) % count;
		const line = lines[place];
		if (!line || !isWanted(line)) continue;
		const top = clamp(place - Math.floor(height / 2), 0, Math.max(0, count - height));
		return {...view, mark: numberAt(seen, place), top: numberAt(seen, top)};
	}
	return {...view, mark: undefined};
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high));
