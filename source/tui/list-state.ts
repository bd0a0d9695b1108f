import {useState} from 'react';
import {matchesFilter} from '../text/word-filter.ts';
import type {KeyPress} from './key-press.ts';
import {type CommandOf, commandOf} from './keymap.ts';

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

const page = 10;

/** The list after a move; it goes round at the ends when moved by one. */
export function moveMark(state: ListState, move: ListMove, count: number): ListState {
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
}

/** First entry shown so that the marked one is in sight. */
export const windowStart = (marked: number, count: number, room: number): number =>
	Math.max(0, Math.min(marked - Math.floor(room / 2), count - room));

type ListScope = 'menu' | 'list' | 'presets' | 'runs' | 'doctor' | 'review' | 'settings' | 'isos' | 'cleaning';
/** What the list itself sees to. */
type ListCommand = ListMove | 'help' | 'back' | 'leave';

type ListOnScreen<S extends ListScope> = {
	state: ListState;
	/** Whether the help is open. */
	help: boolean;
	mark(index: number): void;
	/** Takes a key, and gives back the commands that are the screen's own. */
	press(press: KeyPress): Exclude<CommandOf<S>, ListCommand> | undefined;
};

/**
 * A list with a marked entry on a screen, with its help and its ways out; `mark`: where the cursor was before. Any key closes the help; Ctrl-C leaves all the same.
 */
export function useList<S extends ListScope>(
	scope: S,
	count: number,
	{onBack, onLeave, mark = 0}: {onBack?(): void; onLeave(): void; mark?: number},
): ListOnScreen<S> {
	const [state, setState] = useState<ListState>({...initialList, marked: mark});
	const [help, setHelp] = useState(false);
	return {
		state: {...state, marked: Math.max(0, Math.min(state.marked, count - 1))},
		help,
		mark: index => setState(state => ({...state, marked: index})),
		press(press) {
			if (help) setHelp(false);
			if (help && press.key !== 'ctrl+c') return undefined;
			const command: unknown = commandOf(scope, press);
			if (isMove(command)) setState(state => moveMark(state, command, count));
			else if (command === 'help') setHelp(true);
			else if (command === 'back') onBack?.();
			else if (command === 'leave') onLeave();
			else return command as Exclude<CommandOf<S>, ListCommand> | undefined;
			return undefined;
		},
	};
}

const moves: readonly string[] = ['up', 'down', 'pageUp', 'pageDown', 'first', 'last'];
const isMove = (command: unknown): command is ListMove => typeof command === 'string' && moves.includes(command);
