import {type Choice, choicesFor, offeredAmong} from '../../source/wizard/choices.ts';
import {type DecisionId, decisionOf} from '../../source/wizard/decisions.ts';
import {settingsOf} from '../../source/wizard/settings-of-answers.ts';
import {startWizard, type WizardStart, wizardReducer} from '../../source/wizard/wizard-reducer.ts';
import type {WizardAction, WizardState} from '../../source/wizard/wizard-state.ts';
import {factsWith} from '../helpers/facts.ts';
import {debianMachine} from '../settings/settings-of.ts';

export const ubuntuMachine = {osId: 'ubuntu', osVersion: '24.04', arch: 'amd64'} as const;

/** A wizard on a Debian machine of which nothing else is known. */
export const start = (options: Partial<WizardStart> = {}): WizardState =>
	startWizard({machine: debianMachine, facts: factsWith({machine: options.machine ?? debianMachine}), ...options});

/** What the actions make of the wizard, one after the other. */
export const play = (state: WizardState, ...actions: readonly WizardAction[]): WizardState =>
	actions.reduce(wizardReducer, state);

/** The choices of the decision the wizard stands at. */
export const choicesAt = (state: WizardState): readonly Choice[] => choicesFor(state, decisionAt(state));

export const decisionAt = ({at}: WizardState) => {
	if (at === 'review') throw new Error('The wizard stands at the review.');
	return decisionOf(at);
};

/** Takes the choice of that title. */
export const choose = (state: WizardState, title: string): WizardState => {
	const choice = choicesAt(state).find(one => one.title === title);
	if (!choice) throw new Error(`${state.at} has no ${title}: ${choicesAt(state).map(one => one.title)}`);
	return play(state, {type: 'chose', choice});
};

/** What Enter does: takes the marked choice, or the field as it is. */
export const enter = (state: WizardState): WizardState => {
	const {field} = state;
	if (field !== undefined)
		return play(state, {type: 'edited', key: field, text: String(settingsOf(state)[field]), goesTo: 'next-field'});
	const choices = choicesAt(state);
	const choice = choices[offeredAmong(state, choices)];
	if (!choice) throw new Error(`Nothing is offered at ${state.at}.`);
	return play(state, {type: 'chose', choice});
};

/** Enter until the wizard stands at `at`; fails when it never gets there. */
export const enterUntil = (state: WizardState, at: WizardState['at']): WizardState => {
	let now = state;
	for (let count = 0; count < 30 && now.at !== at; count++) {
		now = enter(now);
		if (now.problem) throw new Error(`${now.at}: ${now.problem.message}`);
	}
	if (now.at !== at) throw new Error(`Enter does not lead to ${at} but to ${now.at}.`);
	return now;
};

/** The wizard at the review of a real build, every decision taken as it was offered. */
export const canvosReview = (): WizardState => enterUntil(choose(start(), 'Edge appliance'), 'review');

export const goTo = (place: DecisionId | 'review'): WizardAction => ({type: 'went-to', place});
export const edit = (key: (WizardAction & {type: 'edited'})['key'], text: string): WizardAction => ({
	type: 'edited',
	key,
	text,
});
