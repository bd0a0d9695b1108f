import type {Decision} from './decisions.ts';
import {isChosen, type Option, optionsFor} from './options.ts';
import {type Refusal, refusalOf} from './refusals.ts';
import {settingsOf} from './settings-of-answers.ts';
import type {WizardState} from './wizard-state.ts';

/** One line to choose from. `refused`: why it would not build. */
export type Choice = Option & {refused?: Refusal};

/** What can be chosen at a decision, with the reason at what can't be. Judges each: not for every letter that is typed. */
export function choicesFor(state: WizardState, decision: Decision): readonly Choice[] {
	return optionsFor(state, decision).map(option => ({...option, refused: refusalOf(state, decision, option)}));
}

/** The choice that counts so far; where that one would be refused or nobody made it, the first that would not. */
export function offeredAmong(state: WizardState, choices: readonly Choice[]): number {
	const settings = settingsOf(state);
	const chosen = choices.findIndex(choice => isChosen(choice.answers, settings));
	if (chosen >= 0 && choices[chosen]?.refused === undefined) return chosen;
	return Math.max(
		0,
		choices.findIndex(({refused}) => refused === undefined),
	);
}
