import {useRef} from 'react';
import type {RunSnapshot} from '../../pipeline/run-store.ts';
import {currentStep} from './current-step.ts';

/** Milliseconds, by the clock of the events, since the current step printed, moved or changed anything. */
export const useQuiet = (snapshot: RunSnapshot): number => {
	const said = useRef({what: '', at: 0});
	const what = lastWordOf(snapshot);
	if (said.current.what !== what) said.current = {what, at: snapshot.state.now};
	return snapshot.state.now - said.current.at;
};

/** Something that differs whenever the step has given a sign of life. */
const lastWordOf = ({state, linesOf, serial}: RunSnapshot): string => {
	const step = currentStep(state);
	if (step === undefined) return '';
	const {lines, dropped} = linesOf(step.id);
	const nodes = [...state.nodes.values()].filter(({state}) => state === 'done').length;
	return [step.id, dropped + lines.length, step.progress?.done, step.checks.length, nodes, serial.slice(-80)].join(' ');
};
