import {isAlias, isMap, isScalar, LineCounter, type Pair, parseDocument, type YAMLMap, type YAMLParseError} from 'yaml';
import {hasCredentials} from '../text/credentials.ts';
import {repeatedKeyMessage, repeatedKeys} from '../text/repeated-yaml-keys.ts';
import {fields, keyOfName} from './fields.ts';
import type {Complaint, Given, TextLayer} from './layers.ts';
import {migratePreset} from './preset-migrations.ts';
import {type Referred, referenceIn} from './preset-references.ts';
import type {SettingKey} from './settings.ts';

/** A preset as it was read; the settings are still text, judged together with the other layers. */
type Preset = {name: string; description: string; given: readonly PresetEntry[]};
type PresetEntry = {name: string; text: string; line: number};
/** `preset` is absent when the text is no preset at all; with complaints it holds what could be read. */
export type ParsedPreset = {preset?: Preset; complaints: readonly Complaint[]};

/**
 * Reads the text of a preset file. `place` is its path, for the complaints.
 * Secrets may only be named (`env:UBUNTU_PRO_KEY`), so that presets can be shared.
 */
export function parsePreset(text: string, place: string): ParsedPreset {
	const lines = new LineCounter();
	const document = parseDocument(text, {lineCounter: lines, uniqueKeys: false});
	const at = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line);
	const complaints: Complaint[] = [];
	const complain = (offset: number | undefined, message: string, hint?: string, key?: SettingKey) =>
		complaints.push({key, place: `${place} line ${at(offset)}`, message, hint});

	// One mistake can be the cause of all that follow.
	const [error] = document.errors;
	if (error) {
		const isPrompt = /:[ \t]+prompt:[ \t]*$/m.test(
			text.slice(text.lastIndexOf('\n', error.pos[0] - 1) + 1).split('\n', 1)[0] ?? '',
		);
		complain(error.pos[0], yamlProblem(error), isPrompt ? "Put quotes around it: 'prompt:'" : undefined);
		return {complaints};
	}
	const [repeated] = repeatedKeys(document);
	if (repeated !== undefined) {
		complain(repeated, `this is not YAML: ${repeatedKeyMessage}`);
		return {complaints};
	}
	if (!isMap(document.contents)) {
		complain(0, 'a preset is a map with schemaVersion, name, description and settings');
		return {complaints};
	}
	const refusal = migratePreset(document);
	if (refusal) {
		complain(0, refusal.message, refusal.hint);
		return {complaints};
	}

	const root = document.contents as YAMLMap;
	for (const pair of root.items) {
		const name = scalarText(pair.key);
		if (!topLevel.includes(name))
			complain(
				offsetOf(pair.key),
				`there is no ${JSON.stringify(name)} in a preset`,
				`Known are ${topLevel.join(', ')}.`,
			);
	}
	const name = scalarText(root.get('name', true));
	const problem = presetNameProblem(name);
	if (problem) complain(offsetOf(root.get('name', true)), problem);

	const given: PresetEntry[] = [];
	const seen = new Map<SettingKey, string>();
	const settings = root.get('settings', true);
	if (settings !== undefined && !isMap(settings) && !isEmpty(settings)) {
		complain(offsetOf(settings), 'settings is not a map of names and values');
	}
	for (const pair of isMap(settings) ? settings.items : []) {
		const entry = readEntry(pair);
		const key = keyOfName(entry.name);
		const earlier = key && seen.get(key);
		if (entry.text === undefined)
			complain(entry.offset, `${entry.name} has no single value`, 'Write one text, number, true or false.', key);
		else if (earlier)
			complain(entry.offset, `${entry.name} is the same setting as ${earlier} above`, 'Remove one of them.', key);
		else if (key && !referenceIn(entry.text) && isSecretIn(key, entry.text)) {
			complain(
				entry.offset,
				`${entry.name} holds a secret, or an address with a password or a query; a preset must not`,
				`Write env:${fields[key].name} and put the value into the environment, or file: and a path, or 'prompt:' in quotes.`,
				key,
			);
		} else given.push({name: entry.name, text: entry.text, line: at(entry.offset)});
		if (key) seen.set(key, entry.name);
	}
	return {preset: {name, description: scalarText(root.get('description', true)), given}, complaints};
}

/**
 * The layer of a preset. Values `env:NAME` are taken from the environment; a variable that isn't set is complained about.
 * @param referred What other references led to, by the name of the setting as it stands in the preset; what is asked of a
 * person only when a run begins isn't there yet.
 */
export function presetLayer(
	{preset, complaints}: ParsedPreset,
	place: string,
	environment: Readonly<Record<string, string | undefined>>,
	referred: ReadonlyMap<string, Referred> = new Map(),
): TextLayer {
	const given: Given[] = [];
	const missing: Complaint[] = [];
	const notes: Complaint[] = [];
	const later: SettingKey[] = [];
	for (const {name, text, line} of preset?.given ?? []) {
		const where = `${place} line ${line}`;
		const key = keyOfName(name);
		const reference = referenceIn(text);
		const found =
			reference === undefined
				? {value: text}
				: reference.kind === 'env'
					? inEnvironment(reference.name, environment)
					: referred.get(name);
		if (found === undefined) later.push(...(key ? [key] : []));
		else if ('problem' in found) missing.push({key, place: where, message: found.problem, hint: found.hint});
		else given.push({name, text: found.value, place: where});
		if (found && 'note' in found && found.note) notes.push({key, place: where, message: found.note});
	}
	return {kind: 'preset', given, complaints: [...complaints, ...missing], notes, later};
}

function inEnvironment(name: string, environment: Readonly<Record<string, string | undefined>>): Referred {
	const value = environment[name];
	return value ? {value} : {problem: `${name} is not set in the environment`};
}

/** Why this cannot be the name of a preset, which is also its file name; undefined when it can. */
export function presetNameProblem(name: string): string | undefined {
	if (name === '') return 'the preset has no name';
	return new RegExp(presetNamePattern).test(name)
		? undefined
		: `${JSON.stringify(name)} cannot be a preset's name: lower-case letters, digits, - and _, single dots between them, at most 64`;
}

/** Names of presets, also for editors: no file name of a preset among them. */
export const presetNamePattern = '^(?=.{1,64}$)(?!.*\\.ya?ml$)[a-z0-9][a-z0-9_-]*(\\.[a-z0-9_-]+)*$';

const topLevel = ['schemaVersion', 'name', 'description', 'settings'];

/** Whether a preset, which people share, must not hold this value. */
export const isSecretIn = (key: SettingKey, text: string) =>
	(fields[key].secret && text !== '') || hasCredentials(text);

const readEntry = (pair: Pair): {name: string; text?: string; offset?: number} => ({
	name: scalarText(pair.key),
	text: isScalar(pair.value) ? scalarText(pair.value) : undefined,
	offset: offsetOf(pair.key),
});

// The line is told already, and the excerpt would need a screen of its own.
const yamlProblem = ({code, message}: YAMLParseError) =>
	code === 'MULTIPLE_DOCS'
		? 'this is more than one YAML document'
		: `this is not YAML: ${message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}`;

/** The text as it was written: `24.10` must not become the number 24.1. */
export function scalarText(node: unknown): string {
	if (!isScalar(node) || isAlias(node)) return '';
	if (node.value === null || node.value === undefined) return '';
	return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

const isEmpty = (node: unknown) => isScalar(node) && node.value === null;

const offsetOf = (node: unknown): number | undefined =>
	typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? node.range[0] : undefined;
