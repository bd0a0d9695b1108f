import type {RunState, StepState} from './run-state.ts';

/** What a step took, and what it took in the last run of the same kind, in milliseconds. */
export type StepTime = {step: StepState; tookMs: number; lastMs: number};

/** The time of a step that ended well beside that of the last time; undefined where nothing is known of one of them. */
export function timeOfStep(step: StepState, {usual}: Pick<RunState, 'usual'>): StepTime | undefined {
	const {phase} = step;
	const lastMs = usual[step.id]?.lastMs;
	if (phase.kind !== 'finished' || phase.outcome.kind !== 'done' || phase.startedAt === undefined) return undefined;
	return lastMs === undefined ? undefined : {step, tookMs: phase.endedAt - phase.startedAt, lastMs};
}

/** The times of all steps that can be compared with the last time, in the order of the run. */
export const comparedTimes = (state: RunState): StepTime[] =>
	state.steps.flatMap(step => timeOfStep(step, state) ?? []);

/** The same, those first that differ most from the last time. */
export const mostDifferentFirst = (times: readonly StepTime[]): StepTime[] =>
	times.toSorted((a, b) => Math.abs(b.tookMs - b.lastMs) - Math.abs(a.tookMs - a.lastMs));
