import type {Field, FieldSpec} from './field-types.ts';
import {engineFields} from './groups/build-engine.ts';
import {upstreamFields} from './groups/canvos-options.ts';
import {upstreamPartFields} from './groups/canvos-parts.ts';
import {firmwareFields} from './groups/firmware.ts';
import {furtherArgumentFields} from './groups/further-arguments.ts';
import {imageFields} from './groups/image.ts';
import {isoInputFields} from './groups/iso-inputs.ts';
import {machineFields} from './groups/machine.ts';
import {networkFields} from './groups/network.ts';
import {nodeprepFields} from './groups/nodeprep.ts';
import {railFields} from './groups/nodeprep-rails.ts';
import {nameFields} from './groups/registry-and-tag.ts';
import {ukiTextFields} from './groups/uki-texts.ts';
import type {SettingKey, Settings} from './settings.ts';

export type Fields = {readonly [K in SettingKey]: Field<Settings[K]>};

const specs: {readonly [K in SettingKey]: FieldSpec<Settings[K]>} = {
	...imageFields,
	...nameFields,
	...firmwareFields,
	...engineFields,
	...isoInputFields,
	...upstreamFields,
	...ukiTextFields,
	...furtherArgumentFields,
	...upstreamPartFields,
	...networkFields,
	...nodeprepFields,
	...railFields,
	...machineFields,
};

/** Keys of all settings, in the order of the documentation. */
export const settingKeys = Object.keys(specs) as SettingKey[];

/** The table of settings: everything that takes, shows, saves or explains one reads it from here. */
export const fields = Object.fromEntries(
	settingKeys.map(key => [key, {...specs[key], key, name: upperSnake(key), flag: kebab(key)}]),
) as unknown as Fields;

/** The same as a list, where the type of the value does not matter. */
export const fieldList = settingKeys.map(key => fields[key]) as readonly Field[];

const keysByName = new Map(
	fieldList.flatMap(({key, name, flag, aliases = []}) =>
		[key, name, flag, ...aliases].map(spelled => [spelled, key] as const),
	),
);

/** The setting that `name` means in any of its spellings (`k8sVersion`, `K8S_VERSION`, `k8s-version`), or undefined. */
export const keyOfName = (name: string): SettingKey | undefined => keysByName.get(name);

/** How a value of a setting is said in words, such as `openSUSE Leap` for `opensuse-leap`; undefined where it has no title. */
export const choiceTitle = (key: SettingKey, value: unknown): string | undefined =>
	(fields[key] as Field).choices?.find(choice => choice.value === value)?.title;

/** Every spelling that `keyOfName` knows. */
export const knownNames = (): Iterable<string> => keysByName.keys();

/** `k8sVersion` → `K8S_VERSION`. */
function upperSnake(key: string): string {
	return key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase();
}

/** `k8sVersion` → `k8s-version`. */
function kebab(key: string): string {
	return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}
