import type {MachineFacts} from '../settings/field-types.ts';
import {resolveSettings} from '../settings/layers.ts';
import {outputNames} from '../settings/output-names.ts';
import {withAbsolutePaths} from '../settings/path-settings.ts';
import {presetNameProblem} from '../settings/preset-text.ts';
import type {AppActions} from './actions.ts';
import {createComparison} from './home-differences.ts';
import {type Invocation, pathBase} from './invocation.ts';
import {hasEnded, listRuns} from './past-runs.ts';
import type {PresetChanges} from './preset-changes.ts';
import {findPreset, listPresets, savePreset} from './preset-files.ts';
import {layerOfPreset, referencesStill} from './preset-values.ts';

type PresetActions = PresetChanges & Pick<AppActions, 'listPresets' | 'checkPresetName' | 'savePreset'>;

/** What the screens can do with presets. */
export function presetActions(invocation: Invocation, machine: MachineFacts): PresetActions {
	const changes = async () => (await import('./lazy-imports.ts')).presetChanges(invocation);
	return {
		async listPresets() {
			const {builderOf} = await import('./lazy-imports.ts');
			const [presets, runs] = await Promise.all([listPresets(invocation), listRuns(invocation)]);
			const compare = createComparison(invocation, presets);
			return Promise.all(
				presets.map(async preset => {
					const {settings: written, complaints} = resolveSettings({
						layers: [await layerOfPreset(invocation, preset)],
						machine,
					});
					const given = withAbsolutePaths(written, pathBase(invocation));
					const settings = await builderOf(given)
						.resolve(given, invocation)
						.catch(() => given);
					const names = outputNames(settings);
					const last = runs.find(run => run.preset === preset.name && run.isBuild && hasEnded(run));
					return {
						name: preset.name,
						description: preset.parsed.preset?.description ?? '',
						origin: preset.origin === 'elsewhere' ? 'workspace' : preset.origin,
						builder: settings.builder,
						imageReference: names.providerImage,
						isoName: names.isoFile,
						problem: complaints[0] && `${complaints[0].place}: ${complaints[0].message}`,
						lastRun:
							last && hasEnded(last)
								? {at: last.startedAt, outcome: last.outcome, durationMs: last.tookMs, id: last.id}
								: undefined,
						fromBase: preset.builtIn ? undefined : compare(given),
					};
				}),
			);
		},
		async checkPresetName(name) {
			const refused = presetNameProblem(name);
			if (refused) return {refused};
			const same = (await listPresets(invocation)).find(preset => preset.name === name);
			return same?.builtIn
				? {refused: `${name} comes with edge-builder. Choose another name.`}
				: {exists: same !== undefined};
		},
		async savePreset({from, ...content}) {
			// One that is gone meanwhile names nothing any more.
			const began = from && (await findPreset(invocation, from.preset).catch(() => undefined));
			const references = from && began && referencesStill(began, from);
			await savePreset(invocation, {...content, references}, {replace: true});
		},
		deletePreset: async name => (await changes()).deletePreset(name),
		restorePreset: async name => (await changes()).restorePreset(name),
		duplicatePreset: async (name, copy) => (await changes()).duplicatePreset(name, copy),
		renamePreset: async (name, to) => (await changes()).renamePreset(name, to),
		lookAtImport: async (from, name) => (await changes()).lookAtImport(from, name),
		saveImport: async imported => (await changes()).saveImport(imported),
		exportPreset: async (name, to) => (await changes()).exportPreset(name, to),
		comparePresets: async (before, after) => (await changes()).comparePresets(before, after),
	};
}
