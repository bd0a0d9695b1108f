import type {Invocation} from '../app/invocation.ts';
import {runPart} from '../app/run-steps.ts';
import type {ExitCode} from '../exit-codes.ts';
import type {StepId} from '../pipeline/events.ts';

/** `edge-builder verify`: what is inside image and ISO of these settings. */
export function verify(invocation: Invocation, what: 'image' | 'iso' | 'both'): Promise<ExitCode> {
	const steps: StepId[] = [
		...(what === 'iso' ? [] : ['verify-image' as const]),
		...(what === 'image' ? [] : ['verify-iso' as const]),
	];
	return runPart(invocation, steps);
}
