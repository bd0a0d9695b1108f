import type {PipelineEvent, StepId} from '../../source/pipeline/events.ts';

/** How each step of a run ended. */
export const outcomesOf = (events: readonly PipelineEvent[]) =>
	Object.fromEntries(
		events.flatMap(event => (event.type === 'step-finished' ? [[event.step, event.outcome] as const] : [])),
	);

/** Why a step failed; undefined when it did not. */
export const failureIn = (events: readonly PipelineEvent[], step: StepId) => {
	const outcome = outcomesOf(events)[step];
	return outcome?.kind === 'failed' ? outcome.failure : undefined;
};
