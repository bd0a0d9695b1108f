import {cleanLine} from '../text/ansi.ts';
import type {KeyPress} from './key-press.ts';
import {commandOf} from './keymap.ts';
import {type Line, line, toned} from './styled-text.ts';

/** A line of text being typed, at a question or for a name; the cursor counts whole characters. */
export type TextInput = {text: string; cursor: number};

export const inputOf = (text: string): TextInput => ({text, cursor: [...text].length});

/** The line with this text typed in at the cursor. */
export const typeInto = ({text, cursor}: TextInput, typed: string): TextInput => ({
	text: [...text].toSpliced(cursor, 0, ...typed).join(''),
	cursor: cursor + [...typed].length,
});

/** The line after a key that moves or erases; others leave it as it is. */
export function editInput(state: TextInput, press: KeyPress): TextInput {
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
			return state.text === '' ? state : inputOf('');
		case 'erase':
			if (state.cursor === 0) return state;
			return {text: characters.toSpliced(state.cursor - 1, 1).join(''), cursor: state.cursor - 1};
		default:
			return state;
	}
}

/** The line as it is drawn, with the cursor on the character that it stands before. */
export function drawInput({text, cursor}: TextInput): Line {
	const characters = [...cleanLine(text)];
	return line(
		characters.slice(0, cursor).join(''),
		toned('selected', characters[cursor] ?? ' '),
		characters.slice(cursor + 1).join(''),
	);
}
