import {Document, isMap, isScalar, type Pair, parseDocument, Scalar, type YAMLMap} from 'yaml';
import {repeatedKeys} from '../text/repeated-yaml-keys.ts';
import {keyOfName} from './fields.ts';
import {migratePreset, presetSchemaVersion} from './preset-migrations.ts';
import {referenceIn} from './preset-references.ts';
import {isSecretIn, presetNameProblem, scalarText} from './preset-text.ts';
import type {SettingKey, Settings} from './settings.ts';

/** What to write. Settings that follow from their defaults need not be there; without a description the file keeps its own. */
export type PresetContent = {
	name: string;
	description?: string;
	settings: Partial<Settings>;
	/** Settings that the preset only names the place of: `env:UBUNTU_PRO_KEY`. */
	references?: ReadonlyMap<SettingKey, string>;
};

/**
 * Text of a preset file. With `previous`, the text of the file so far, comments, order, spellings and line ends in it are
 * kept; settings that are no longer given are removed. Secrets are left out.
 * @throws Error when `previous` is no preset or has settings that are none here, or when the name cannot be a file name
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
	const wanted = new Map<string, unknown>(
		Object.entries(content.settings).filter(
			([key, value]) => value !== undefined && !isSecretIn(key as SettingKey, String(value)),
		),
	);
	for (const [key, reference] of content.references ?? []) wanted.set(key, reference);
	refuseUnknown(settings);
	for (const pair of [...settings.items]) {
		const key = keyOfName(scalarText(pair.key));
		if (key === undefined) continue;
		if (!wanted.has(key) && !referenceIn(scalarText(pair.value))) settings.delete(pair.key);
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

// Somebody wrote them, perhaps for a newer release: they are neither lost nor kept as if they counted.
function refuseUnknown({items}: YAMLMap) {
	const unknown = items.map(({key}) => scalarText(key)).filter(name => keyOfName(name) === undefined);
	if (unknown.length > 0) throw new Error(`there is no setting ${unknown.join(', ')}`);
}

/**
 * The text of a preset under another name; everything else in it stays as it is, comments too.
 * @throws Error when it is no preset, or when the name cannot be a file name
 */
export function renamedPreset(text: string, name: string): string {
	const problem = presetNameProblem(name);
	if (problem) throw new Error(problem);
	const document = parseDocument(text, {keepSourceTokens: true, uniqueKeys: false});
	if (document.errors.length > 0 || repeatedKeys(document).length > 0 || !isMap(document.contents))
		throw new Error('it is not a preset');
	const refusal = migratePreset(document);
	if (refusal) throw new Error(refusal.message);
	document.set('name', name);
	return asWrittenBefore(document.toString({lineWidth: 0}), text);
}

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
