import {matchesFilter} from './filter.ts';

/** A marked entry in a list, and what was typed to narrow the list. */
export type ListState = {filter: string; marked: number};

export const initialList: ListState = {filter: '', marked: 0};

export type Entry = {title: string; description?: string; disabled?: string};

/** The entries that the filter leaves, with their places in the whole list. */
export const shownEntries = <T extends Entry>(
	entries: readonly T[],
	{filter}: ListState,
): {entry: T; index: number}[] =>
	entries
		.map((entry, index) => ({entry, index}))
		.filter(({entry}) => matchesFilter(filter, `${entry.title} ${entry.description ?? ''}`));

export type ListMove = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last';

/** The list after a move; it goes round at the ends when moved by one. */
export const moveMark = (state: ListState, move: ListMove, count: number, page = 10): ListState => {
	if (count === 0) return {...state, marked: 0};
	const marked = Math.min(state.marked, count - 1);
	const to: Record<ListMove, number> = {
		up: marked === 0 ? count - 1 : marked - 1,
		down: marked === count - 1 ? 0 : marked + 1,
		pageUp: Math.max(0, marked - page),
		pageDown: Math.min(count - 1, marked + page),
		first: 0,
		last: count - 1,
	};
	return {...state, marked: to[move]};
};

/** First entry shown so that the marked one is in sight. */
export const windowStart = (marked: number, count: number, room: number): number =>
	Math.max(0, Math.min(marked - Math.floor(room / 2), count - room));
