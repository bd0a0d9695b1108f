import {cleanLine} from '../../text/ansi.ts';
import {matchesFilter} from '../../text/word-filter.ts';
import type {Offer} from '../../wizard/choices.ts';
import type {QuestionView} from '../../wizard/question-view.ts';
import type {KeyPress} from '../key-press.ts';
import {type CommandOf, commandOf} from '../keymap.ts';
import {type Entry, initialList, type ListMove, moveMark} from '../list-state.ts';
import {editInput, inputOf, type TextInput, typeInto} from '../text-input.ts';

/** What was typed at a question, and which of its choices is marked by hand. */
export type QuestionInput = {
	typed: TextInput;
	/** `typed` is only what was offered: the first character replaces it. */
	untouched: boolean;
	marked?: number;
};

/** Something to choose: an offer, or what was typed itself. */
export type QuestionEntry = Entry & {value: string; isTyped: boolean};

/** Where the question has nothing to choose from, its offer stands in the line, to be taken, changed or replaced. */
export function startInput({choices, input, offered}: QuestionView): QuestionInput {
	const isLine = input === 'text' && choices.length === 0;
	return {typed: inputOf(isLine ? offered : ''), untouched: isLine && offered !== ''};
}

/** The same input when choices became known only now: what was offered is found among them then. */
export const settled = ({choices}: QuestionView, input: QuestionInput): QuestionInput =>
	input.untouched && choices.length > 0 ? {typed: inputOf(''), untouched: false} : input;

/** The choices that are left, and which is marked. */
export function inputEntries(question: QuestionView, input: QuestionInput): {entries: QuestionEntry[]; marked: number} {
	if (question.choices.length === 0) return {entries: [], marked: 0};
	const entries = entriesOf(question, input.typed.text);
	const marked = input.marked ?? firstMarked(entries, input.typed.text === '' ? question.offered : '');
	return {entries, marked: Math.min(marked, Math.max(0, entries.length - 1))};
}

/** The answer that Enter gives; undefined where nothing is left to choose. */
export function answerOf(question: QuestionView, input: QuestionInput): string | undefined {
	if (question.choices.length === 0) return input.typed.text;
	const {entries, marked} = inputEntries(question, input);
	return entries[marked]?.value;
}

/** What a key means at a question, besides typing. */
export type QuestionCommand = CommandOf<'entry'> | CommandOf<'choice'>;

export function questionCommand(
	question: QuestionView,
	input: QuestionInput,
	press: KeyPress,
): QuestionCommand | undefined {
	if (question.input === 'list') return commandOf('choice', press);
	const command = commandOf('entry', press);
	// A question mark is part of many addresses.
	if (press.key === '?' && input.typed.text.includes('://')) return undefined;
	if (command === 'left' && (input.typed.cursor === 0 || input.untouched)) return 'back';
	return command;
}

/** The input after a key that isn't about leaving the question. */
export function reduceInput(question: QuestionView, input: QuestionInput, press: KeyPress): QuestionInput {
	const command = questionCommand(question, input, press);
	if (isMove(command)) {
		const {entries, marked} = inputEntries(question, input);
		if (entries.length === 0) return input;
		return {...input, marked: moveMark({...initialList, marked}, command, entries.length).marked};
	}
	const isTyping = command === undefined && press.text !== undefined;
	const from = input.untouched && isTyping ? inputOf('') : input.typed;
	const typed = isTyping ? typeInto(from, press.text ?? '') : edited(from, press, question);
	if (typed === input.typed) return input;
	// A closed list answers letters with what they fit; the others are no mistake worth an empty list.
	if (isTyping && question.input === 'list' && entriesOf(question, typed.text).length === 0) return input;
	return {typed, untouched: false, marked: typed.text === input.typed.text ? input.marked : undefined};
}

function edited(typed: TextInput, press: KeyPress, {input}: QuestionView): TextInput {
	if (input === 'text') return editInput(typed, press);
	// In a list the arrows belong to the choices; only erasing is about the text.
	const command = commandOf('choice', press);
	if (command === 'erase') return editInput(typed, {key: 'backspace'});
	return command === 'clear' ? inputOf('') : typed;
}

const moves = ['up', 'down', 'pageUp', 'pageDown'] as const;
const isMove = (command: string | undefined): command is ListMove => moves.some(move => move === command);

/**
 * What there is to choose while `typed` stands in the line: the offers that it leaves, and, where anything may be
 * answered, itself.
 */
function entriesOf({input, choices, offered, secret}: QuestionView, typed: string): QuestionEntry[] {
	const offers = withOffered(choices, input === 'text' && !secret ? offered : '')
		.filter(({value, title, description}) => matchesFilter(typed, `${value} ${title} ${description}`))
		.map(entryOf);
	const isOffer = offers.some(({value}) => value === typed);
	if (input !== 'text' || typed === '' || isOffer) return offers;
	return [{value: typed, title: `Use "${cleanLine(typed)}"`, isTyped: true}, ...offers];
}

/** Place of the entry that is marked first: what is offered, else the first that is possible. */
function firstMarked(entries: readonly QuestionEntry[], offered: string): number {
	const index = entries.findIndex(({value}) => value === offered);
	return index >= 0
		? index
		: Math.max(
				0,
				entries.findIndex(({disabled}) => disabled === undefined),
			);
}

const withOffered = (choices: readonly Offer[], offered: string): readonly Offer[] =>
	offered === '' || choices.some(({value}) => value === offered)
		? choices
		: [{value: offered, title: offered, description: ''}, ...choices];

const entryOf = ({value, title, description, refused}: Offer): QuestionEntry => ({
	value,
	title: cleanLine(title),
	description: cleanLine(refused === undefined ? description : `${refused.message}. ${refused.why} ${refused.hint}`),
	disabled: refused && cleanLine(refused.message),
	isTyped: false,
});
