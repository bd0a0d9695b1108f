import type {RunHandle} from '../../app/actions.ts';
import {failuresOf, type RunState} from '../../pipeline/run-state.ts';
import {cleanText} from '../../text/ansi.ts';
import {settingsNamedIn} from '../../wizard/settings-named-in.ts';
import type {PastBuild} from './sheet-from.ts';

/** What a sheet begins with that is to change the answers of this run. */
export function pastBuildOf({store, start}: Pick<RunHandle, 'store' | 'start'>): PastBuild {
	const {state} = store.getSnapshot();
	return {
		runId: state.run?.runId ?? '',
		start,
		problem: problemOf(state),
		implicated: settingsNamedIn(saidOfFailure(state)),
	};
}

/** Why it failed, to be read beside the answers. */
function problemOf(state: RunState): string | undefined {
	const [failed] = failuresOf(state);
	if (failed === undefined) return undefined;
	const {message, hint} = failed.failure;
	const sentences = hint === undefined ? message : `${message.replace(/[.\s]+$/, '')}. ${hint}`;
	return cleanText(`${failed.step.title} failed: ${sentences}`);
}

/** What failures and failed checks say: not what programs wrote, where a name may mean anything. */
function saidOfFailure(state: RunState): readonly string[] {
	const ended = state.phase.kind === 'finished' && state.phase.failure ? [state.phase.failure] : [];
	const failures = [...failuresOf(state).map(({failure}) => failure), ...ended];
	const checks = state.steps.flatMap(step => step.checks).filter(({verdict}) => verdict === 'fail');
	return [
		...failures.flatMap(({message, hint = ''}) => [message, hint]),
		...checks.flatMap(({detail = '', hint = ''}) => [detail, hint]),
	];
}
