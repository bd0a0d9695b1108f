import type {MachineFacts} from '../settings/field-types.ts';
import {fields} from '../settings/fields.ts';
import {type Answers, judgeValue, type Layer} from '../settings/layers.ts';
import type {SettingKey} from '../settings/settings.ts';
import {type DecisionId, decisionOf, decisions, decisionsFor} from './decisions.ts';
import {isChosen, type Option, optionsFor} from './options.ts';
import {refusalOf, refusalOfFields} from './refusals.ts';
import {resolvedWith, settingsOf} from './settings-of-answers.ts';
import {isAnswered, trouble} from './sheet.ts';
import type {Place, WizardAction, WizardFacts, WizardState} from './wizard-state.ts';

export type WizardStart = {
	machine: MachineFacts;
	/** Flags, arguments, environment and preset; what they say is offered first. */
	layers?: readonly Layer[];
	facts: WizardFacts;
	/** Answers that are given already, such as those of an earlier build. */
	answers?: Answers;
	/** A preset or an earlier build is looked at before it is changed. @default the first decision */
	at?: Place;
};

/** A wizard at its first decision, or at the review of what was given. */
export function startWizard({machine, layers = [], facts, answers = {}, at = 'what'}: WizardStart): WizardState {
	return withAnswers({machine, layers, facts, made: [], at, upset: [], reviewing: false}, answers);
}

/** The wizard with these answers, and what they come to. */
export function withAnswers(state: Omit<WizardState, 'answers' | 'resolved'>, answers: Answers): WizardState {
	return {...state, answers, resolved: resolvedWith(state, answers)};
}

/** What one key, click or answer makes of the wizard. */
export function wizardReducer(state: WizardState, action: WizardAction): WizardState {
	switch (action.type) {
		case 'chose':
			return chose(state, action.choice);
		case 'edited':
			return edited(state, action);
		case 'typed':
			return state.problem === undefined ? state : {...state, problem: undefined};
		case 'reset':
			return told(state, withAnswers(state, without(state.answers, action.key)));
		case 'went-to':
			return isThere(state, action.place) ? enter(state, action.place, action.field) : state;
		case 'went-back':
			return wentBack(state);
		case 'took-defaults':
			return enter(state, 'review');
		case 'facts-learned':
			return {...state, facts: {...state.facts, ...action.facts}};
		default:
			return action satisfies never;
	}
}

function chose(state: WizardState, choice: Pick<Option, 'answers' | 'fields'>): WizardState {
	if (state.at === 'review') return state;
	const {answers, fields: toFillIn} = choice;
	const refused = refusalOf(state, decisionOf(state.at), choice);
	if (refused) return {...state, problem: refused};
	let next = state;
	for (const [key, value] of Object.entries(answers) as [SettingKey, Answers[SettingKey]][]) {
		next = withAnswer(next, key, value);
	}
	next = told(state, next);
	return toFillIn[0] === undefined ? took(next) : {...next, field: toFillIn[0]};
}

function edited(state: WizardState, {key, text, goesTo}: WizardAction & {type: 'edited'}): WizardState {
	const judged = judgeValue(fields[key], text, settingsOf(state));
	if ('problem' in judged) return {...state, problem: {key, message: judged.problem, hint: judged.hint}};
	const next = told(state, withAnswer(state, key, judged.value));
	if (goesTo === 'review') return enter(next, 'review');
	if (goesTo === undefined || next.at === 'review') return next;
	const order = fieldsAt(next);
	const to = order[order.indexOf(key) + (goesTo === 'next-field' ? 1 : -1)];
	if (to !== undefined) return {...next, field: to};
	if (goesTo === 'field-before') return next;
	const refused = refusalOfFields(next, decisionOf(next.at), order);
	return refused ? {...next, problem: refused} : took(next);
}

