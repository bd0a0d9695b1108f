import {expect, test} from 'vitest';
import {recall} from '../../source/tui/text-history.tsx';
import {editInput, inputOf, type TextInput, typeInto} from '../../source/tui/text-input.ts';

const taken = ['first', 'second', 'third'];
const after = (input: TextInput, ...moves: ('earlier' | 'later')[]) =>
	moves.reduce((now, move) => recall(now, move, taken), input);

test('earlier texts come back from the newest on, and behind them what was being typed', () => {
	const typed = inputOf('half');
	expect(after(typed, 'earlier').text).toBe('third');
	expect(after(typed, 'earlier', 'earlier', 'earlier', 'earlier').text).toBe('first');
	expect(after(typed, 'earlier', 'earlier', 'later').text).toBe('third');
	expect(after(typed, 'earlier', 'earlier', 'later', 'later', 'later').text).toBe('half');
	expect(after(typed, 'later')).toBe(typed);
});

test('what stands in the field already is passed over', () => {
	expect(after(inputOf('third'), 'earlier').text).toBe('second');
	expect(recall(inputOf('only'), 'earlier', ['only']).text).toBe('only');
});

test('a text that came back is edited and undone like any other', () => {
	const edited = typeInto(after(inputOf('half'), 'earlier'), '!');
	expect(edited.text).toBe('third!');
	expect(editInput(edited, {key: 'ctrl+_'})?.text).toBe('third');
	expect(after(edited, 'later').text).toBe('half');
});
