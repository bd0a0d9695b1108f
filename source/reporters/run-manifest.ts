import type {RunState} from '../pipeline/run-state.ts';

/** `run.json`: what a run was asked for, what it made, how long each step took, and how it ended. */
export const runManifest = ({run, phase, steps, settings}: RunState, exitCode: number): string => {
	const manifest = {
		...run,
		outcome: phase.kind === 'finished' ? phase.outcome : phase.kind,
		exitCode,
		...(phase.kind === 'finished' && {startedAt: phase.startedAt, endedAt: phase.endedAt}),
		settings,
		steps: steps.map(({id, phase: step, checks}) => ({
			id,
			outcome: step.kind === 'finished' ? step.outcome : {kind: 'not-reached'},
			...(step.kind === 'finished' && step.startedAt !== undefined && {durationMs: step.endedAt - step.startedAt}),
			checks,
		})),
		artifacts: steps.flatMap(step => step.artifacts),
	};
	return `${JSON.stringify(manifest, undefined, '\t')}\n`;
};
