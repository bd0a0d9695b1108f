import type {SettingValue} from '../settings/field-types.ts';
import {fields, keyOfName, settingKeys} from '../settings/fields.ts';
import {resolveSettings} from '../settings/layers.ts';
import {referenceIn} from '../settings/preset-references.ts';
import {publicSettings} from '../settings/secrets.ts';
import type {BuilderId, SettingKey} from '../settings/settings.ts';
import {matters} from '../wizard/settings-list.ts';
import type {Invocation} from './invocation.ts';
import {machineFacts} from './load-settings.ts';
import {type FoundPreset, findPreset} from './preset-files.ts';
import {layerOfPreset} from './preset-values.ts';

/** A setting that two presets don't have in common. Secrets are named, never shown. */
export type SettingDifference = {
	key: SettingKey;
	/** In words. */
	title: string;
	before: SettingValue;
	after: SettingValue;
	/** Neither preset says it: it follows from what they say, or from the machine. */
	follows: boolean;
};

type Judged = Pick<Invocation, 'host' | 'workspace' | 'env'>;
type Content = Pick<FoundPreset, 'parsed' | 'path'>;

/**
 * What differs between two presets, those that were said first.
 * @throws {FixableError} `unknown-preset`.
 */
export async function presetDifference(
	invocation: Judged,
	before: string,
	after: string,
): Promise<SettingDifference[]> {
	return differenceOfContents(invocation, await findPreset(invocation, before), await findPreset(invocation, after));
}

/** The same for what isn't a preset yet; without `before` from the defaults of the same builder. */
export async function differenceOfContents(
	invocation: Judged,
	before: Content | undefined,
	after: Content,
): Promise<SettingDifference[]> {
	const second = await viewOf(invocation, after);
	const first = await viewOf(invocation, before ?? defaultsOf(second.all.builder));
	return settingKeys
		.filter(key => first.settings[key] !== second.settings[key])
		.filter(key => first.given.has(key) || second.given.has(key) || matters(key, second.all))
		.map(key => ({
			key,
			title: fields[key].title,
			before: first.settings[key] ?? '',
			after: second.settings[key] ?? '',
			follows: !first.given.has(key) && !second.given.has(key),
		}))
		.toSorted((a, b) => Number(a.follows) - Number(b.follows));
}

const defaultsOf = (builder: BuilderId): Content => ({
	path: 'defaults',
	parsed: {
		preset: {name: 'defaults', description: '', given: [{name: 'builder', text: builder, line: 1}]},
		complaints: [],
	},
});

async function viewOf(invocation: Judged, {parsed, path}: Content) {
	const layer = await layerOfPreset(invocation, {parsed, path});
	const {settings} = resolveSettings({layers: [layer], machine: machineFacts(invocation.host)});
	const entries = (parsed.preset?.given ?? []).flatMap(({name, text}) => {
		const key = keyOfName(name);
		return key ? [{key, text}] : [];
	});
	const references = entries.filter(({text}) => referenceIn(text)).map(({key, text}) => [key, text] as const);
	return {
		all: settings,
		settings: {...publicSettings(settings), ...Object.fromEntries(references)} as Record<string, SettingValue>,
		given: new Set(entries.map(({key}) => key)),
	};
}
