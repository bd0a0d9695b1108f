import {knownPeVersion} from '../compatibility/canvos-release-lines.ts';
import type {PublicSettings, StepId} from '../pipeline/events.ts';
import {partRun, type RunOptions, wholeRun} from '../pipeline/step.ts';
import type {MachineFacts, SettingValue} from '../settings/field-types.ts';
import {fields, settingKeys} from '../settings/fields.ts';
import {environmentLayer} from '../settings/layer-sources.ts';
import {type Answers, type Layer, resolveSettings} from '../settings/layers.ts';
import {withAbsolutePaths} from '../settings/path-settings.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {masked} from '../text/credentials.ts';
import {type Invocation, pathBase} from './invocation.ts';
import {type RunRequested, requestOf} from './past-runs.ts';
import {type FoundPreset, listPresets} from './preset-files.ts';
import {layerOfPreset} from './preset-values.ts';

/** What a run was asked for, in the form in which it can be asked for again. */
export type AskedFor = {
	/** Absent where its name is only that of a builder, or of a preset that is gone. */
	preset?: string;
	/** What makes the difference between what counts without an answer and what the run had; no secrets. */
	answers: Answers;
	/** Flags, arguments, environment, and the preset. */
	layers: readonly Layer[];
	options: RunOptions;
	/** The part of the pipeline; undefined for a build. */
	steps?: readonly StepId[];
};

/**
 * Finds in its record what a run was asked for. Passwords and keys are no part of a record: they count as they are given now.
 * @throws {FixableError} when the record doesn't tell it any more.
 */
export async function askedForIn(invocation: Invocation, machine: MachineFacts, id: string): Promise<AskedFor> {
	const request = await requestOf(invocation, id);
	const preset = (await listPresets(invocation)).find(({name}) => name === request.run.preset);
	const layers = await layersBelow(invocation, preset);
	return {
		preset: preset?.name,
		layers,
		answers: answersBetween(request.settings, answers =>
			withAbsolutePaths(
				resolveSettings({layers: [{kind: 'answer', answers}, ...layers], machine}).settings,
				pathBase(invocation),
			),
		),
		...howItRan(request),
	};
}

/** What counts below answers: flags, arguments, environment, and this preset. */
export const layersBelow = async (
	invocation: Invocation,
	preset: FoundPreset | undefined,
): Promise<readonly Layer[]> => [
	...invocation.layers,
	environmentLayer(invocation.env),
	...(preset ? [await layerOfPreset(invocation, preset)] : []),
];

/** The answers that lead to these recorded settings. */
function answersBetween(recorded: PublicSettings, settingsWith: (answers: Answers) => Settings): Answers {
	let answers: Answers = {};
	// A default may follow from a setting that comes later; then what was right before has to be said as well.
	for (let round = 0; round < 3; round++) {
		const before = answers;
		let settings = settingsWith(answers);
		for (const key of settingKeys) {
			const value = valueIn(recorded, key);
			if (value === undefined || value === settings[key] || isFilledIn(key, value, settings)) continue;
			answers = {...answers, [key]: value};
			settings = settingsWith(answers);
		}
		if (answers === before) break;
	}
	return answers;
}

/** A recorded value, where it can still be one of this setting. */
function valueIn(recorded: PublicSettings, key: SettingKey): SettingValue | undefined {
	const text = String(recorded[key] ?? '');
	if (recorded[key] === undefined || fields[key].secret || text.includes(masked)) return undefined;
	const parsed = fields[key].parse(text);
	return 'value' in parsed ? parsed.value : undefined;
}

// What builders fill in by themselves was nobody's answer.
function isFilledIn(key: SettingKey, value: SettingValue, {canvosRef, builder}: Settings) {
	if (key === 'docaSource') return builder === 'rehearsal';
	return key === 'peVersion' && [knownPeVersion(canvosRef), canvosRef, 'v0.0.0'].includes(String(value));
}

function howItRan({plan}: RunRequested): Pick<AskedFor, 'options' | 'steps'> {
	const runs = (id: StepId) => plan.some(step => step.id === id && step.skip === undefined);
	const ids = plan.map(({id}) => id);
	if (ids.includes('provider-image')) {
		return {options: {...wholeRun, smokeTest: runs('smoke-test'), push: runs('push')}};
	}
	return {
		options: {...partRun, keepTree: ids.includes('prepare-source')},
		// What packs a bundle is no step of the pipeline, and only its command has it.
		steps: ids.filter(id => id !== 'pack-bundle'),
	};
}
