import {fields, keyOfName} from '../settings/fields.ts';
import type {Given, Layer, Resolved, TextLayer} from '../settings/layers.ts';
import {absolutePath} from '../settings/path-settings.ts';
import {type Referred, referenceIn} from '../settings/preset-references.ts';
import {presetLayer} from '../settings/preset-text.ts';
import type {SettingKey} from '../settings/settings.ts';
import type {AskValue} from './actions.ts';
import {type Invocation, pathBase} from './invocation.ts';
import type {FoundPreset} from './preset-files.ts';

/** The layer of a preset, with what it refers to looked up in environment and files; what a person is asked for comes later. */
export async function layerOfPreset(
	invocation: Pick<Invocation, 'host' | 'workspace' | 'env'>,
	{parsed, path}: Pick<FoundPreset, 'parsed' | 'path'>,
): Promise<TextLayer> {
	const referred = new Map<string, Referred>();
	for (const {name, text} of parsed.preset?.given ?? []) {
		const reference = referenceIn(text);
		if (reference?.kind === 'file') referred.set(name, await firstLine(invocation, reference.path));
	}
	return presetLayer(parsed, path, invocation.env, referred);
}

/** These layers with what a person is asked for, as far as none of them gives it; without `ask` they stay as they are. */
export async function withAnswersOfPerson(
	layers: readonly Layer[],
	ask: AskValue | undefined,
): Promise<readonly Layer[]> {
	if (!ask) return layers;
	const isGiven = new Set(
		layers.flatMap(layer =>
			'given' in layer ? layer.given.map(({name}) => keyOfName(name)) : Object.keys(layer.answers),
		),
	);
	const later = layers.flatMap(layer => ('later' in layer ? (layer.later ?? []) : [])).filter(key => !isGiven.has(key));
	const given: Given[] = [];
	for (const key of later)
		given.push({name: key, text: await ask(key), place: `your answer to "${fields[key].question}"`});
	return [...layers, {kind: 'argument', given}];
}

/** What that preset only names the place of, as far as nothing else was given. */
export function referencesStill(
	{parsed}: Pick<FoundPreset, 'parsed'>,
	{origins, later}: Pick<Resolved, 'origins' | 'later'>,
): ReadonlyMap<SettingKey, string> {
	return new Map(
		(parsed.preset?.given ?? []).flatMap(({name, text}) => {
			const key = keyOfName(name);
			const isStill = key && (origins[key].layer === 'preset' || later.includes(key));
			return isStill && referenceIn(text) ? [[key, text] as const] : [];
		}),
	);
}

async function firstLine(
	{host, workspace}: Pick<Invocation, 'host' | 'workspace'>,
	written: string,
): Promise<Referred> {
	const path = absolutePath(written, pathBase({host, workspace}));
	const hint = 'Paths of a preset begin in the workspace.';
	try {
		const info = await host.files.info(path, {follow: true});
		if (!info) return {problem: `${path} does not exist`, hint};
		const text = await host.files.readText(path, {limit: largestFile});
		const [value = ''] = (text ?? '').split('\n', 1);
		if (value.trim() === '') return {problem: `the first line of ${path} is empty`, hint: 'Put the value there.'};
		const isOpen = (info.mode & 0o044) !== 0;
		return {value: value.trim(), note: isOpen ? `others on this machine may read ${path}: chmod 600` : undefined};
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		return {problem: code === 'EACCES' ? `${path} may not be read` : message, hint};
	}
}

// A value is a line; what is larger is another file.
const largestFile = 64 * 1024;
