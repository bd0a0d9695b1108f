import type {
	Artifact,
	CheckResult,
	Failure,
	PublicSettings,
	RunHeader,
	RunOutcome,
	StepId,
	StepOutcome,
} from '../pipeline/events.ts';
import type {RunState} from '../pipeline/run-state.ts';

/** `run.json`: what a run was asked for, what it made, how long each step took, and how it ended. */
export type RunManifest = RunHeader & {
	outcome: RunOutcome;
	exitCode: number;
	/** What it failed of when that was no step of it. */
	failure?: Failure;
	/** Milliseconds since the epoch. */
	startedAt: number;
	endedAt: number;
	settings: PublicSettings;
	steps: {
		id: StepId;
		outcome: StepOutcome | {kind: 'not-reached'};
		durationMs?: number;
		/** How long it said nothing at most. */
		longestSilenceMs?: number;
		checks: readonly CheckResult[];
	}[];
	artifacts: readonly Artifact[];
	/** Of every step whose result can be used again: the run that made it, and the hash of what it depends on. */
	receipts: readonly {step: StepId; runId: string; inputsHash: string}[];
};

/** Undefined for a run that has not ended. */
export function runManifest(
	{run, phase, steps, settings, silences}: RunState,
	exitCode: number,
	receipts: RunManifest['receipts'],
): RunManifest | undefined {
	if (!run || phase.kind !== 'finished') return undefined;
	const {outcome, failure, startedAt, endedAt} = phase;
	return {
		...run,
		outcome,
		exitCode,
		...(failure && {failure}),
		startedAt,
		endedAt,
		settings,
		steps: steps.map(({id, phase: step, checks}) => ({
			id,
			outcome: step.kind === 'finished' ? step.outcome : {kind: 'not-reached'},
			...(step.kind === 'finished' && step.startedAt !== undefined && {durationMs: step.endedAt - step.startedAt}),
			longestSilenceMs: silences.get(id)?.longestMs,
			checks,
		})),
		artifacts: steps.flatMap(step => step.artifacts),
		receipts,
	};
}
