import {didYouMean} from '../text/similarity.ts';
import {quote} from './field-kinds.ts';
import type {Field, MachineFacts, Parsed, SettingValue} from './field-types.ts';
import {fieldList, fields, keyOfName, knownNames} from './fields.ts';
import type {SettingKey, Settings} from './settings.ts';

/** Where values come from, strongest first. */
export const layerKinds = ['answer', 'flag', 'argument', 'environment', 'preset'] as const;
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
export type TextLayer = {
	kind: Exclude<LayerKind, 'answer'>;
	given: readonly Given[];
	complaints?: readonly Complaint[];
	/** Worth telling of how the values are kept. */
	notes?: readonly Complaint[];
	/** Settings that a person is asked for when a run begins. */
	later?: readonly SettingKey[];
};

/** What was answered in the wizard: values, for each was read when it was given. */
export type Answers = Readonly<Partial<Settings>>;

export type Layer = TextLayer | {kind: 'answer'; answers: Answers};

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
	/** Values in the environment that must be meant for other programs, and don't count. */
	passedOver: readonly Complaint[];
	/** Settings that nobody gave yet, because a person is asked for them when a run begins. */
	later: readonly SettingKey[];
};

/**
 * Merges the layers answer > flag > argument > environment > preset > default, whatever order they are passed in.
 * All that is wrong is told at once. A value that a stronger layer overrides is not judged; unknown names always are.
 */
export function resolveSettings({layers, machine}: {layers: readonly Layer[]; machine: MachineFacts}): Resolved {
	const {claims, unreadable, passedOver} = whoSaysWhat(layers);
	const {settings, complaints, notes} = whatItComesTo(claims, machine);
	const told = layers.flatMap(layer => ('notes' in layer ? (layer.notes ?? []) : []));
	const later = layers.flatMap(layer => ('later' in layer ? (layer.later ?? []) : [])).filter(key => !claims.has(key));
	const origins = Object.fromEntries(fieldList.map(({key}) => [key, originOf(claims.get(key))])) as Resolved['origins'];
	return {settings, origins, complaints: [...unreadable, ...complaints], notes: [...told, ...notes], passedOver, later};
}

/** What one layer says of a setting: the text somebody wrote, or the value somebody chose. */
type Claim = {kind: LayerKind; place: string} & ({text: string} | {value: SettingValue});

/** First pass: the claims about each setting, strongest first. */
function whoSaysWhat(layers: readonly Layer[]) {
	const claims = new Map<SettingKey, Claim[]>();
	const unreadable = layers.flatMap(layer => ('complaints' in layer ? (layer.complaints ?? []) : []));
	const passedOver: Complaint[] = [];
	const add = (key: SettingKey, claim: Claim) => claims.set(key, [...(claims.get(key) ?? []), claim]);
	for (const layer of layers.toSorted((a, b) => layerKinds.indexOf(a.kind) - layerKinds.indexOf(b.kind))) {
		if (layer.kind === 'answer') {
			for (const [key, value] of Object.entries(layer.answers) as [SettingKey, SettingValue][])
				add(key, {kind: 'answer', place: `your answer to "${fields[key].question}"`, value});
			continue;
		}
		for (const given of layer.given) {
			const key = keyOfName(given.name);
			const strange = key && layer.kind === 'environment' ? strangerIn(fields[key] as Field, given) : undefined;
			if (key === undefined) unreadable.push(unknownName(given));
			else if (strange) passedOver.push(strange);
			else add(key, {kind: layer.kind, place: given.place, text: given.text});
		}
	}
	return {claims, unreadable, passedOver};
}

/** Second pass: the strongest claim read, judged beside the other settings, or else the default. */
function whatItComesTo(claims: ReadonlyMap<SettingKey, readonly Claim[]>, machine: MachineFacts) {
	const settings = {} as Settings;
	const complaints: Complaint[] = [];
	const notes: Complaint[] = [];
	for (const field of fieldList) {
		const {key} = field;
		const byDefault = () => defaultOf(field, settings, machine);
		// Lazily, because a default may follow from any other setting.
		defineLazily(settings, key, () => {
			const [claim] = claims.get(key) ?? [];
			if (!claim) return byDefault();
			const judged =
				'text' in claim ? judgeValue(field, claim.text, settings) : besideOthers(field, claim.value, settings);
			if ('problem' in judged) {
				complaints.push({key, place: claim.place, message: judged.problem, hint: judged.hint});
				return byDefault();
			}
			if (judged.note) notes.push({key, place: claim.place, message: judged.note});
			return judged.value;
		});
	}
	return {settings: {...settings}, complaints, notes};
}

/** The value that counts beside these where nobody says one. */
export const defaultOf = (field: Field, settings: Settings, machine: MachineFacts): SettingValue =>
	typeof field.default === 'function' ? field.default(settings, machine) : field.default;

function originOf([winner, ...losers]: readonly Claim[] = []): Origin {
	return winner
		? {layer: winner.kind, place: winner.place, overrode: losers.map(({place}) => place)}
		: {layer: 'default', place: 'default', overrode: []};
}

// These fields have no `normalise`: a value can be judged before the other settings are known.
function strangerIn(field: Field, {text, place}: Given): Complaint | undefined {
	const parsed = field.sharedName ? field.parse(text) : undefined;
	return parsed && 'problem' in parsed ? foreign(field, place, parsed.problem) : undefined;
}

/** The warning that what the environment says of a setting with a common name does not count, and why. */
export function foreign({key, name}: Pick<Field, 'key' | 'name'>, place: string, reason: string): Complaint {
	return {
		key,
		place,
		message: `passed over, it must be meant for another program: ${reason}`,
		hint: `Say ${name}=… as an argument where it is meant for this one.`,
	};
}

/** What the text means for this setting beside the others, or why it is refused. */
export function judgeValue(field: Field, text: string, settings: Settings): Parsed<SettingValue> {
	const parsed = field.parse(text);
	if ('problem' in parsed) return parsed;
	const judged = besideOthers(field, parsed.value, settings);
	return 'problem' in judged ? judged : {value: judged.value, note: parsed.note ?? judged.note};
}

function besideOthers(field: Field, value: SettingValue, settings: Settings): Parsed<SettingValue> {
	return field.normalise?.(value, settings) ?? {value};
}

function defineLazily(target: object, key: string, compute: () => SettingValue) {
	let known: {value: SettingValue} | undefined;
	Object.defineProperty(target, key, {
		enumerable: true,
		get: () => {
			known ??= {value: compute()};
			return known.value;
		},
	});
}

function unknownName({name, place}: Given): Complaint {
	const meant = didYouMean(name, knownNames());
	return {
		place,
		message: `there is no setting ${quote(name)}`,
		hint: meant ? `Did you mean ${inStyleOf(name, meant)}?` : 'docs/settings.md lists all of them.',
	};
}

function inStyleOf(written: string, name: string) {
	const field = fieldList.find(({key}) => key === keyOfName(name));
	if (!field) return name;
	if (/^[A-Z0-9_]+$/.test(written)) return field.name;
	return written.includes('-') ? field.flag : field.key;
}
