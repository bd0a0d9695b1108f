import {
	currentQuestion,
	type QuestionId,
	type QuestionView,
	settingsOf,
	type WizardState,
	wizardReducer,
} from '../wizard/index.ts';
import type {Asker} from './asker.ts';
import {choose, type Extra} from './choose.ts';

type Answer = {answer: string} | {does: 'back' | 'explain'};

type Options = {
	/** Called after every answer, for the draft. */
	onAnswer(state: WizardState): Promise<void>;
	/** Finds out what can be chosen with the answers so far. */
	learn(state: WizardState): Promise<{state: WizardState; notes: {readonly [K in QuestionId]?: string}}>;
};

/** Asks question after question until the review; undefined when the person went back before the first. */
export const askQuestions = async (
	asker: Asker,
	start: WizardState,
	{onAnswer, learn}: Options,
): Promise<WizardState | undefined> => {
	let {state, notes} = await learn(start);
	for (
		let question = currentQuestion(state);
		question && question.input !== 'review';
		question = currentQuestion(state)
	) {
		const given = await askQuestion(asker, question, notes[question.id]);
		if ('does' in given) {
			if (given.does === 'explain') explain(asker, question);
			else if (state.at === 'path') return undefined;
			else state = wizardReducer(state, {type: 'went-back'});
			continue;
		}
		const next = wizardReducer(state, {type: 'answered', text: given.answer});
		if (next.problem)
			asker.say(`Not taken: ${next.problem.message}`, ...(next.problem.hint ? [next.problem.hint] : []));
		else await onAnswer(next);
		const knowsMore = dependsOn(next) !== dependsOn(state);
		state = next;
		if (knowsMore) ({state, notes} = await learn(state));
	}
	return state;
};

const askQuestion = async (asker: Asker, question: QuestionView, note: string | undefined): Promise<Answer> => {
	const {number, total, step, help, choices, offered, input, secret} = question;
	asker.say(
		'',
		`${step} (${number} of ${total}): ${question.question}`,
		help.what,
		...(note === undefined ? [] : [note]),
	);
	if (secret) return {answer: await asker.secret('Answer, Enter for none')};
	if (choices.length === 0) {
		const more = offered === '' ? extras : [...extras, empty];
		asker.say(...more.map(({words, does}) => `  ${words[0]}: ${does}`));
		const text = await asker.text('Answer', offered);
		return more.find(({words}) => words.includes(text.trim().toLowerCase()))?.value ?? {answer: text};
	}
	const isListed = offered === '' || choices.some(({value}) => value === offered);
	const listed = isListed
		? choices
		: [{value: offered, title: offered, description: '', refused: undefined}, ...choices];
	const index = listed.findIndex(({value}) => value === offered);
	return choose<Answer>(
		asker,
		'Number or name',
		listed.map(({value, title, description, refused}) => ({
			value: {answer: value},
			name: value,
			title,
			description,
			disabled: refused && `${refused.message}. ${refused.hint}`,
		})),
		{
			offered: index < 0 ? undefined : index,
			extras,
			own: input === 'text' ? text => ({answer: text}) : undefined,
		},
	);
};

const empty: Extra<Answer> = {words: ['none'], value: {answer: ''}, does: 'leave it empty'};

const extras: readonly Extra<Answer>[] = [
	{words: ['?', 'help'], value: {does: 'explain'}, does: 'why it matters and what breaks'},
	{words: ['<', 'back'], value: {does: 'back'}, does: 'back to the question before'},
];

const explain = (asker: Asker, {help}: QuestionView) =>
	asker.say(`Why: ${help.why}`, `Safe: ${help.safe}`, `Breaks: ${help.breaks}`);

const dependsOn = (state: WizardState) => {
	const {builder, canvosRef, canvosSource} = settingsOf(state);
	return [builder, canvosRef, canvosSource].join(' ');
};
