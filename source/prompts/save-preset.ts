import type {AppActions} from '../app/actions.ts';
import {describeSettings, leftOutInWords, presetContent} from '../wizard/preset-of-answers.ts';
import {settingsOf} from '../wizard/settings-of-answers.ts';
import type {WizardState} from '../wizard/wizard-state.ts';
import type {Asker} from './asker.ts';

/** Saves the answers, which began with the preset `from`. @returns its name; undefined when the person thought better of it */
export async function savePreset(
	asker: Asker,
	actions: AppActions,
	state: WizardState,
	from: string | undefined,
	offered = from,
): Promise<string | undefined> {
	const name = await askPresetName(asker, actions, {offered, mayReplace: true});
	if (name === undefined) return undefined;
	const description = (await asker.text('Description, or < to go back', describeSettings(settingsOf(state)))).trim();
	if (isBack(description)) return savePreset(asker, actions, state, from, name);
	await actions.savePreset({name, description, ...presetContent(state, from)});
	asker.say(`Saved preset ${name}. ${leftOutInWords(state, 'preset')}`.trimEnd());
	return name;
}

/** A name that can be had; where an earlier preset of that name may be replaced, asks before. Undefined for "back". */
export async function askPresetName(
	asker: Asker,
	actions: AppActions,
	{offered, mayReplace}: {offered?: string; mayReplace: boolean},
): Promise<string | undefined> {
	for (;;) {
		const name = (await asker.text('Name of the preset, or < to go back', offered)).trim();
		if (isBack(name)) return undefined;
		const {refused, exists} =
			name === ''
				? {refused: 'A preset needs a name, such as edge-k3s.', exists: false}
				: await actions.checkPresetName(name);
		if (refused !== undefined) asker.say(refused);
		else if (exists && !mayReplace) asker.say(`There is a preset ${name} already.`);
		else if (!exists || (await asker.yesNo(`Replace preset ${name}?`, false))) return name;
	}
}

/** Whether a line is no text but the wish to go back. */
export const isBack = (text: string): boolean => text === '<' || text === 'back';
