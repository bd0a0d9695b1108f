import type {ExitCode} from '../exit-codes.ts';
import type {StepId} from '../pipeline/events.ts';
import type {RunOptions} from '../pipeline/step.ts';
import type {Invocation} from './invocation.ts';
import {loadRightSettings} from './load-settings.ts';
import {runStepsPlainly} from './run-steps.ts';

const options: RunOptions = {smokeTest: true, push: false, fresh: true, yes: false, keepTree: false};

/** `edge-builder verify`: what is inside image and ISO of these settings. */
export const verify = (invocation: Invocation, what: 'image' | 'iso' | 'both'): Promise<ExitCode> => {
	const steps: StepId[] = [
		...(what === 'iso' ? [] : ['verify-image' as const]),
		...(what === 'image' ? [] : ['verify-iso' as const]),
	];
	return runPart(invocation, steps);
};

/** `edge-builder smoke-test`: boots the ISO and asks the guest. */
export const smokeTestAlone = (invocation: Invocation): Promise<ExitCode> => runPart(invocation, ['smoke-test']);

/** Runs some steps of the pipeline for the settings of this call. */
export const runPart = async (invocation: Invocation, steps: readonly StepId[], more: Partial<RunOptions> = {}) => {
	const loaded = await loadRightSettings(invocation);
	return runStepsPlainly(invocation, {loaded, steps, options: {...options, yes: invocation.yes, ...more}});
};
