import type {KeyPress} from './key-press.ts';
import {commandOf} from './keymap.ts';

/** A line of text being typed; the cursor counts whole characters. */
export type EntryState = {text: string; cursor: number};

export const entryOf = (text: string): EntryState => ({text, cursor: [...text].length});

/** The line after a key; commands that are not about the text leave it as it is. */
export const reduceEntry = (state: EntryState, press: KeyPress): EntryState => {
	const characters = [...state.text];
	switch (commandOf('entry', press)) {
		case 'left':
			return {...state, cursor: Math.max(0, state.cursor - 1)};
		case 'right':
			return {...state, cursor: Math.min(characters.length, state.cursor + 1)};
		case 'first':
			return {...state, cursor: 0};
		case 'last':
			return {...state, cursor: characters.length};
		case 'clear':
			return {text: '', cursor: 0};
		case 'erase':
			if (state.cursor === 0) return state;
			return {text: characters.toSpliced(state.cursor - 1, 1).join(''), cursor: state.cursor - 1};
		default:
			if (press.text === undefined) return state;
			return {text: characters.toSpliced(state.cursor, 0, press.text).join(''), cursor: state.cursor + 1};
	}
};
