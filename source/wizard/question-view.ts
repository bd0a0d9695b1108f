import type {Help} from '../settings/field-types.ts';
import {fields} from '../settings/fields.ts';
import {maskCredentials} from '../text/credentials.ts';
import {type Offer, offeredOf, offersFor} from './choices.ts';
import {type Step, steps} from './questions.ts';
import {settingsOf, visible} from './settings-of-answers.ts';
import type {QuestionId, WizardState} from './wizard-state.ts';

/** The question to draw. */
export type QuestionView = {
	id: QuestionId;
	/** Heading of its step. */
	step: string;
	/** Ends in "?". */
	question: string;
	help: Help;
	/** `list`: one of the choices. `text`: anything that passes, the choices are suggestions. `review`: nothing to type. */
	input: 'list' | 'text' | 'review';
	choices: readonly Offer[];
	/** What is offered: the answer so far, or what counts without one. Empty for a secret. */
	offered: string;
	/** Where the offered value comes from: `default`, `your answer`, `K8S_VERSION in the environment`. */
	from: string;
	/** Typed text must not be shown. */
	secret: boolean;
	/** Of the questions of this path, from 1. */
	number: number;
	total: number;
};

/** A line of the overview; `jumped` takes its id. */
export type VisibleQuestion = {
	id: QuestionId;
	step: Step;
	title: string;
	value: string;
	answered: boolean;
	current: boolean;
};

/** The question the wizard stands at. */
export const currentQuestion = (state: WizardState): QuestionView => viewOf(state, state.at);

/** All questions of this path with their answers so far. */
export const visibleQuestions = (state: WizardState): readonly VisibleQuestion[] =>
	visible(state).map(({id, step}) => ({
		id,
		step,
		title: titleOf(id),
		value: shownValue(state, id),
		answered: state.confirmed.includes(id),
		current: id === state.at,
	}));

/** One question in full, wherever the wizard stands. */
export function viewOf(state: WizardState, id: QuestionId): QuestionView {
	const all = visible(state);
	const index = all.findIndex(question => question.id === id);
	// The review comes after the questions.
	const total = all.filter(({id}) => id !== 'review').length;
	const place = {id, step: steps[all[index]?.step ?? 'options'], number: index + 1, total};
	if (id === 'path' || id === 'review') return {...place, ...ownQuestions[id](state)};
	const field = fields[id];
	const origin = state.resolved.origins[id];
	const choices = offersFor(state, id);
	return {
		...place,
		question: field.question,
		help: field.help,
		input: field.kind.is === 'choice' || field.kind.is === 'yes-no' ? 'list' : 'text',
		choices,
		offered: field.secret ? '' : offeredOf(state, id, choices),
		from: origin.layer === 'answer' ? 'your answer' : origin.place,
		secret: field.secret,
	};
}

type OwnQuestion = Omit<QuestionView, 'id' | 'step' | 'number' | 'total'>;

const ownQuestions: Record<'path' | 'review', (state: WizardState) => OwnQuestion> = {
	path: ({path}) => ({
		question: 'How much do you want to decide?',
		help: {
			what: 'The quick path asks for what differs from build to build; everything else has a default.',
			why: 'The defaults make an image that builds.',
			safe: 'The quick path. You can change over at any question.',
			breaks: 'Nothing: both paths end at the same review.',
		},
		input: 'list',
		choices: [
			{value: 'quick', title: 'The essentials', description: 'About ten questions, Enter takes what is offered'},
			{value: 'expert', title: 'Everything', description: 'Every setting, each explained'},
		],
		offered: path,
		from: 'default',
		secret: false,
	}),
	review: () => ({
		question: 'Is this what you want to build?',
		help: {
			what: 'What will be made, under which names, and what to know before.',
			why: 'A build takes long; a look at its names takes a moment.',
			safe: 'Go back to any question; answers stay.',
			breaks: 'With errors shown here the build cannot start.',
		},
		input: 'review',
		choices: [],
		offered: '',
		from: '',
		secret: false,
	}),
};

function titleOf(id: QuestionId): string {
	if (id === 'path') return 'Path';
	if (id === 'review') return 'Review';
	return fields[id].name;
}

function shownValue(state: WizardState, id: QuestionId): string {
	if (id === 'path') return state.path;
	if (id === 'review') return '';
	const value = settingsOf(state)[id];
	if (fields[id].secret) return value === '' ? '' : '***';
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	return maskCredentials(String(value));
}
