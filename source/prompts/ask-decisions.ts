import {type Choice, choicesFor, offeredAmong} from '../wizard/choices.ts';
import {type Decision, decisionOf, decisionsFor} from '../wizard/decisions.ts';
import {settingsOf} from '../wizard/settings-of-answers.ts';
import {trouble} from '../wizard/sheet.ts';
import {wizardReducer} from '../wizard/wizard-reducer.ts';
import type {Notes, WizardAction, WizardState} from '../wizard/wizard-state.ts';
import {choose} from './ask-choice.ts';
import {askField} from './ask-field.ts';
import type {Asker} from './asker.ts';
import {explanationOf, extras, problemLines} from './wizard-answers.ts';

type Options = {
	/** Called after every answer, for the draft. */
	onAnswer(state: WizardState): Promise<void>;
	/** Finds out what can be chosen with the answers so far. */
	learn(state: WizardState): Promise<{state: WizardState; notes: Notes}>;
};

/** Asks one decision after the other until the review; undefined when the person went back before the first. */
export async function askDecisions(
	asker: Asker,
	start: WizardState,
	{onAnswer, learn}: Options,
): Promise<WizardState | undefined> {
	let {state, notes} = await learn(start);
	while (state.at !== 'review') {
		const decision = decisionOf(state.at);
		const isAgain = state.problem !== undefined;
		if (!isAgain && (state.field === undefined || state.field === decision.fields?.[0]))
			asker.say(...headingOf(state, decision, notes));
		const answer =
			state.field === undefined
				? await askDecision(asker, state, decision)
				: await askField(asker, state, state.field, {isAgain});
		if (answer.type === 'went-back' && state.at === 'what' && !state.reviewing) return undefined;
		const next = wizardReducer(state, answer);
		if (next.problem) asker.say(...problemLines(next.problem));
		else await onAnswer(next);
		for (const id of next.upset)
			asker.say(`${decisionOf(id).title} does not fit any more: ${trouble(next, id)?.message}`);
		const knowsMore = dependsOn(next) !== dependsOn(state);
		state = next;
		if (knowsMore) ({state, notes} = await learn(state));
	}
	return state;
}

function headingOf(state: WizardState, decision: Decision, notes: Notes): readonly string[] {
	const all = decisionsFor(settingsOf(state));
	const place = all.findIndex(({id}) => id === decision.id) + 1;
	const note = notes[decision.id];
	return [
		'',
		`${decision.title}, ${place} of ${all.length}: ${decision.question}`,
		decision.help.what,
		...(note === undefined ? [] : [note]),
	];
}

function askDecision(asker: Asker, state: WizardState, decision: Decision): Promise<WizardAction> {
	const choices = choicesFor(state, decision);
	const {own} = decision;
	return choose<WizardAction>(
		asker,
		own ? 'Number, name, or one of your own' : 'Number or name',
		choices.map(choice => ({
			value: {type: 'chose', choice},
			title: choice.title,
			name: nameOf(choice),
			description: choice.description,
			disabled: whyNot(choice),
		})),
		{
			offered: offeredAmong(state, choices),
			extras,
			explanation: explanationOf(decision.help),
			own: own && (text => ({type: 'edited', key: own, text, goesTo: 'next-field'})),
		},
	);
}

// What flags and presets call it.
const nameOf = ({answers}: Choice) =>
	Object.values(answers)
		.filter(value => typeof value === 'string' && value !== '')
		.join(' ');

const whyNot = ({refused}: Choice) => refused && [refused.message, refused.hint].filter(Boolean).join('. ');

function dependsOn(state: WizardState) {
	const {builder, edgeAppliance, canvosRef, canvosSource} = settingsOf(state);
	return [builder, edgeAppliance, canvosRef, canvosSource].join(' ');
}
