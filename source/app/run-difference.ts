import {type Artifact, artifactNames, type PublicSettings, type StepId} from '../pipeline/events.ts';
import {initialRunState, type RunState, reduceRun, type StepState} from '../pipeline/run-state.ts';
import type {SettingValue} from '../settings/field-types.ts';
import {fields, settingKeys} from '../settings/fields.ts';
import type {SettingKey} from '../settings/settings.ts';
import type {Place} from './past-runs.ts';
import {eventsOf} from './recorded-events.ts';

/** One side of a step: how it ended, and how long it took. */
type StepEnd = {outcome: string; tookMs?: number};

/** What differs between two runs; what both have alike isn't in it, save for the steps. */
export type RunDifference = {
	before: RunSide;
	after: RunSide;
	settings: {key: SettingKey; title: string; before: SettingValue; after: SettingValue}[];
	steps: {id: StepId; title: string; before?: StepEnd; after?: StepEnd}[];
	artifacts: {kind: Artifact['kind']; title: string; before?: Artifact; after?: Artifact}[];
};

/** What is told of each run: `version` is that of this program. */
export type RunSide = {id: string; version: string; outcome: string; tookMs?: number};

/**
 * Compares two runs by their records; `last` is the newest one.
 * @throws {FixableError} when there is no such run.
 */
export async function differenceOfRuns(place: Place, first: string, second: string): Promise<RunDifference> {
	const [before, after] = await Promise.all([stateOf(place, first), stateOf(place, second)]);
	const ids = [...before.steps, ...after.steps].map(({id}) => id);
	const kinds = [...artifactsOf(before), ...artifactsOf(after)].map(({kind}) => kind);
	return {
		before: sideOf(before, first),
		after: sideOf(after, second),
		settings: differingSettings(before.settings, after.settings),
		steps: [...new Set(ids)].map(id => {
			const [one, other] = [before, after].map(({steps}) => steps.find(step => step.id === id));
			return {id, title: one?.done ?? other?.done ?? id, before: endOf(one), after: endOf(other)};
		}),
		artifacts: [...new Set(kinds)].flatMap(kind => {
			const [one, other] = [before, after].map(state => artifactsOf(state).find(artifact => artifact.kind === kind));
			return isSame(one, other) ? [] : [{kind, title: artifactNames[kind], before: one, after: other}];
		}),
	};
}

const stateOf = async (place: Place, id: string): Promise<RunState> =>
	(await eventsOf(place, id)).reduce(reduceRun, initialRunState);

const artifactsOf = ({steps}: RunState) => steps.flatMap(step => step.artifacts);

const isSame = (one: Artifact | undefined, other: Artifact | undefined) =>
	one?.ref === other?.ref && one?.bytes === other?.bytes && one?.sha256 === other?.sha256;

const differingSettings = (before: PublicSettings, after: PublicSettings): RunDifference['settings'] =>
	settingKeys
		.filter(key => (before[key] ?? '') !== (after[key] ?? ''))
		.map(key => ({key, title: fields[key].title, before: before[key] ?? '', after: after[key] ?? ''}));

function sideOf({run, phase}: RunState, asked: string): RunSide {
	const about = {id: run?.runId ?? asked, version: run?.version ?? ''};
	return phase.kind === 'finished'
		? {...about, outcome: phase.outcome, tookMs: phase.endedAt - phase.startedAt}
		: {...about, outcome: 'not finished'};
}

function endOf(step: StepState | undefined): StepEnd | undefined {
	if (!step || step.phase.kind === 'waiting') return undefined;
	if (step.phase.kind === 'running') return {outcome: 'not finished'};
	const {outcome, startedAt, endedAt} = step.phase;
	return {
		outcome: outcome.kind,
		...(startedAt !== undefined && outcome.kind !== 'skipped' && {tookMs: endedAt - startedAt}),
	};
}
