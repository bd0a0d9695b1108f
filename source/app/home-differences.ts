import {fields, settingKeys} from '../settings/fields.ts';
import {resolveSettings} from '../settings/layers.ts';
import {withAbsolutePaths} from '../settings/path-settings.ts';
import {presetLayer} from '../settings/preset-text.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {matters, shownValue} from '../wizard/settings-list.ts';
import type {FromBase} from './actions.ts';
import {type Invocation, pathBase} from './invocation.ts';
import type {FoundPreset} from './preset-files.ts';

/** Finds what these settings (with absolute paths) differ in from the nearest of the presets that come with the product. */
export function createComparison(invocation: Invocation, presets: readonly FoundPreset[]) {
	const {machine} = invocation.host;
	const facts = {osId: machine.os.id, osVersion: machine.os.versionId, arch: machine.arch};
	const bases = presets
		.filter(({builtIn}) => builtIn)
		.map(({name, parsed, path}) => ({
			name,
			settings: withAbsolutePaths(
				resolveSettings({layers: [presetLayer(parsed, path, {})], machine: facts}).settings,
				pathBase(invocation),
			),
		}));
	return (settings: Settings, own?: string): FromBase | undefined => {
		const [nearest] = bases
			.filter(({name, settings: base}) => name !== own && isSameKind(base, settings))
			.map(({name, settings: base}) => ({base: name, differences: differencesBetween(base, settings)}))
			.toSorted((a, b) => a.differences.length - b.differences.length);
		return nearest;
	};
}

const isSameKind = (a: Settings, b: Settings) => a.builder === b.builder && a.edgeAppliance === b.edgeAppliance;

const differencesBetween = (base: Settings, settings: Settings): FromBase['differences'] =>
	settingKeys
		.filter(key => base[key] !== settings[key] && matters(key, settings) && !fields[key].secret)
		.map(key => ({title: fields[key].title, value: written(key, settings), before: written(key, base)}));

const written = (key: SettingKey, settings: Settings) => shownValue(key, settings) || 'empty';
