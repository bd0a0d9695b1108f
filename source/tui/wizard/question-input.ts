import type {QuestionView} from '../../wizard/index.ts';
import {type EntryState, editEntry, entryOf, typeInto} from '../entry-state.ts';
import type {KeyPress} from '../key-press.ts';
import {type CommandOf, commandOf} from '../keymap.ts';
import {initialList, type ListMove, moveMark} from '../list-state.ts';
import {entriesOf, firstMarked, type QuestionEntry} from './question-entries.ts';

/** What was typed at a question, and which of its choices is marked by hand. */
export type QuestionInput = {
	typed: EntryState;
	/** `typed` is only what was offered: the first character replaces it. */
	untouched: boolean;
	marked?: number;
};

/** Where the question has nothing to choose from, its offer stands in the line, to be taken, changed or replaced. */
export const startInput = ({choices, input, offered}: QuestionView): QuestionInput => {
	const isLine = input === 'text' && choices.length === 0;
	return {typed: entryOf(isLine ? offered : ''), untouched: isLine && offered !== ''};
};

/** The same input when choices became known only now: what was offered is found among them then. */
export const settled = ({choices}: QuestionView, input: QuestionInput): QuestionInput =>
	input.untouched && choices.length > 0 ? {typed: entryOf(''), untouched: false} : input;

/** The choices that are left, and which is marked. */
export const inputEntries = (
	question: QuestionView,
	input: QuestionInput,
): {entries: QuestionEntry[]; marked: number} => {
	if (question.choices.length === 0) return {entries: [], marked: 0};
	const entries = entriesOf(question, input.typed.text);
	const marked = input.marked ?? firstMarked(entries, input.typed.text === '' ? question.offered : '');
	return {entries, marked: Math.min(marked, Math.max(0, entries.length - 1))};
};

/** The answer that Enter gives; undefined where nothing is left to choose. */
export const answerOf = (question: QuestionView, input: QuestionInput): string | undefined => {
	if (question.choices.length === 0) return input.typed.text;
	const {entries, marked} = inputEntries(question, input);
	return entries[marked]?.value;
};

/** What a key means at a question, besides typing. */
export type QuestionCommand = CommandOf<'entry'> | CommandOf<'choice'>;

export const questionCommand = (
	question: QuestionView,
	input: QuestionInput,
	press: KeyPress,
): QuestionCommand | undefined => {
	if (question.input === 'list') return commandOf('choice', press);
	const command = commandOf('entry', press);
	// A question mark is part of many addresses.
	if (press.key === '?' && input.typed.text.includes('://')) return undefined;
	if (command === 'left' && (input.typed.cursor === 0 || input.untouched)) return 'back';
	return command;
};

/** The input after a key that isn't about leaving the question. */
export const reduceInput = (question: QuestionView, input: QuestionInput, press: KeyPress): QuestionInput => {
	const command = questionCommand(question, input, press);
	if (isMove(command)) {
		const {entries, marked} = inputEntries(question, input);
		if (entries.length === 0) return input;
		return {...input, marked: moveMark({...initialList, marked}, command, entries.length).marked};
	}
	const isTyping = command === undefined && press.text !== undefined;
	const from = input.untouched && isTyping ? entryOf('') : input.typed;
	const typed = isTyping ? typeInto(from, press.text ?? '') : edited(from, press, question);
	if (typed === input.typed) return input;
	return {typed, untouched: false, marked: typed.text === input.typed.text ? input.marked : undefined};
};

const edited = (typed: EntryState, press: KeyPress, {input}: QuestionView): EntryState => {
	if (input === 'text') return editEntry(typed, press);
	// In a list the arrows belong to the choices; only erasing is about the text.
	const command = commandOf('choice', press);
	if (command === 'erase') return editEntry(typed, {key: 'backspace'});
	return command === 'clear' ? entryOf('') : typed;
};

const moves = ['up', 'down', 'pageUp', 'pageDown'] as const;
const isMove = (command: string | undefined): command is ListMove => moves.some(move => move === command);
