import {hasCredentials} from '../settings/credentials.ts';
import {fields, settingKeys} from '../settings/fields.ts';
import type {SettingKey} from '../settings/settings.ts';
import {enter} from './cursor.ts';
import {questions} from './questions.ts';
import {startWizard, type WizardStart} from './reducer.ts';
import {visible} from './resolution.ts';
import type {Answers, Path, QuestionId, WizardState} from './state.ts';

/** An interrupted wizard, to be written as JSON. Never a secret in it. */
export type WizardDraft = {
	draftVersion: 1;
	path: Path;
	at: QuestionId;
	answers: Answers;
	confirmed: readonly QuestionId[];
};

/** What to keep of an interrupted wizard. */
export const wizardDraft = ({path, at, answers, confirmed}: WizardState): WizardDraft => {
	const kept = entriesOf(answers).filter(([key, text]) => !isSecret(key, text));
	const secrets = entriesOf(answers).filter(([key, text]) => isSecret(key, text));
	return {
		draftVersion: 1,
		path,
		at,
		answers: Object.fromEntries(kept),
		// What isn't kept has to be asked again.
		confirmed: confirmed.filter(id => !secrets.some(([key]) => key === id)),
	};
};

/** The wizard where it was left. Whatever a draft holds that this release doesn't know is dropped; no draft at all starts anew. */
export const resumeWizard = (start: WizardStart, draft: unknown): WizardState => {
	const fresh = startWizard(start);
	if (!isRecord(draft) || draft.draftVersion !== 1) return fresh;
	const answers = isRecord(draft.answers) ? draft.answers : {};
	const known = new Set<unknown>(questions.map(({id}) => id));
	const state: WizardState = {
		...fresh,
		path: draft.path === 'expert' ? 'expert' : 'quick',
		answers: Object.fromEntries(
			settingKeys.flatMap(key => {
				const text = answers[key];
				return typeof text === 'string' && 'value' in fields[key].parse(text) ? [[key, text]] : [];
			}),
		),
		confirmed: Array.isArray(draft.confirmed) ? draft.confirmed.filter((id): id is QuestionId => known.has(id)) : [],
	};
	const at = visible(state).find(({id}) => id === draft.at)?.id ?? 'path';
	return enter(state, at);
};

const entriesOf = (answers: Answers) => Object.entries(answers) as [SettingKey, string][];

const isSecret = (key: SettingKey, text: string) => fields[key].secret || hasCredentials(text);

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
