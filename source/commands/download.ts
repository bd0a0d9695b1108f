import type {Command} from 'commander';
import type {Invocation} from './invocation.ts';
import {runPart} from './parts.ts';
export const download = {
	options: (command: Command) => command,
	run: (invocation: Invocation, _: Record<string, unknown>) => runPart(invocation, ['fetch-firmware']),
};
