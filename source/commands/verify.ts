import {resolve} from 'node:path';
import type {Invocation} from '../app/invocation.ts';
import {runOnFile, runPart} from '../app/run-steps.ts';
import {FixableError} from '../errors.ts';
import type {ExitCode} from '../exit-codes.ts';
import {ownCommand} from '../own-command.ts';
import type {StepId} from '../pipeline/events.ts';
import {verifyIsoFile} from '../steps/verify-iso.ts';

/** `edge-builder verify`: what is inside image and ISO of these settings, or inside any ISO. */
export function verify(invocation: Invocation, what: 'image' | 'iso' | 'both', file?: string): Promise<ExitCode> {
	if (file !== undefined) {
		if (what === 'iso') return runOnFile(invocation, resolve(file), iso => [verifyIsoFile(iso)]);
		throw new FixableError('usage', 'Only an ISO can be named by its path', {
			hint: `An image is found by the settings: ${ownCommand('verify image --preset NAME')}.`,
			exit: 'usage',
		});
	}
	const steps: StepId[] = [
		...(what === 'iso' ? [] : ['verify-image' as const]),
		...(what === 'image' ? [] : ['verify-iso' as const]),
	];
	return runPart(invocation, steps);
}
