import type {ExitCode} from '../exit-codes.ts';
import {exitCodes} from '../exit-codes.ts';
import {ownCommand} from '../own-command.ts';
import {closingSummary} from '../reporters/closing-summary.ts';
import type {FollowedRun} from './actions-on-runs.ts';
import {exitCodeOfRun} from './followed-run.ts';
import type {Invocation} from './invocation.ts';

/** What is said when a run of another terminal isn't watched any more: how it ended, or how to come back to it. */
export async function watchedEnd(invocation: Invocation, run: FollowedRun): Promise<ExitCode> {
	const say = invocation.output === 'json' ? invocation.tell : invocation.print;
	if (run.isGoingOn()) {
		say(`Run ${run.id} goes on. ${waysToRun(run.id)}\n`);
		return exitCodes.done;
	}
	const exitCode = await exitCodeOfRun(invocation, run.id);
	if (invocation.output !== 'json') say(`${closingSummary(run.getSnapshot().state)}\n`);
	if (run.wasKilled()) invocation.tell(`${killedWords}\n`);
	return exitCode;
}

/** How to see and how to stop a run that goes on. */
export const waysToRun = (id: string) =>
	`${ownCommand(`runs attach ${id}`)} shows it, ${ownCommand(`runs stop ${id}`)} stops it.`;

const killedWords = 'The process of this run ended without a word (killed?). The next start cleans up after it.';
