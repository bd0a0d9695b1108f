import type {Invocation} from '../app/invocation.ts';
import {runPart} from '../app/run-steps.ts';
import type {ExitCode} from '../exit-codes.ts';

/** `edge-builder smoke-test`: boots the ISO and asks the guest. */
export function smokeTest(invocation: Invocation): Promise<ExitCode> {
	return runPart(invocation, ['smoke-test']);
}
