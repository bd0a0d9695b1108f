import type {Offer, QuestionView} from '../../wizard/index.ts';
import {cleanLine} from '../clean-text.ts';
import {matchesFilter} from '../filter.ts';
import type {Entry} from '../list-state.ts';

/** Something to choose: an offer, or what was typed itself. */
export type QuestionEntry = Entry & {value: string; isTyped: boolean};

/**
 * What there is to choose while `typed` stands in the line: the offers that it leaves, and, where anything may be
 * answered, itself.
 */
export const entriesOf = ({input, choices, offered, secret}: QuestionView, typed: string): QuestionEntry[] => {
	const offers = withOffered(choices, input === 'text' && !secret ? offered : '')
		.filter(({value, title, description}) => matchesFilter(typed, `${value} ${title} ${description}`))
		.map(entryOf);
	const isOffer = offers.some(({value}) => value === typed);
	if (input !== 'text' || typed === '' || isOffer) return offers;
	return [{value: typed, title: `Use "${cleanLine(typed)}"`, isTyped: true}, ...offers];
};

/** Place of the entry that is marked first: what is offered, else the first that is possible. */
export const firstMarked = (entries: readonly QuestionEntry[], offered: string): number => {
	const index = entries.findIndex(({value}) => value === offered);
	return index >= 0
		? index
		: Math.max(
				0,
				entries.findIndex(({disabled}) => disabled === undefined),
			);
};

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
