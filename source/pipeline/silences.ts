import type {PipelineEvent, StepId} from './events.ts';

/** Of each step, when it last gave a sign of life, and how long it was silent at most, in milliseconds. */
export type Silences = ReadonlyMap<StepId, {since: number; longestMs: number}>;

/** The silences after one more event: whatever is told of a step is a sign of life. */
export function afterSign(silences: Silences, event: PipelineEvent): Silences {
	if (!('step' in event)) return silences;
	const before = silences.get(event.step);
	const longestMs = before === undefined ? 0 : Math.max(before.longestMs, event.at - before.since);
	return new Map(silences).set(event.step, {since: event.at, longestMs});
}
