import type {KeyPress} from './key-press.ts';
import {commandOf} from './keymap.ts';

/** A line of text being typed; the cursor counts whole characters. */
export type EntryState = {text: string; cursor: number};

export const entryOf = (text: string): EntryState => ({text, cursor: [...text].length});

/** The line with this text typed in at the cursor. */
export const typeInto = ({text, cursor}: EntryState, typed: string): EntryState => ({
	text: [...text].toSpliced(cursor, 0, ...typed).join(''),
	cursor: cursor + [...typed].length,
});

/** The line after a key that moves or erases; others leave it as it is. */
export const editEntry = (state: EntryState, press: KeyPress): EntryState => {
	const characters = [...state.text];
	const at = (cursor: number) => (cursor === state.cursor ? state : {...state, cursor});
	switch (commandOf('entry', press)) {
		case 'left':
			return at(Math.max(0, state.cursor - 1));
		case 'right':
			return at(Math.min(characters.length, state.cursor + 1));
		case 'first':
			return at(0);
		case 'last':
			return at(characters.length);
		case 'clear':
			return state.text === '' ? state : entryOf('');
		case 'erase':
			if (state.cursor === 0) return state;
			return {text: characters.toSpliced(state.cursor - 1, 1).join(''), cursor: state.cursor - 1};
		default:
			return state;
	}
};