/** The settings that are filled in at the decision it stands at. */
export function fieldsAt(state: WizardState): readonly SettingKey[] {
	if (state.at === 'review') return [];
	const decision = decisionOf(state.at);
	const settings = settingsOf(state);
	const {field} = state;
	// While one is filled in, the choice that asked for it counts: without its values it is not told from the others.
	const isMeant = ({answers, fields}: Pick<Option, 'answers' | 'fields'>) =>
		isChosen(answers, settings) && (field === undefined || fields.includes(field));
	return decision.fields ?? optionsFor(state, decision).find(isMeant)?.fields ?? [];
}

// Accepting what counts anyway is no answer of its own: it goes on following the other answers.
function withAnswer(state: WizardState, key: SettingKey, value: Answers[SettingKey]): WizardState {
	const others = without(state.answers, key);
	const before = resolvedWith(state, others);
	const follows = before.settings[key] === value && !before.complaints.some(complaint => complaint.key === key);
	return withAnswers(state, follows ? others : {...others, [key]: value});
}

/** After an answer: which of the decisions that somebody made it made impossible. */
function told(before: WizardState, after: WizardState): WizardState {
	const upset = decisionsFor(settingsOf(after))
		.map(({id}) => id)
		.filter(id => id !== after.at && isAnswered(after, id))
		.filter(id => trouble(after, id) !== undefined && trouble(before, id) === undefined);
	return {...standing(after), upset, problem: undefined};
}

/** An answer can take away the decision the wizard stands at, or the field: then it stands at the next. */
function standing(state: WizardState): WizardState {
	if (state.at === 'review') return state;
	const {at, field} = state;
	const isGone = !isThere(state, at);
	const later = decisions.slice(decisions.findIndex(({id}) => id === at) + 1).find(({id}) => isThere(state, id));
	if (isGone) return enter(state, later?.id ?? 'review');
	const isField = field === undefined || fieldsAt(state).includes(field);
	return isField ? state : {...state, field: decisionOf(at).fields?.[0]};
}

function took(state: WizardState): WizardState {
	if (state.at === 'review') return state;
	const made: readonly DecisionId[] = [...new Set([...state.made, state.at])];
	return {...enter({...state, made}, placeAfter(state)), upset: state.upset};
}

/** Behind the decision it stands at; a rehearsal, which has a default for everything, goes straight to the review. */
function placeAfter(state: WizardState): Place {
	const settings = settingsOf(state);
	if (state.reviewing || (state.at === 'what' && settings.builder === 'rehearsal')) return 'review';
	const order: readonly Place[] = decisionsFor(settings).map(({id}) => id);
	return order[order.indexOf(state.at) + 1] ?? 'review';
}

function wentBack(state: WizardState): WizardState {
	const order = decisionsFor(settingsOf(state)).map(({id}) => id);
	const {at, cameFrom, made, field} = state;
	const isAskedFor = at !== 'review' && field !== undefined && decisionOf(at).fields === undefined;
	// From what a choice asked for to the choices.
	if (isAskedFor) return enter(state, at);
	if (at !== 'review') return enter(state, state.reviewing ? 'review' : (order[order.indexOf(at) - 1] ?? at));
	const before = cameFrom && order.includes(cameFrom) ? cameFrom : order.findLast(id => made.includes(id));
	// Not to be sent back to the review from there: it is the way out.
	return {...enter(state, before ?? 'what'), reviewing: false};
}

/** The wizard standing there, at this field if there is one to be filled in. */
export function enter(state: WizardState, place: Place, wanted?: SettingKey): WizardState {
	const reviewing = place !== 'review' && (state.reviewing || state.at === 'review');
	const fields = place === 'review' ? [] : (decisionOf(place).fields ?? []);
	const field = fields.find(key => key === wanted) ?? fields[0];
	const cameFrom = place === 'review' && state.at !== 'review' && !state.reviewing ? state.at : state.cameFrom;
	return {...state, at: place, field, problem: undefined, upset: [], reviewing, cameFrom};
}

/** Whether there is such a decision with these answers. */
export const isThere = (state: WizardState, place: Place): boolean =>
	place === 'review' || decisionsFor(settingsOf(state)).some(({id}) => id === place);

function without(answers: Answers, key: SettingKey): Answers {
	const {[key]: _left, ...others} = answers;
	return others;
}
