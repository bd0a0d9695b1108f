import type {SettingValue} from '../settings/field-types.ts';
import {fields, settingKeys} from '../settings/fields.ts';
import type {Answers} from '../settings/layers.ts';
import type {SettingKey} from '../settings/settings.ts';
import {hasCredentials} from '../text/credentials.ts';
import {questions} from './questions.ts';
import {visible} from './settings-of-answers.ts';
import {enter, startWizard, type WizardStart, withAnswers} from './wizard-reducer.ts';
import type {Path, QuestionId, WizardState} from './wizard-state.ts';

/** An interrupted wizard, to be written as JSON. Never a secret in it. */
export type WizardDraft = {
	draftVersion: 1;
	path: Path;
	at: QuestionId;
	answers: Answers;
	confirmed: readonly QuestionId[];
};

/** What to keep of an interrupted wizard. */
export function wizardDraft({path, at, answers, confirmed}: WizardState): WizardDraft {
	const secrets = new Set<QuestionId>(settingKeys.filter(key => isSecret(key, answers[key])));
	return {
		draftVersion: 1,
		path,
		at,
		answers: Object.fromEntries(Object.entries(answers).filter(([key]) => !secrets.has(key as SettingKey))),
		// What isn't kept has to be asked again.
		confirmed: confirmed.filter(id => !secrets.has(id)),
	};
}

/** The wizard where it was left. Whatever a draft holds that this release doesn't know is dropped; no draft at all starts anew. */
export function resumeWizard(start: WizardStart, draft: unknown): WizardState {
	const fresh = startWizard(start);
	if (!isRecord(draft) || draft.draftVersion !== 1) return fresh;
	const answers = isRecord(draft.answers) ? draft.answers : {};
	const known = new Set<unknown>(questions.map(({id}) => id));
	const state = withAnswers(
		{
			...fresh,
			path: draft.path === 'expert' ? 'expert' : 'quick',
			confirmed: Array.isArray(draft.confirmed) ? draft.confirmed.filter((id): id is QuestionId => known.has(id)) : [],
		},
		Object.fromEntries(settingKeys.flatMap(key => answerIn(answers, key))),
	);
	const at = visible(state).find(({id}) => id === draft.at)?.id ?? 'path';
	return enter(state, at);
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
