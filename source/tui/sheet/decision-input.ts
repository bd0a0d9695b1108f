import {cleanLine} from '../../text/ansi.ts';
import {matchesFilter} from '../../text/word-filter.ts';
import {type Choice, choicesFor, offeredAmong} from '../../wizard/choices.ts';
import type {Decision} from '../../wizard/decisions.ts';
import type {WizardState} from '../../wizard/wizard-state.ts';
import type {TextInput} from '../text-input.ts';

/** What a person does at a decision: which choice is marked by hand, what was typed to narrow them. */
export type DecisionInput = {marked?: number; filter?: TextInput};

/** A choice, or what was typed in place of one. */
export type DecisionEntry = Choice & {typed?: string};

/** The choices that the filter leaves, and the one that Enter takes. */
export function entriesAt(
	state: WizardState,
	decision: Decision,
	{marked, filter}: DecisionInput,
	choices = choicesFor(state, decision),
): {entries: readonly DecisionEntry[]; marked: number} {
	const words = filter?.text.trim() ?? '';
	// Without its values a choice whose fields are being filled in is not told from the others.
	const filledIn = choices.findIndex(({fields}) => state.field !== undefined && fields.includes(state.field));
	if (filledIn >= 0) return {entries: choices, marked: filledIn};
	if (words === '') return {entries: choices, marked: within(marked ?? offeredAmong(state, choices), choices.length)};
	const left: DecisionEntry[] = choices.filter(({title, description}) =>
		matchesFilter(words, `${title} ${description}`),
	);
	const exact = left.findIndex(({title}) => title === words);
	const entries = decision.own === undefined || exact >= 0 ? left : [...left, ownEntry(words)];
	const possible = entries.findIndex(({refused}) => refused === undefined);
	// Others have the same letters in them; even where it would be refused, that is what was meant.
	return {entries, marked: within(marked ?? (exact >= 0 ? exact : possible), entries.length)};
}

/** Whether letters narrow the list at once: where something of one's own may be typed, and where it is longer than the screen. */
export const typesAtOnce = (decision: Decision, choices: number, rows: number): boolean =>
	decision.own !== undefined || choices > rows;

const ownEntry = (words: string): DecisionEntry => ({
	title: `Use "${cleanLine(words)}"`,
	description: '',
	answers: {},
	fields: [],
	typed: words,
});

const within = (index: number, count: number) => Math.max(0, Math.min(index, count - 1));
