import {judgeSettings} from '../compatibility/judge-settings.ts';
import {choiceTitle} from '../settings/fields.ts';
import {outputNames} from '../settings/output-names.ts';
import type {Settings} from '../settings/settings.ts';
import {type Decision, type DecisionId, decisionOf, decisionsFor} from './decisions.ts';
import {isChosen, optionsFor} from './options.ts';
import {settingsOf} from './settings-of-answers.ts';
import type {WizardProblem, WizardState} from './wizard-state.ts';

/** `answered` by the person, `default`, `look`: something to know, `impossible`: it would not build. */
export type Mark = 'answered' | 'default' | 'look' | 'impossible';

/** A line of the rail. */
export type SheetRow = {id: DecisionId; title: string; value: string; mark: Mark; isHere: boolean};

/** Every decision with its answer so far. */
export function sheetRows(state: WizardState): readonly SheetRow[] {
	return decisionsFor(settingsOf(state)).map(decision => ({
		id: decision.id,
		title: decision.title,
		value: answerInWords(state, decision),
		mark: markOf(state, decision),
		isHere: decision.id === state.at,
	}));
}

/** Why a decision would not build as it stands. */
export function trouble(state: WizardState, id: DecisionId): WizardProblem | undefined {
	const {keys} = decisionOf(id);
	const {settings, complaints} = state.resolved;
	const complaint = complaints.find(({key}) => key !== undefined && keys.includes(key));
	const found =
		complaint ??
		judgeSettings(settings, state.facts).find(
			// The first of its settings is the one to change.
			({severity, keys: concerned}) =>
				severity === 'error' && concerned[0] !== undefined && keys.includes(concerned[0]),
		);
	return found && {message: found.message, hint: found.hint};
}

function markOf(state: WizardState, {id, keys}: Decision): Mark {
	if (trouble(state, id)) return 'impossible';
	const findings = judgeSettings(settingsOf(state), state.facts);
	const isDoubtful = findings.some(
		({severity, keys: concerned}) =>
			severity === 'warning' && concerned[0] !== undefined && keys.includes(concerned[0]),
	);
	if (isDoubtful) return 'look';
	return isAnswered(state, id) ? 'answered' : 'default';
}

/** Whether somebody made a decision: here, or by what was given before. */
export const isAnswered = ({made, resolved: {origins}}: WizardState, id: DecisionId): boolean =>
	made.includes(id) || decisionOf(id).keys.some(key => origins[key].layer !== 'default');

function answerInWords(state: WizardState, decision: Decision): string {
	const settings = settingsOf(state);
	const {id} = decision;
	if (id === 'image') return outputNames(settings).providerImage;
	if (id === 'version') return settings.k8sVersion;
	if (id === 'system') return systemInWords(settings);
	return optionsFor(state, decision).find(({answers}) => isChosen(answers, settings))?.title ?? '';
}

/** Distribution and version as people say them. */
export function systemInWords({osDistribution, osVersion}: Pick<Settings, 'osDistribution' | 'osVersion'>): string {
	const title = choiceTitle('osDistribution', osDistribution);
	return `${title ?? osDistribution} ${osVersion}`.trim();
}
