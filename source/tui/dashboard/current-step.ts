import type {RunState, StepState} from '../../pipeline/run-state.ts';

/**
 * The step that a person wants to see now: the running one that started last, after the end the one that failed,
 * else the last one that ran.
 */
export function currentStep({steps}: RunState): StepState | undefined {
	const running = steps
		.filter(({phase}) => phase.kind === 'running')
		.toSorted((a, b) => startOf(b) - startOf(a))
		.at(0);
	if (running) return running;
	const failed = steps.find(({phase}) => phase.kind === 'finished' && phase.outcome.kind === 'failed');
	if (failed) return failed;
	return steps.findLast(({phase}) => phase.kind === 'finished' && phase.outcome.kind !== 'skipped') ?? steps[0];
}

const startOf = ({phase}: StepState) => (phase.kind === 'running' ? phase.startedAt : 0);

/** Milliseconds, by the clock of the events, since the step gave a sign of life; 0 for one that isn't running. */
export const quietMsOf = ({silences, now}: RunState, {id, phase}: StepState): number =>
	phase.kind === 'running' ? now - (silences.get(id)?.since ?? now) : 0;
