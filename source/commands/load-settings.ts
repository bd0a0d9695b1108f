import {releaseFacts} from '../builders/canvos/releases.ts';
import {type Facts, type Finding, judge} from '../compatibility/index.ts';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import type {MachineFacts} from '../settings/field-types.ts';
import {environmentLayer, flagLayer} from '../settings/layer-sources.ts';
import {type Complaint, type Resolved, resolveSettings} from '../settings/layers.ts';
import {presetLayer} from '../settings/presets.ts';
import type {Settings} from '../settings/settings.ts';
import type {Invocation} from './invocation.ts';
import {findPreset} from './preset-files.ts';

export type LoadedSettings = Resolved & {
	/** Name of the preset, or of the builder where none was given. */
	presetName: string;
	/** What the compatibility rules say; errors among them are complaints too. */
	findings: readonly Finding[];
};

/** Settings of a call: every layer merged and judged, nothing thrown but an unknown preset. */
export const loadSettings = async (invocation: Invocation): Promise<LoadedSettings> => {
	const {env, preset} = invocation;
	const found = preset === undefined ? undefined : await findPreset(invocation, preset);
	const layers = [
		...invocation.layers,
		environmentLayer(env),
		...(found ? [presetLayer(found.parsed, found.path, env)] : []),
	];
	const resolved = resolveSettings({layers, machine: machineFacts(invocation.host)});
	const findings = judge(resolved.settings, await factsFor(invocation, resolved.settings));
	return {...resolved, presetName: found?.name ?? resolved.settings.builder, findings};
};

/** What the rules can be told without asking the network: this machine, and the chosen release as far as it is known. */
const factsFor = async ({host, workspace}: Invocation, settings: Settings): Promise<Facts> => {
	const machine = machineFacts(host);
	if (settings.builder !== 'canvos') return {machine};
	const {kubernetesVersions, peVersion} = await releaseFacts({host, workspace, settings});
	return {machine, kubernetesVersions, earthfilePeVersion: peVersion};
};

/**
 * The same, for commands that can't go on with wrong settings.
 * @throws {FixableError} `settings` (exit 2) with all complaints at once, each with its place.
 */
export const loadRightSettings = async (invocation: Invocation): Promise<LoadedSettings> => {
	const loaded = await loadSettings(invocation);
	const complaints = allComplaints(loaded);
	if (complaints.length === 0) return loaded;
	const lines = complaints.map(({place, message, hint}) => `  ${place}: ${message}${hint ? `\n    → ${hint}` : ''}`);
	const count = complaints.length === 1 ? 'One setting is' : `${complaints.length} settings are`;
	throw new FixableError('settings', `${count} not right:\n${lines.join('\n')}`, {exit: 'usage'});
};

/**
 * Settings of a run that the menu starts: those of the wizard's answers, or of a preset.
 * @throws {FixableError} as `loadRightSettings`.
 */
export const loadStartSettings = async (
	invocation: Invocation,
	{preset, settings}: {preset?: string; settings?: Settings},
): Promise<LoadedSettings> => {
	const loaded = await loadRightSettings(settings ? withAnswers(invocation, settings) : {...invocation, preset});
	return {...loaded, presetName: preset ?? loaded.presetName};
};

/** The call as it would be with these answers instead of flags and preset. */
export const withAnswers = (invocation: Invocation, answers: Partial<Settings> | undefined): Invocation =>
	answers ? {...invocation, preset: undefined, layers: [flagLayer(answers)]} : invocation;

/** What must be mended before a build: values that can't be read, and combinations that will not build. */
export const allComplaints = ({complaints, findings, origins}: LoadedSettings): Complaint[] => [
	...complaints,
	...findings
		.filter(({severity}) => severity === 'error')
		.map(({id, keys, message, hint}) => {
			const key = keys.find(one => origins[one].layer !== 'default') ?? keys[0];
			return {key, place: key ? `${key} (${origins[key].place})` : id, message: `${message} [${id}]`, hint};
		}),
];

export const machineFacts = ({machine}: Host): MachineFacts => ({
	osId: machine.os.id,
	osVersion: machine.os.versionId,
	arch: machine.arch,
});
