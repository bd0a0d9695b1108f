import type {SettingValue} from '../settings/field-types.ts';
import {fields, settingKeys} from '../settings/fields.ts';
import type {Answers} from '../settings/layers.ts';
import type {SettingKey} from '../settings/settings.ts';
import {hasCredentials} from '../text/credentials.ts';
import {type DecisionId, decisions} from './decisions.ts';
import {enter, isThere, startWizard, type WizardStart, withAnswers} from './wizard-reducer.ts';
import type {Place, WizardState} from './wizard-state.ts';

/** An interrupted wizard, to be written as JSON. Never a secret in it. */
export type WizardDraft = {
	draftVersion: 2;
	at: Place;
	answers: Answers;
	made: readonly DecisionId[];
};

/** What to keep of an interrupted wizard. */
export function wizardDraft({at, answers, made}: WizardState): WizardDraft {
	const kept = (Object.entries(answers) as [SettingKey, SettingValue][]).filter(
		([key, value]) => !isSecret(key, value),
	);
	return {draftVersion: 2, at, answers: Object.fromEntries(kept), made};
}

/**
 * The wizard where it was left. Whatever a draft holds that this release doesn't know is dropped; of a draft of the release
 * before the answers count, and the review shows them.
 */
export function resumeWizard(start: WizardStart, draft: unknown): WizardState {
	const fresh = startWizard(start);
	if (!isRecord(draft) || (draft.draftVersion !== 1 && draft.draftVersion !== 2)) return fresh;
	const answers = isRecord(draft.answers) ? draft.answers : {};
	const isDecision = (id: unknown): id is DecisionId => decisions.some(decision => decision.id === id);
	const state = withAnswers(
		{...fresh, made: Array.isArray(draft.made) ? draft.made.filter(isDecision) : []},
		Object.fromEntries(settingKeys.flatMap(key => answerIn(answers, key))),
	);
	return enter(state, isDecision(draft.at) && isThere(state, draft.at) ? draft.at : 'review');
}

/** What a file says was answered, where that can still be an answer. */
function answerIn(answers: Record<string, unknown>, key: SettingKey): [SettingKey, SettingValue][] {
	const said = answers[key];
	if (typeof said !== 'string' && typeof said !== 'number' && typeof said !== 'boolean') return [];
	const parsed = fields[key].parse(String(said));
	return 'value' in parsed ? [[key, parsed.value]] : [];
}

const isSecret = (key: SettingKey, value: SettingValue | undefined) =>
	value !== undefined && (fields[key].secret || hasCredentials(String(value)));

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
