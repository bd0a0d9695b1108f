import type {Invocation} from './invocation.ts';
import {judgePreset} from './load-settings.ts';
import {type FoundPreset, findPreset, listPresets} from './preset-files.ts';
import {allComplaints, findingLines} from './settings-complaints.ts';

/** What is to be said of a preset: what would refuse a build, and what a person should know. */
export type PresetVerdict = {name: string; path: string; wrong: readonly string[]; told: readonly string[]};

/**
 * Judges presets by schema, values and compatibility rules, each by itself: what the caller says doesn't count.
 * @param names All of them when empty.
 */
export async function validatePresets(invocation: Invocation, names: readonly string[]): Promise<PresetVerdict[]> {
	const presets =
		names.length === 0
			? await listPresets(invocation)
			: await Promise.all(names.map(name => findPreset(invocation, name)));
	return Promise.all(presets.map(preset => verdictOf(invocation, preset)));
}

/** The same for one, whether it is saved or not. */
export async function verdictOf(invocation: Invocation, preset: FoundPreset): Promise<PresetVerdict> {
	const {name, path, parsed} = preset;
	const loaded = await judgePreset(invocation, preset);
	const nameTold =
		parsed.preset && preset.origin !== 'elsewhere' && parsed.preset.name !== name && parsed.complaints.length === 0
			? [`! ${path}: the name in it is ${parsed.preset.name}; the file's name counts`]
			: [];
	return {
		name,
		path,
		wrong: allComplaints(loaded).map(({place, message, hint}) => `${place}: ${message}${hint ? ` → ${hint}` : ''}`),
		// What the machine lacks is not the preset's.
		told: [
			...nameTold,
			...findingLines({...loaded, findings: loaded.findings.filter(({about}) => about !== 'machine')}),
		],
	};
}
