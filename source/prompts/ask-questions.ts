import {currentQuestion, type QuestionView} from '../wizard/question-view.ts';
import {settingsOf} from '../wizard/settings-of-answers.ts';
import {wizardReducer} from '../wizard/wizard-reducer.ts';
import type {QuestionId, WizardState} from '../wizard/wizard-state.ts';
import {choose, type Extra} from './ask-choice.ts';
import type {Asker} from './asker.ts';

type Answer = {answer: string} | {does: 'back' | 'explain' | 'path'};

type Options = {
	/** Called after every answer, for the draft. */
	onAnswer(state: WizardState): Promise<void>;
	/** Finds out what can be chosen with the answers so far. */
	learn(state: WizardState): Promise<{state: WizardState; notes: {readonly [K in QuestionId]?: string}}>;
};

/** Asks question after question until the review; undefined when the person went back before the first. */
export async function askQuestions(
	asker: Asker,
	start: WizardState,
	{onAnswer, learn}: Options,
): Promise<WizardState | undefined> {
	let {state, notes} = await learn(start);
	for (let question = currentQuestion(state); question.input !== 'review'; question = currentQuestion(state)) {
		const given = await askQuestion(asker, question, notes[question.id]);
		if ('does' in given) {
			if (given.does === 'explain') explain(asker, question);
			else if (given.does === 'path') state = wizardReducer(state, {type: 'path-chosen', path: otherPath(state)});
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
}

async function askQuestion(asker: Asker, question: QuestionView, note: string | undefined): Promise<Answer> {
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
}

const empty: Extra<Answer> = {words: ['none'], value: {answer: ''}, does: 'leave it empty'};

const extras: readonly Extra<Answer>[] = [
	{words: ['?', 'help'], value: {does: 'explain'}, does: 'why it matters and what breaks'},
	{words: ['<', 'back'], value: {does: 'back'}, does: 'back to the question before'},
	{words: ['*', 'more', 'fewer'], value: {does: 'path'}, does: 'be asked everything, or only the essentials'},
];

const otherPath = ({path}: WizardState) => (path === 'quick' ? 'expert' : 'quick');

const explain = (asker: Asker, {help}: QuestionView) =>
	asker.say(`Why: ${help.why}`, `Safe: ${help.safe}`, `Breaks: ${help.breaks}`);

function dependsOn(state: WizardState) {
	const {builder, canvosRef, canvosSource} = settingsOf(state);
	return [builder, canvosRef, canvosSource].join(' ');
}
