import {judgeChoice} from '../compatibility/index.ts';
import type {MachineFacts} from '../settings/field-types.ts';
import {fieldList} from '../settings/fields.ts';
import {judge, type Layer} from '../settings/layers.ts';
import {presetNameProblem} from '../settings/presets.ts';
import type {SettingKey} from '../settings/settings.ts';
import {enter, moved, offeredIndex, typed} from './cursor.ts';
import {factsOf} from './offers.ts';
import {viewOf} from './question-view.ts';
import {questions} from './questions.ts';
import {isSettled, resolved, settingsOf, settingsWith, visible} from './resolution.ts';
import {obstacle} from './review.ts';
import type {Path, QuestionId, WizardAction, WizardFacts, WizardState} from './state.ts';

export type WizardStart = {
	machine: MachineFacts;
	/** Flags, arguments, environment and preset; what they say is offered first. */
	layers?: readonly Layer[];
	facts?: WizardFacts;
	path?: Path;
	presetName?: string;
};

/** A wizard at its first question. */
export const startWizard = ({
	machine,
	layers = [],
	facts = {},
	path = 'quick',
	presetName = '',
}: WizardStart): WizardState =>
	enter(
		{
			machine,
			layers,
			facts,
			path,
			presetName,
			answers: {},
			confirmed: [],
			at: 'path',
			input: '',
			touched: false,
			highlight: 0,
			reviewing: false,
			finished: false,
		},
		'path',
	);

/** What one key, click or answer makes of the wizard. */
export const wizardReducer = (state: WizardState, action: WizardAction): WizardState => {
	if (state.finished) return state;
	switch (action.type) {
		case 'typed':
			return typed(state, action.text);
		case 'moved':
			return moved(state, action.by);
		case 'confirmed':
			return answered(state, confirmedText(state));
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
			return factsLearned(state, action.facts);
		default:
			return action satisfies never;
	}
};

const confirmedText = (state: WizardState): string | undefined => {
	const view = viewOf(state, state.at);
	return view.input === 'list' ? view.choices[state.highlight]?.value : state.input;
};

const answered = (state: WizardState, text: string | undefined): WizardState => {
	if (state.at === 'review') return reviewed(state);
	if (text === undefined) return {...state, problem: {message: 'no choice is marked', hint: 'Use the arrow keys.'}};
	if (state.at === 'path') return pathAnswered(state, text);
	return state.at === 'preset' ? presetNamed(state, text.trim()) : settingAnswered(state, state.at, text);
};

const settingAnswered = (state: WizardState, key: SettingKey, text: string): WizardState => {
	const field = fieldList.find(one => one.key === key);
	if (!field) return state;
	const judged = judge(field, text, settingsOf(state));
	if ('problem' in judged) return {...state, problem: {message: judged.problem, hint: judged.hint}};
	const value = String(judged.value);
	const refused = judgeChoice(key, value, (changed, choice) => settingsWith(state, changed, choice), {
		facts: factsOf(state),
		settled: isSettled(state, key),
	});
	if (refused) return {...state, problem: {message: refused.message, hint: refused.hint}};
	const {[key]: _replaced, ...others} = state.answers;
	const before = resolved({...state, answers: others});
	// Accepting what counts anyway is no answer of its own: it goes on following the other answers.
	const follows = String(before.settings[key]) === value && !before.complaints.some(complaint => complaint.key === key);
	return forward(
		confirm({...state, answers: follows ? others : {...others, [key]: value}}),
		visible(state).map(({id}) => id),
	);
};

const pathAnswered = (state: WizardState, text: string): WizardState =>
	text === 'quick' || text === 'expert'
		? forward(
				confirm({...state, path: text}),
				visible(state).map(({id}) => id),
			)
		: {...state, problem: {message: `${JSON.stringify(text)} is neither quick nor expert`}};

const presetNamed = (state: WizardState, name: string): WizardState => {
	const problem = name === '' ? undefined : presetNameProblem(name);
	return problem
		? {...state, problem: {message: problem}}
		: {...confirm(state), presetName: name, finished: true, problem: undefined};
};

const reviewed = (state: WizardState): WizardState => {
	const problem = obstacle(state);
	return problem ? {...state, problem} : enter(confirm(state), 'preset');
};

const confirm = (state: WizardState): WizardState =>
	state.confirmed.includes(state.at) ? state : {...state, confirmed: [...state.confirmed, state.at]};

/** To the next question; from a correction back to the review, unless the answer brought new questions up. */
const forward = (state: WizardState, before: readonly QuestionId[]): WizardState => {
	const order = visible(state).map(({id}) => id);
	const next = order[order.indexOf(state.at) + 1] ?? 'review';
	if (!state.reviewing) return enter(state, next);
	const broughtUp = order.find(id => !before.includes(id) && !state.confirmed.includes(id));
	return enter(state, broughtUp ?? 'review');
};

const wentBack = (state: WizardState): WizardState => {
	if (state.reviewing) return enter(state, 'review');
	const order = visible(state).map(({id}) => id);
	const previous = order[order.indexOf(state.at) - 1];
	return previous ? enter(state, previous) : state;
};

const onPath = (state: WizardState, path: Path): WizardState => {
	const changed = {...state, path};
	if (isVisible(changed, state.at)) return {...changed, problem: undefined};
	const later = questions.slice(questions.findIndex(({id}) => id === state.at) + 1);
	return enter(changed, later.find(({id}) => isVisible(changed, id))?.id ?? 'review');
};

const factsLearned = (state: WizardState, facts: WizardFacts): WizardState => {
	const wiser = {...state, facts: {...state.facts, ...facts}};
	const view = viewOf(state, state.at);
	const marked = view.choices[state.highlight]?.value;
	const {choices} = viewOf(wiser, wiser.at);
	// The list may have grown under the mark.
	return {...wiser, highlight: offeredIndex(choices, marked ?? view.offered)};
};

const isVisible = (state: WizardState, id: QuestionId) => visible(state).some(question => question.id === id);
