import {judgeSettings} from '../compatibility/judge-settings.ts';
import type {Host} from '../host/host.ts';
import {ownCommand} from '../own-command.ts';
import {type RunOptions, wholeRun} from '../pipeline/step.ts';
import type {MachineFacts} from '../settings/field-types.ts';
import {fields, keyOfName} from '../settings/fields.ts';
import {environmentLayer} from '../settings/layer-sources.ts';
import {foreign, type Layer, resolveSettings} from '../settings/layers.ts';
import {namedPaths, withAbsolutePaths} from '../settings/path-settings.ts';
import type {Settings} from '../settings/settings.ts';
import type {AskValue} from './actions.ts';
import {judgeNamedFiles} from './check-named-files.ts';
import {factsFor} from './facts-for-settings.ts';
import {type Invocation, pathBase} from './invocation.ts';
import {type FoundPreset, findPreset} from './preset-files.ts';
import {layerOfPreset, withAnswersOfPerson} from './preset-values.ts';
import {allComplaints, type JudgedSettings, refuse, warningLine} from './settings-complaints.ts';

export type LoadedSettings = JudgedSettings & {
	/** The same settings with paths as they were written, for presets. */
	asWritten: Settings;
	/** Name of the preset, or of the builder where none was given. */
	presetName: string;
};

/** What a call is going to do with its settings, for the rules that are about that. */
type Intent = Pick<RunOptions, 'push' | 'smokeTest'>;

/** Settings of a call: every layer merged and judged, paths made absolute, nothing thrown but an unknown preset. */
export async function loadSettings(
	invocation: Invocation,
	intent: Intent = wholeRun,
	ask?: AskValue,
): Promise<LoadedSettings> {
	const {env, preset} = invocation;
	const found = preset === undefined ? undefined : await findPreset(invocation, preset);
	const layers = await withAnswersOfPerson(
		[...invocation.layers, environmentLayer(env), ...(found ? [await layerOfPreset(invocation, found)] : [])],
		ask,
	);
	const loaded = await loadLayers(invocation, layers, intent);
	return {...loaded, presetName: found?.name ?? loaded.presetName};
}

async function loadLayers(invocation: Invocation, layers: readonly Layer[], intent: Intent): Promise<LoadedSettings> {
	const judged = await judgeLayers(invocation, layers, intent);
	const {settings, origins} = judged;
	const named = namedPaths(settings, pathBase(invocation)).filter(
		({key}) =>
			origins[key].layer !== 'default' &&
			// What a build takes only where it exists is free to be missing under its usual name.
			settings[key] !== fields[key].default &&
			fields[key].builders.includes(settings.builder),
	);
	return {
		...judged,
		complaints: [...judged.complaints, ...(await judgeNamedFiles(named, ({key}) => origins[key].place))],
		settings: withAbsolutePaths(settings, pathBase(invocation)),
		asWritten: settings,
		presetName: settings.builder,
	};
}

/** Resolves and judges the layers; a rehearsal goes on without what the environment says under a common name and it can't be. */
async function judgeLayers(invocation: Invocation, layers: readonly Layer[], intent: Intent): Promise<JudgedSettings> {
	const resolved = resolveSettings({layers, machine: machineFacts(invocation.host)});
	const {later} = resolved;
	// What a person will only be asked for can't be judged yet.
	const findings = judgeSettings(resolved.settings, await factsFor(invocation, resolved.settings, intent)).filter(
		({keys}) => !keys.some(key => later.includes(key)),
	);
	if (resolved.settings.builder !== 'rehearsal') return {...resolved, findings};
	const strange = findings
		.filter(({severity}) => severity === 'error')
		.flatMap(({keys, message}) => {
			const key = keys.find(one => fields[one].sharedName && resolved.origins[one].layer === 'environment');
			return key ? [foreign(fields[key], resolved.origins[key].place, message)] : [];
		});
	if (strange.length === 0) return {...resolved, findings};
	const keys = strange.map(({key}) => key);
	const others = layers.map(layer =>
		layer.kind === 'environment'
			? {...layer, given: layer.given.filter(({name}) => !keys.includes(keyOfName(name)))}
			: layer,
	);
	const without = await judgeLayers(invocation, others, intent);
	return {...without, passedOver: [...without.passedOver, ...strange]};
}

/** A preset judged by itself: what the caller and the environment say doesn't count. */
export const judgePreset = async (invocation: Invocation, found: FoundPreset): Promise<LoadedSettings> =>
	loadLayers(invocation, [await layerOfPreset(invocation, found)], {push: false, smokeTest: false});

/**
 * The same, for commands that can't go on with wrong settings. Tells on standard error what was passed over.
 * @param ask Is asked for what the preset leaves to the beginning of a run; a dry run goes on without it.
 * @throws {FixableError} `settings` (exit 2) with all complaints at once, each with its place.
 */
export async function loadRightSettings(
	invocation: Invocation,
	intent: Intent = wholeRun,
	ask?: AskValue,
): Promise<LoadedSettings> {
	const {dryRun} = invocation;
	const loaded = await loadSettings(invocation, intent, dryRun ? undefined : ask);
	return tellPassedOver(invocation, onlyRight(loaded, {isRun: !dryRun}));
}

/**
 * The same, for commands that build nothing: settings that don't fit together don't matter to them.
 * @throws {FixableError} `settings` (exit 2) when values can't be read.
 */
export async function loadReadableSettings(invocation: Invocation): Promise<LoadedSettings> {
	const loaded = await loadSettings(invocation);
	refuse(loaded.complaints);
	return tellPassedOver(invocation, loaded);
}

function tellPassedOver({tell}: Invocation, loaded: LoadedSettings): LoadedSettings {
	for (const warning of loaded.passedOver) tell(`${warningLine(warning)}\n`);
	return loaded;
}

function onlyRight(loaded: LoadedSettings, {isRun}: {isRun: boolean}): LoadedSettings {
	const unasked = (isRun ? loaded.later : []).map(key => ({
		key,
		place: key,
		message: 'the preset has it asked for when a run begins, and here nobody can be asked',
		hint: `Begin the run by ${ownCommand('build')} on a terminal, or give ${fields[key].name} in the environment.`,
	}));
	refuse([...allComplaints(loaded), ...unasked]);
	return loaded;
}

/**
 * Settings of a run that the menu starts or that is repeated: what the wizard was told, or those of a preset.
 * @throws {FixableError} as `loadRightSettings`.
 */
export async function loadStartSettings(
	invocation: Invocation,
	{preset, layers}: {preset?: string; layers?: readonly Layer[]},
	ask?: AskValue,
): Promise<LoadedSettings> {
	const isRun = !invocation.dryRun;
	const loaded = layers
		? await loadLayers(invocation, await withAnswersOfPerson(layers, isRun ? ask : undefined), wholeRun)
		: await loadSettings({...invocation, preset}, wholeRun, isRun ? ask : undefined);
	return {...onlyRight(loaded, {isRun}), presetName: preset ?? loaded.presetName};
}

export const machineFacts = ({machine}: Host): MachineFacts => ({
	osId: machine.os.id,
	osVersion: machine.os.versionId,
	arch: machine.arch,
});
