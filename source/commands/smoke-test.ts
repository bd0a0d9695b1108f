import {resolve} from 'node:path';
import type {Invocation} from '../app/invocation.ts';
import {runOnFile, runPart} from '../app/run-steps.ts';
import type {ExitCode} from '../exit-codes.ts';
import {checkHostFor} from '../steps/check-host.ts';
import {smokeTestFile} from '../steps/smoke-test.ts';

/** `edge-builder smoke-test`: boots the ISO of these settings, or any other, and asks the guest. */
export function smokeTest(invocation: Invocation, file?: string): Promise<ExitCode> {
	if (file === undefined) return runPart(invocation, ['smoke-test']);
	return runOnFile(invocation, resolve(file), iso => [checkHostFor(iso), smokeTestFile(iso)]);
}
