import {dirname, join} from 'node:path';
import {releaseFacts} from '../builders/canvos/source/release-facts.ts';
import {FixableError} from '../errors.ts';
import {importArg} from '../settings/arg-import.ts';
import {declaredArguments} from '../settings/canvos-arguments.ts';
import {keyOfName} from '../settings/fields.ts';
import {resolveSettings} from '../settings/layers.ts';
import {formatPreset, renamedPreset} from '../settings/preset-format.ts';
import {referenceIn} from '../settings/preset-references.ts';
import {parsePreset, presetLayer, presetNameProblem} from '../settings/preset-text.ts';
import type {Settings} from '../settings/settings.ts';
import {describeSettings} from '../wizard/preset-of-answers.ts';
import type {Invocation} from './invocation.ts';
import {machineFacts} from './load-settings.ts';
import {differenceOfContents, type SettingDifference} from './preset-difference.ts';
import {listPresets, type SaveOptions, writePreset} from './preset-files.ts';
import type {Place} from './preset-places.ts';
import {isAddress, type PresetSource, readPresetSource} from './preset-source.ts';
import {refuse} from './settings-complaints.ts';

/** A preset that is not saved yet. */
export type ImportedPreset = {
	name: string;
	/** Text of its file. */
	text: string;
	/** Path or address that it is from. */
	place: string;
	/** Whether there is a preset of that name, which saving would replace. */
	exists: boolean;
	/** From that preset, or from the defaults where there is none. */
	difference: readonly SettingDifference[];
	/** What was left out or passed on, and what the source doesn't say. */
	remarks: readonly string[];
};

/**
 * What a preset file or a `.arg`, at a path or an https address, would be as a preset. Saves nothing.
 * @throws {FixableError} for what can't be read, values that no setting takes, and names that can't be used.
 */
export async function importPreset(
	invocation: Invocation,
	from: string,
	{name: wanted}: {name?: string} = {},
): Promise<ImportedPreset> {
	const source = await readPresetSource(invocation, from);
	const isArg = /\.arg[^/]*$/.test(source.place) || (!/\.ya?ml$/.test(source.place) && looksLikeArg(source.text));
	const {name, text, remarks} = isArg
		? await fromArg(invocation, source, wanted ?? source.suggested)
		: fromPreset(invocation, source, wanted);
	const same = (await listPresets(invocation)).find(preset => preset.name === name);
	if (same?.builtIn) {
		throw new FixableError('preset-built-in', `${name} comes with edge-builder and is not replaced`, {
			hint: 'Give it another name by --name.',
			exit: 'usage',
		});
	}
	const content = {parsed: parsePreset(text, source.place), path: source.place};
	const difference = await differenceOfContents(invocation, same, content);
	return {name, text, place: source.place, exists: same !== undefined, difference, remarks};
}

/** Saves what `importPreset` gave, and returns the path. */
export const saveImported = (place: Place, {name, text}: ImportedPreset, options: SaveOptions): Promise<string> =>
	writePreset(place, name, options, () => text);

const looksLikeArg = (text: string) => /^\s*(export\s+)?[A-Z][A-Z0-9_]*=/m.test(text);

async function fromArg(invocation: Invocation, {text, place}: PresetSource, name: string) {
	const {host} = invocation;
	refuseName(name);
	const {layer, fromEnvironment, remarks} = importArg(text, place, await argumentsFor(invocation, place));
	const {settings, complaints, notes} = resolveSettings({layers: [layer], machine: machineFacts(host)});
	refuse(complaints);
	const keys = layer.given.flatMap(given => keyOfName(given.name) ?? []);
	const content = {
		name,
		description: describeSettings(settings),
		settings: Object.fromEntries(keys.map(key => [key, settings[key]])) as Partial<Settings>,
		references: new Map([...fromEnvironment].map(([key, variable]) => [key, `env:${variable}`] as const)),
	};
	return {name, text: formatPreset(content), remarks: [...notes.map(({message}) => `${message}.`), ...remarks]};
}

// Most lie in a clone of CanvOS, beside the Earthfile that they are for; the preset is for the usual release at first.
async function argumentsFor({host, workspace}: Invocation, place: string): Promise<readonly string[]> {
	const {settings} = resolveSettings({layers: [], machine: machineFacts(host)});
	const beside = isAddress(place) ? undefined : await host.files.readText(join(dirname(place), 'Earthfile'));
	const {earthfileArguments = []} = await releaseFacts({host, workspace, settings});
	return [...earthfileArguments, ...declaredArguments(beside ?? '')];
}

function fromPreset({host}: Invocation, {text, place, suggested}: PresetSource, wanted: string | undefined) {
	const parsed = parsePreset(text, place);
	const {preset, complaints} = parsed;
	// A name that is missing or can't be one is no obstacle where another is given.
	refuse(preset && wanted ? complaints.filter(({message}) => message !== presetNameProblem(preset.name)) : complaints);
	const name = wanted ?? preset?.name ?? suggested;
	refuseName(name);
	// What a value refers to may be missing here; the values that stand there must be right.
	const given = preset?.given.filter(entry => referenceIn(entry.text) === undefined) ?? [];
	const layer = presetLayer({preset: preset && {...preset, given}, complaints: []}, place, {});
	const resolved = resolveSettings({layers: [layer], machine: machineFacts(host)});
	refuse(resolved.complaints);
	const remarks = (preset?.given ?? []).flatMap(entry => {
		const reference = referenceIn(entry.text);
		return reference?.kind === 'file' ? [`${entry.name} is read from ${reference.path} of this machine.`] : [];
	});
	return {name, text: name === preset?.name ? text : renamedPreset(text, name), remarks};
}

function refuseName(name: string) {
	const problem = presetNameProblem(name);
	if (problem) throw new FixableError('preset-name', problem, {hint: 'Give it a name by --name.', exit: 'usage'});
}
