import {useState} from 'react';
import type {KeyPress} from './key-press.ts';
import {type CommandOf, commandOf} from './keymap.ts';
import {initialList, type ListMove, type ListState, moveMark} from './list-state.ts';

type ListScope = 'menu' | 'list' | 'presets' | 'runs' | 'doctor' | 'review';

/** A list with a marked entry on a screen. `press` gives back the commands that are not about moving. */
export const useList = <S extends ListScope>(
	scope: S,
	count: number,
): {state: ListState; mark(index: number): void; press(press: KeyPress): CommandOf<S> | undefined} => {
	const [state, setState] = useState(initialList);
	return {
		state: {...state, marked: Math.max(0, Math.min(state.marked, count - 1))},
		mark: index => setState(state => ({...state, marked: index})),
		press(press) {
			const command = commandOf(scope, press);
			if (!isMove(command)) return command;
			setState(state => moveMark(state, command, count));
			return undefined;
		},
	};
};

const moves: readonly string[] = ['up', 'down', 'pageUp', 'pageDown', 'first', 'last'];
const isMove = (command: unknown): command is ListMove => typeof command === 'string' && moves.includes(command);
