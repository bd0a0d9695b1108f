import {type Finding, judgeSettings} from '../compatibility/judge-settings.ts';
import type {Resolved} from '../settings/layers.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {type Decision, decisionsFor} from './decisions.ts';
import type {Option} from './options.ts';
import {resolvedWith, settingsOf} from './settings-of-answers.ts';
import type {WizardState} from './wizard-state.ts';

/** Why something would not build. */
export type Refusal = Pick<Finding, 'message' | 'hint'>;

/** Why a choice would not build, as far as earlier decisions decide it. What it asks to be filled in is not waited for. */
export function refusalOf(
	state: WizardState,
	decision: Decision,
	{answers, fields: toFillIn}: Pick<Option, 'answers' | 'fields'>,
): Refusal | undefined {
	const resolved = resolvedWith(state, {...state.answers, ...answers});
	return refusalAmong(resolved, state, {
		own: Object.keys(answers) as SettingKey[],
		open: [...toFillIn, ...laterKeys(decision, resolved.settings)],
	});
}

/** Why a decision cannot be left with what was filled in, as far as earlier ones decide it. */
export function refusalOfFields(state: WizardState, decision: Decision, filledIn: readonly SettingKey[]) {
	return refusalAmong(state.resolved, state, {
		own: [...decision.keys, ...filledIn],
		open: laterKeys(decision, settingsOf(state)),
	});
}

/** What speaks against the settings in `own`, without what depends on those that are still `open`. */
function refusalAmong(
	{settings, complaints}: Resolved,
	{facts}: WizardState,
	{own, open}: {own: readonly SettingKey[]; open: readonly SettingKey[]},
): Refusal | undefined {
	const complaint = complaints.find(({key}) => key !== undefined && own.includes(key));
	if (complaint) return {message: complaint.message, hint: complaint.hint ?? ''};
	return judgeSettings(settings, facts).find(
		({severity, keys}) =>
			severity === 'error' && keys.some(key => own.includes(key)) && !keys.some(key => open.includes(key)),
	);
}

// A choice isn't refused because of a decision that is still to come.
function laterKeys(decision: Decision, settings: Settings): readonly SettingKey[] {
	const all = decisionsFor(settings);
	return all.slice(all.findIndex(({id}) => id === decision.id) + 1).flatMap(({keys}) => keys);
}
