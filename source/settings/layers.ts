import type {Field, MachineFacts, Parsed, SettingValue} from './field-types.ts';
import {fieldList, keyOfName, knownNames} from './fields.ts';
import type {SettingKey, Settings} from './settings.ts';
import {didYouMean} from './spelling.ts';

/** Where values come from, strongest first. */
export const layerKinds = ['flag', 'argument', 'environment', 'preset'] as const;
type LayerKind = (typeof layerKinds)[number];

/** One value as somebody wrote it. */
export type Given = {
	/** Any spelling of the setting: `k8sVersion`, `K8S_VERSION` or `k8s-version`. */
	name: string;
	text: string;
	/** For people: `--k8s-version`, `K8S_VERSION in the environment`, `presets/edge.yaml line 7`. */
	place: string;
};
/** `complaints`: what could not even be read as name and value. */
export type Layer = {kind: LayerKind; given: readonly Given[]; complaints?: readonly Complaint[]};

export type Complaint = {
	/** Absent when no setting is concerned, as with an unknown name. */
	key?: SettingKey;
	place: string;
	message: string;
	hint?: string;
};

/** Where the value of a setting came from, and what weaker layers would have said. */
type Origin = {layer: LayerKind | 'default'; place: string; overrode: readonly string[]};

export type Resolved = {
	/** Complete; settings that were complained about have their default. */
	settings: Settings;
	origins: {readonly [K in SettingKey]: Origin};
	complaints: readonly Complaint[];
	/** Values that were understood but are spelled differently. */
	notes: readonly Complaint[];
};

/**
 * Merges the layers flag > argument > environment > preset > default, whatever order they are passed in.
 * All that is wrong is told at once. A value that a stronger layer overrides is not judged; unknown names always are.
 */
export const resolveSettings = ({layers, machine}: {layers: readonly Layer[]; machine: MachineFacts}): Resolved => {
	const complaints: Complaint[] = layers.flatMap(layer => layer.complaints ?? []);
	const notes: Complaint[] = [];
	const claims = new Map<SettingKey, Claim[]>();
	const strongestFirst = layers.toSorted((a, b) => layerKinds.indexOf(a.kind) - layerKinds.indexOf(b.kind));
	for (const {kind, given} of strongestFirst) {
		for (const claim of given) {
			const key = keyOfName(claim.name);
			if (key) claims.set(key, [...(claims.get(key) ?? []), {...claim, kind}]);
			else complaints.push(unknownName(claim));
		}
	}

	const settings = {} as Settings;
	const origins = {} as Record<SettingKey, Origin>;
	for (const field of fieldList) {
		const [winner, ...losers] = claims.get(field.key) ?? [];
		origins[field.key] = winner
			? {layer: winner.kind, place: winner.place, overrode: losers.map(({place}) => place)}
			: {layer: 'default', place: 'default', overrode: []};
		// Lazily, because a default may follow from any other setting.
		defineLazily(settings, field.key, () => {
			if (!winner) return defaultOf(field, settings, machine);
			const judged = judge(field, winner.text, settings);
			if ('problem' in judged) {
				complaints.push({key: field.key, place: winner.place, message: judged.problem, hint: judged.hint});
				return defaultOf(field, settings, machine);
			}
			if (judged.note) notes.push({key: field.key, place: winner.place, message: judged.note});
			return judged.value;
		});
	}
	return {settings: {...settings}, origins, complaints, notes};
};

type Claim = Given & {kind: LayerKind};

/** What the text means for this setting beside the others, or why it is refused. */
export const judge = (field: Field, text: string, settings: Settings): Parsed<SettingValue> => {
	const parsed = field.parse(text);
	if ('problem' in parsed || !field.normalise) return parsed;
	const normal = field.normalise(parsed.value, settings);
	return 'problem' in normal ? normal : {value: normal.value, note: parsed.note ?? normal.note};
};

const defaultOf = (field: Field, settings: Settings, machine: MachineFacts): SettingValue =>
	typeof field.default === 'function' ? field.default(settings, machine) : field.default;

const defineLazily = (target: object, key: string, compute: () => SettingValue) => {
	let known: {value: SettingValue} | undefined;
	Object.defineProperty(target, key, {
		enumerable: true,
		get: () => {
			known ??= {value: compute()};
			return known.value;
		},
	});
};

const unknownName = ({name, place}: Given): Complaint => {
	const meant = didYouMean(name, knownNames());
	return {
		place,
		message: `there is no setting ${JSON.stringify(name)}`,
		hint: meant ? `Did you mean ${inStyleOf(name, meant)}?` : 'docs/settings.md lists all of them.',
	};
};

const inStyleOf = (written: string, name: string) => {
	const field = fieldList.find(({key}) => key === keyOfName(name));
	if (!field) return name;
	if (/^[A-Z0-9_]+$/.test(written)) return field.name;
	return written.includes('-') ? field.flag : field.key;
};
