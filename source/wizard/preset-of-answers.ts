import {ownWords} from '../own-command.ts';
import {fields, settingKeys} from '../settings/fields.ts';
import {isSecretIn} from '../settings/preset-text.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {hasCredentials} from '../text/credentials.ts';
import {capitalised} from '../text/phrases.ts';
import {decisionOf} from './decisions.ts';
import type {WizardState} from './wizard-state.ts';

/** What a preset of these answers holds: no secrets, and nothing that follows from the machine by itself; everything given, and for a real build also what was confirmed, so that it stays as it is. */
export function presetSettings(state: WizardState): Partial<Settings> {
	const {settings, origins} = state.resolved;
	// A rehearsal follows the machine it runs on; what was merely accepted would not fit the next one.
	const pinned: readonly SettingKey[] =
		settings.builder === 'canvos' ? state.made.flatMap(id => decisionOf(id).keys) : [];
	const keys = (Object.keys(origins) as SettingKey[]).filter(
		key => key === 'builder' || origins[key].layer !== 'default' || pinned.includes(key),
	);
	return Object.fromEntries(
		keys.filter(key => !fields[key].secret && !hasCredentials(String(settings[key]))).map(key => [key, settings[key]]),
	);
}

/** What is saved of these answers; `preset`: the one they began with, whose references are kept. */
export function presetContent(state: WizardState, preset: string | undefined) {
	const {origins, later} = state.resolved;
	return {settings: presetSettings(state), from: preset === undefined ? undefined : {preset, origins, later}};
}

/** A sentence on what these answers say and neither a preset nor a command may hold; empty where that is nothing. */
export function leftOutInWords({resolved}: WizardState, form: 'preset' | 'command'): string {
	const {settings, origins} = resolved;
	// The environment is there the next time, and a preset goes on naming what it named.
	const lasting = form === 'preset' ? ['default', 'environment', 'preset'] : ['default', 'environment'];
	const names = settingKeys
		.filter(key => isSecretIn(key, String(settings[key])) && !lasting.includes(origins[key].layer))
		.map(key => fields[key].name);
	if (names.length === 0) return '';
	return `Not in it: ${names.join(', ')}. Give ${names.length === 1 ? 'it' : 'them'} in the environment.`;
}

/** The command that builds the same without questions: everything that differs from the defaults, no secret among it. */
export function buildCommand(state: WizardState): readonly string[] {
	const given = Object.entries(presetSettings(state)) as [SettingKey, Settings[SettingKey]][];
	return [...ownWords, 'build', '--yes', ...given.map(([key, value]) => `${fields[key].name}=${value}`)];
}

/** A sentence that a preset of these settings can begin with. */
export const describeSettings = (settings: Settings): string =>
	capitalised(
		[
			settings.builder === 'rehearsal' ? 'Rehearsal:' : '',
			settings.edgeAppliance ? 'edge appliance,' : 'standard image,',
			`${settings.osDistribution} ${settings.osVersion},`,
			`${settings.k8sDistribution} ${settings.k8sVersion}`,
		]
			.filter(Boolean)
			.join(' '),
	);
