import {afterReading, type Filling} from './disk-forecast.ts';
import type {
	Artifact,
	BuildNode,
	CheckResult,
	DiskReading,
	Failure,
	PipelineEvent,
	PlannedStep,
	Progress,
	PublicSettings,
	RunHeader,
	RunOutcome,
	StepId,
	StepOutcome,
	UsualTimes,
} from './events.ts';
import {shareOf} from './run-progress.ts';
import {afterSign, type Silences} from './silences.ts';

/** A step as a reader of the stream sees it. */
export type StepState = PlannedStep & {
	checks: readonly CheckResult[];
	artifacts: readonly Artifact[];
	progress?: Progress;
	phase:
		| {kind: 'waiting'}
		| {kind: 'running'; startedAt: number}
		| {kind: 'finished'; startedAt?: number; endedAt: number; outcome: StepOutcome};
};

export type RunPhase =
	| {kind: 'not-started'}
	| {kind: 'running'; startedAt: number}
	| {kind: 'finished'; startedAt: number; endedAt: number; outcome: RunOutcome; failure?: Failure};

/** Everything a reader knows of a run, log lines aside. Rebuilt by folding the events. */
export type RunState = {
	phase: RunPhase;
	run?: RunHeader;
	settings: PublicSettings;
	steps: readonly StepState[];
	/** Build tree, in order of first appearance, by step and id: two builds may call a command of both the same. */
	nodes: ReadonlyMap<string, BuildNode & {step: StepId}>;
	machine?: {cpu: number; memory: number; disks: readonly DiskReading[]};
	/** What was free of each disk in the last minutes, by its path. */
	fillings: ReadonlyMap<string, Filling>;
	/** What such builds take on this machine. */
	usual: UsualTimes;
	silences: Silences;
	/** How much of the run is done, from 0 to 1: never falls, and is 1 only once it has passed. */
	share: number;
	/** Time of the last event. */
	now: number;
};

export const initialRunState: RunState = {
	phase: {kind: 'not-started'},
	settings: {},
	steps: [],
	nodes: new Map(),
	fillings: new Map(),
	usual: {},
	silences: new Map(),
	share: 0,
	now: 0,
};

/** Pure fold: the state after one more event. Time comes from the event. */
export function reduceRun(state: RunState, event: PipelineEvent): RunState {
	const next = fold({...state, now: event.at, silences: afterSign(state.silences, event)}, event);
	const hasPassed = next.phase.kind === 'finished' && next.phase.outcome === 'passed';
	return {...next, share: hasPassed ? 1 : Math.max(state.share, Math.min(mostBeforeEnd, shareOf(next)))};
}

const mostBeforeEnd = 0.99;

function fold(next: RunState, event: PipelineEvent): RunState {
	switch (event.type) {
		case 'run-started':
			return {
				...next,
				phase: {kind: 'running', startedAt: event.at},
				run: event.run,
				settings: event.settings,
				usual: event.usual ?? {},
				steps: event.plan.map(step => ({...step, checks: [], artifacts: [], phase: {kind: 'waiting'}})),
			};
		case 'step-started':
			return withStep(next, event.step, step => ({...step, phase: {kind: 'running', startedAt: event.at}}));
		case 'step-progress':
			return withStep(next, event.step, step => ({...step, progress: event.progress}));
		case 'build-node':
			return {
				...next,
				nodes: new Map(next.nodes).set(`${event.step} ${event.node.id}`, {...event.node, step: event.step}),
			};
		case 'log':
			return next;
		case 'check':
			return withStep(next, event.step, step => ({...step, checks: replacing(step.checks, event.result)}));
		case 'artifact':
			return withStep(next, event.step, step => ({...step, artifacts: [...step.artifacts, event.artifact]}));
		case 'host':
			return {
				...next,
				machine: {cpu: event.cpu, memory: event.memory, disks: event.disks},
				fillings: afterReading(next.fillings, event),
			};
		case 'step-finished':
			return withStep(next, event.step, step => ({
				...step,
				phase: {
					kind: 'finished',
					startedAt: step.phase.kind === 'running' ? step.phase.startedAt : undefined,
					endedAt: event.at,
					outcome: event.outcome,
				},
			}));
		case 'run-finished':
			return {
				...next,
				phase: {
					kind: 'finished',
					startedAt: next.phase.kind === 'not-started' ? event.at : next.phase.startedAt,
					endedAt: event.at,
					outcome: event.outcome,
					...(event.failure && {failure: event.failure}),
				},
			};
		default:
			event satisfies never;
			return next;
	}
}

/** The failures of a run, in the order of its steps. */
export const failuresOf = (state: RunState): {step: StepState; failure: Failure}[] =>
	state.steps.flatMap(step =>
		step.phase.kind === 'finished' && step.phase.outcome.kind === 'failed'
			? [{step, failure: step.phase.outcome.failure}]
			: [],
	);

const withStep = (state: RunState, id: StepId, change: (step: StepState) => StepState): RunState => ({
	...state,
	steps: state.steps.map(step => (step.id === id ? change(step) : step)),
});

function replacing(checks: readonly CheckResult[], result: CheckResult) {
	const index = checks.findIndex(({id}) => id === result.id);
	return index < 0 ? [...checks, result] : checks.with(index, result);
}
