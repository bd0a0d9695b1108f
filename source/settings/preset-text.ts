import {
	Document,
	isAlias,
	isMap,
	isScalar,
	LineCounter,
	type Pair,
	parseDocument,
	Scalar,
	type YAMLMap,
	type YAMLParseError,
} from 'yaml';
import {hasCredentials} from '../text/credentials.ts';
import {repeatedKeyMessage, repeatedKeys} from '../text/repeated-yaml-keys.ts';
import {fields, keyOfName} from './fields.ts';
import type {Complaint, Given, TextLayer} from './layers.ts';
import {migratePreset, presetSchemaVersion} from './preset-migrations.ts';
import type {SettingKey, Settings} from './settings.ts';

/** A preset as it was read; the settings are still text, judged together with the other layers. */
type Preset = {name: string; description: string; given: readonly PresetEntry[]};
type PresetEntry = {name: string; text: string; line: number};
/** `preset` is absent when the text is no preset at all; with complaints it holds what could be read. */
export type ParsedPreset = {preset?: Preset; complaints: readonly Complaint[]};

/** What to write. Settings that follow from their defaults need not be there; without a description the file keeps its own. */
export type PresetContent = {name: string; description?: string; settings: Partial<Settings>};

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
		complain(error.pos[0], yamlProblem(error));
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
		else if (key && !isReference(entry.text) && isSecretIn(key, entry.text)) {
			complain(
				entry.offset,
				`${entry.name} holds a secret, or an address with a password or a query; a preset must not`,
				`Write env:${fields[key].name} and put the value into the environment.`,
				key,
			);
		} else given.push({name: entry.name, text: entry.text, line: at(entry.offset)});
		if (key) seen.set(key, entry.name);
	}
	return {preset: {name, description: scalarText(root.get('description', true)), given}, complaints};
}

/**
 * The layer of a preset. Values `env:NAME` are taken from the environment; a variable that isn't set is complained about.
 */
export function presetLayer(
	{preset, complaints}: ParsedPreset,
	place: string,
	environment: Readonly<Record<string, string | undefined>>,
): TextLayer {
	const given: Given[] = [];
	const missing: Complaint[] = [];
	for (const {name, text, line} of preset?.given ?? []) {
		const variable = isReference(text) ? text.slice('env:'.length) : undefined;
		const value = variable === undefined ? text : environment[variable];
		const where = `${place} line ${line}`;
		if (value) given.push({name, text: value, place: where});
		else if (variable === undefined) given.push({name, text, place: where});
		else missing.push({key: keyOfName(name), place: where, message: `${variable} is not set in the environment`});
	}
	return {kind: 'preset', given, complaints: [...complaints, ...missing]};
}

/**
 * Text of a preset file. With `previous`, the text of the file so far, comments, order, spellings and line ends in it are
 * kept; settings that are no longer given are removed. Secrets are left out.
 * @throws Error when `previous` is no preset, or when the name cannot be a file name
 */
export function formatPreset(content: PresetContent, previous?: string): string {
	const problem = presetNameProblem(content.name);
	if (problem) throw new Error(problem);
	const document =
		previous === undefined ? new Document({}) : parseDocument(previous, {keepSourceTokens: true, uniqueKeys: false});
	if (document.errors.length > 0 || repeatedKeys(document).length > 0 || !isMap(document.contents))
		throw new Error('the file that would be updated is not a preset');
	const refusal = migratePreset(document);
	if (refusal) throw new Error(refusal.message);

	document.set('schemaVersion', presetSchemaVersion);
	document.set('name', content.name);
	if (content.description !== undefined || !document.has('description'))
		document.set('description', content.description ?? '');
	if (!isMap(document.get('settings', true))) document.set('settings', document.createNode({}));
	const settings = document.get('settings', true) as YAMLMap;
	const wanted = new Map(
		Object.entries(content.settings).filter(
			([key, value]) => value !== undefined && !isSecretIn(key as SettingKey, String(value)),
		),
	);
	for (const pair of [...settings.items]) {
		const name = scalarText(pair.key);
		const key = keyOfName(name);
		if (key === undefined || (!wanted.has(key) && !isReference(scalarText(pair.value)))) settings.delete(pair.key);
		else if (wanted.has(key)) {
			writeValue(pair, wanted.get(key));
			wanted.delete(key);
		}
	}
	for (const [key, value] of wanted) {
		const pair = document.createPair(key, value);
		writeValue(pair, value);
		settings.add(pair);
	}
	return asWrittenBefore(document.toString({lineWidth: 0}), previous);
}

/** Why this cannot be the name of a preset, which is also its file name; undefined when it can. */
export function presetNameProblem(name: string): string | undefined {
	if (name === '') return 'the preset has no name';
	return /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)
		? undefined
		: `${JSON.stringify(name)} cannot be a preset's name: lower-case letters, digits, - and _, at most 64`;
}

const topLevel = ['schemaVersion', 'name', 'description', 'settings'];

const isReference = (text: string) => /^env:[A-Za-z_][A-Za-z0-9_]*$/.test(text);

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
function scalarText(node: unknown): string {
	if (!isScalar(node) || isAlias(node)) return '';
	if (node.value === null || node.value === undefined) return '';
	return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

const isEmpty = (node: unknown) => isScalar(node) && node.value === null;

const offsetOf = (node: unknown): number | undefined =>
	typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? node.range[0] : undefined;

// Some editors of Windows want a byte order mark, and both characters at the end of a line.
function asWrittenBefore(text: string, previous = '') {
	const mark = previous.startsWith('\uFEFF') ? '\uFEFF' : '';
	return mark + (previous.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text);
}

function writeValue(pair: Pair, value: unknown) {
	const node = isScalar(pair.value) ? pair.value : new Scalar(value);
	if (node.value !== value) {
		node.value = value;
		delete node.source;
	}
	// Versions such as 24.04 read as numbers without quotes, by other programs at least.
	if (typeof value === 'string' && /^[0-9.]+$/.test(value)) node.type = Scalar.QUOTE_SINGLE;
	pair.value = node;
}
