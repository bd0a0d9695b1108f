import {useRef} from 'react';
import type {RunState, StepState} from '../../pipeline/run-state.ts';
import type {RunSnapshot} from '../../pipeline/run-store.ts';

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

/** Milliseconds, by the clock of the events, since the current step printed, moved or changed anything. */
export function useQuiet(snapshot: RunSnapshot): number {
	const said = useRef({what: '', at: 0});
	const what = lastWordOf(snapshot);
	if (said.current.what !== what) said.current = {what, at: snapshot.state.now};
	return snapshot.state.now - said.current.at;
}

/** Something that differs whenever the step has given a sign of life. */
function lastWordOf({state, linesOf, serial}: RunSnapshot): string {
	const step = currentStep(state);
	if (step === undefined) return '';
	const {lines, dropped} = linesOf(step.id);
	const nodes = [...state.nodes.values()].filter(({state}) => state === 'done').length;
	return [step.id, dropped + lines.length, step.progress?.done, step.checks.length, nodes, serial.slice(-80)].join(' ');
}
