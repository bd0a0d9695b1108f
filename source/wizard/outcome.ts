import {hasCredentials} from '../settings/credentials.ts';
import {fields} from '../settings/fields.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {resolved} from './resolution.ts';
import type {WizardState} from './state.ts';

export type WizardOutcome = {
	settings: Settings;
	/** Save under this name; undefined: don't save. */
	presetName?: string;
	/** What the preset holds: no secrets, and nothing that follows from the machine by itself. */
	presetSettings: Partial<Settings>;
};

/** What a finished wizard leads to; undefined while it is not finished. */
export const wizardOutcome = (state: WizardState): WizardOutcome | undefined => {
	if (!state.finished) return undefined;
	return {
		settings: resolved(state).settings,
		...(state.presetName ? {presetName: state.presetName} : {}),
		presetSettings: presetSettings(state),
	};
};

/** The settings worth saving: everything given, and for a real build also what was confirmed, so that it stays as it is. */
export const presetSettings = (state: WizardState): Partial<Settings> => {
	const {settings, origins} = resolved(state);
	// A rehearsal follows the machine it runs on; what was merely accepted would not fit the next one.
	const pinned = settings.builder === 'canvos' ? state.confirmed : [];
	const keys = (Object.keys(origins) as SettingKey[]).filter(
		key => key === 'builder' || origins[key].layer !== 'default' || pinned.includes(key),
	);
	return Object.fromEntries(
		keys.filter(key => !fields[key].secret && !hasCredentials(String(settings[key]))).map(key => [key, settings[key]]),
	);
};
