import type {MachineFacts} from '../settings/field-types.ts';
import {fieldList} from '../settings/fields.ts';
import {judgeValue, type Layer} from '../settings/layers.ts';
import type {SettingKey} from '../settings/settings.ts';
import {refusalOf} from './choices.ts';
import {questions} from './questions.ts';
import {obstacle} from './review.ts';
import {resolvedWith, settingsOf, visible} from './settings-of-answers.ts';
import type {Path, QuestionId, WizardAction, WizardFacts, WizardState} from './wizard-state.ts';

export type WizardStart = {
	machine: MachineFacts;
	/** Flags, arguments, environment and preset; what they say is offered first. */
	layers?: readonly Layer[];
	facts: WizardFacts;
	path?: Path;
};

/** A wizard at its first question. */
export const startWizard = ({machine, layers = [], facts, path = 'quick'}: WizardStart): WizardState =>
	withAnswers({machine, layers, facts, path, confirmed: [], at: 'path', reviewing: false}, {});

/** The wizard with these answers, and what they come to. */
export const withAnswers = (
	state: Omit<WizardState, 'answers' | 'resolved'>,
	answers: WizardState['answers'],
): WizardState => ({...state, answers, resolved: resolvedWith(state, answers)});

/** What one key, click or answer makes of the wizard. */
export function wizardReducer(state: WizardState, action: WizardAction): WizardState {
	switch (action.type) {
		case 'answered':
			return answered(state, action.text);
		case 'went-back':
			return wentBack(state);
		case 'jumped':
			return isVisible(state, action.to)
				? enter({...state, reviewing: state.reviewing || state.at === 'review'}, action.to)
				: state;
		case 'path-chosen':
			return onPath(state, action.path);
		case 'facts-learned':
			return {...state, facts: {...state.facts, ...action.facts}};
		default:
			return action satisfies never;
	}
}

/** Stands at `id`. */
export const enter = (state: WizardState, id: QuestionId): WizardState => ({
	...state,
	at: id,
	problem: undefined,
	reviewing: id === 'review' ? false : state.reviewing,
});

function answered(state: WizardState, text: string): WizardState {
	if (state.at === 'review') return {...state, problem: obstacle(state)};
	return state.at === 'path' ? pathAnswered(state, text) : settingAnswered(state, state.at, text);
}

function settingAnswered(state: WizardState, key: SettingKey, text: string): WizardState {
	const field = fieldList.find(one => one.key === key);
	if (!field) return state;
	const judged = judgeValue(field, text, settingsOf(state));
	if ('problem' in judged) return {...state, problem: {message: judged.problem, hint: judged.hint}};
	const {value} = judged;
	const refused = refusalOf(state, key, value);
	if (refused) return {...state, problem: {message: refused.message, hint: refused.hint}};
	const {[key]: _replaced, ...others} = state.answers;
	const before = resolvedWith(state, others);
	// Accepting what counts anyway is no answer of its own: it goes on following the other answers.
	const follows = before.settings[key] === value && !before.complaints.some(complaint => complaint.key === key);
	return forward(
		confirm(withAnswers(state, follows ? others : {...others, [key]: value})),
		visible(state).map(({id}) => id),
	);
}

const pathAnswered = (state: WizardState, text: string): WizardState =>
	text === 'quick' || text === 'expert'
		? forward(
				confirm({...state, path: text}),
				visible(state).map(({id}) => id),
			)
		: {...state, problem: {message: `${JSON.stringify(text)} is neither quick nor expert`}};

const confirm = (state: WizardState): WizardState =>
	state.confirmed.includes(state.at) ? state : {...state, confirmed: [...state.confirmed, state.at]};

/** To the next question; from a correction back to the review, unless the answer brought new questions up. */
function forward(state: WizardState, before: readonly QuestionId[]): WizardState {
	const order = visible(state).map(({id}) => id);
	const next = order[order.indexOf(state.at) + 1] ?? 'review';
	if (!state.reviewing) return enter(state, next);
	const broughtUp = order.find(id => !before.includes(id) && !state.confirmed.includes(id));
	return enter(state, broughtUp ?? 'review');
}

function wentBack(state: WizardState): WizardState {
	if (state.reviewing) return enter(state, 'review');
	const order = visible(state).map(({id}) => id);
	const previous = order[order.indexOf(state.at) - 1];
	return previous ? enter(state, previous) : state;
}

function onPath(state: WizardState, path: Path): WizardState {
	const changed = {...state, path};
	if (isVisible(changed, state.at)) return {...changed, problem: undefined};
	const later = questions.slice(questions.findIndex(({id}) => id === state.at) + 1);
	return enter(changed, later.find(({id}) => isVisible(changed, id))?.id ?? 'review');
}

const isVisible = (state: WizardState, id: QuestionId) => visible(state).some(question => question.id === id);
