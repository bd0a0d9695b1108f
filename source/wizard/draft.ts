import type {SettingValue} from '../settings/field-types.ts';
import {fields, settingKeys} from '../settings/fields.ts';
import type {Answers} from '../settings/layers.ts';
import type {SettingKey} from '../settings/settings.ts';
import {hasCredentials} from '../text/credentials.ts';
import {type DecisionId, decisions} from './decisions.ts';
import {enter, fieldsAt, isThere, startWizard, type WizardStart, withAnswers} from './wizard-reducer.ts';
import type {Place, WizardState} from './wizard-state.ts';

/** An interrupted wizard, to be written as JSON. Never a secret in it. */
export type WizardDraft = {
	draftVersion: 3;
	at: Place;
	answers: Answers;
	made: readonly DecisionId[];
	typed?: HalfTyped;
};

/** Text that was typed and not taken: no answer, so nothing is judged of it. */
export type HalfTyped = {where: 'decision' | 'settings'; key: SettingKey; text: string};

/** What to keep of an interrupted wizard, and of what was being typed. */
export function wizardDraft({at, answers, made}: WizardState, typed?: HalfTyped): WizardDraft {
	const kept = (Object.entries(answers) as [SettingKey, SettingValue][]).filter(
		([key, value]) => !isSecret(key, value),
	);
	return {
		draftVersion: 3,
		at,
		answers: Object.fromEntries(kept),
		made,
		...(typed && !isSecret(typed.key, typed.text) && !mayBecomeSecret(typed.text) && {typed}),
	};
}

/**
 * The wizard where it was left. Whatever a draft holds that this release doesn't know is dropped; of a draft of the first
 * version the answers count, and the review shows them.
 */
export function resumeWizard(start: WizardStart, draft: unknown): WizardState {
	const fresh = startWizard(start);
	if (!isRecord(draft) || !readable.includes(draft.draftVersion)) return fresh;
	const answers = isRecord(draft.answers) ? draft.answers : {};
	const isDecision = (id: unknown): id is DecisionId => decisions.some(decision => decision.id === id);
	const state = withAnswers(
		{...fresh, made: Array.isArray(draft.made) ? draft.made.filter(isDecision) : []},
		Object.fromEntries(settingKeys.flatMap(key => answerIn(answers, key))),
	);
	const there = enter(state, isDecision(draft.at) && isThere(state, draft.at) ? draft.at : 'review');
	const typed = halfTypedIn(draft);
	if (typed?.where !== 'decision') return there;
	const atField = {...there, field: typed.key};
	return fieldsAt(atField).includes(typed.key) ? atField : there;
}

const readable: readonly unknown[] = [1, 2, 3];

// As much as the longest setting may have, and some more to be erased.
const longestTyped = 10_000;

/** What was being typed when the wizard was left. */
export function halfTypedIn(draft: unknown): HalfTyped | undefined {
	const typed = isRecord(draft) ? draft.typed : undefined;
	if (!isRecord(typed)) return undefined;
	const {where, text} = typed;
	const key = settingKeys.find(known => known === typed.key);
	const isText = typeof text === 'string' && text.length <= longestTyped && !/\p{Cc}/u.test(text);
	return key !== undefined && isText && (where === 'decision' || where === 'settings') ? {where, key, text} : undefined;
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

// Behind the colon of a host whose end is not typed yet may stand a port, or the password before an @.
const mayBecomeSecret = (text: string) => /:\/\/[^/?#\s@]*:[^/?#\s]*$/.test(text);

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
