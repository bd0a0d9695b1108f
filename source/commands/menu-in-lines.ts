import {createLineActions} from '../app/follow-in-lines.ts';
import type {Invocation} from '../app/invocation.ts';
import type {ExitCode} from '../exit-codes.ts';
import {runPrompts} from '../prompts/run-prompts.ts';
import {runsReplay} from './runs.ts';

/** The menu and all that it leads to, as lines one below the other. */
export function openMenuInLines(invocation: Invocation, initial: 'menu' | 'wizard'): Promise<ExitCode> {
	const {actions, follow} = createLineActions(invocation);
	return runPrompts(actions, {
		initial,
		input: invocation.stdin,
		output: invocation.stdout,
		follow,
		async replay(id) {
			await runsReplay(invocation, id, {});
		},
	});
}
