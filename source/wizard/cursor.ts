import type {Offer} from './offers.ts';
import {viewOf} from './question-view.ts';
import type {QuestionId, WizardState} from './state.ts';

/** Stands at `id` with what is offered there. */
export const enter = (state: WizardState, id: QuestionId): WizardState => {
	const at = {
		...state,
		at: id,
		input: '',
		touched: false,
		highlight: -1,
		problem: undefined,
		reviewing: id === 'review' ? false : state.reviewing,
	};
	const view = viewOf(at, id);
	return {...at, input: view.input === 'text' ? view.offered : '', highlight: offeredIndex(view.choices, view.offered)};
};

/** Place of what is offered among the choices, or of the first that isn't refused. */
export const offeredIndex = (choices: readonly Offer[], offered: string) => {
	const index = choices.findIndex(({value, refused}) => value === offered && !refused);
	return index >= 0 ? index : choices.findIndex(({refused}) => !refused);
};

/** The input line now reads `text`; in a list, what the letters mean is marked. */
export const typed = (state: WizardState, text: string): WizardState => ({
	...state,
	input: text,
	touched: true,
	problem: undefined,
	highlight: ahead(viewOf(state, state.at).choices, text, state.highlight),
});

/** The choice that the typed letters mean: one that starts with them, else one that contains them. */
const ahead = (choices: readonly Offer[], text: string, otherwise: number) => {
	const letters = text.trim().toLowerCase();
	if (letters === '') return otherwise;
	const find = (matches: (name: string) => boolean) =>
		choices.findIndex(
			({value, title, refused}) => !refused && [value, title].some(name => matches(name.toLowerCase())),
		);
	const index = find(name => name.startsWith(letters));
	return index >= 0 ? index : find(name => name.includes(letters));
};

/** The mark goes `by` choices further, over refused ones and round the ends. */
export const moved = (state: WizardState, by: number): WizardState => {
	const view = viewOf(state, state.at);
	const open = view.choices.flatMap(({refused}, index) => (refused ? [] : [index]));
	if (open.length === 0) return state;
	const now = open.indexOf(state.highlight);
	const next = now < 0 ? (by > 0 ? 0 : open.length - 1) : (((now + by) % open.length) + open.length) % open.length;
	const highlight = open[next] ?? 0;
	const input = view.input === 'text' ? (view.choices[highlight]?.value ?? '') : '';
	return {...state, highlight, input, touched: view.input === 'text', problem: undefined};
};
