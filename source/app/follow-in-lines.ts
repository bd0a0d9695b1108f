import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {closingSummary} from '../reporters/closing-summary.ts';
import {plainSink} from '../reporters/plain-lines.ts';
import {outputTo} from '../reporters/safe-output.ts';
import type {RunHandle} from './actions.ts';
import {personOf} from './ask-person.ts';
import type {Invocation} from './invocation.ts';
import {createAppActions} from './real-actions.ts';

/**
 * What the screens can do, where there are no screens: runs are told in lines as they go on, and what they need of the
 * person is asked in lines. `follow` waits for the end of one, tells it in a summary, and lets Ctrl-C stop it.
 */
export function createLineActions(invocation: Invocation) {
	const {stdout, quiet, print} = invocation;
	const lines = outputTo(stdout);
	const {actions, interrupt} = createAppActions(invocation, {
		sinks: () => [plainSink(lines, {quiet, reader: 'terminal'})],
		person: personOf(invocation),
	});
	return {
		actions,
		/** @returns how the program ends if nothing follows; the run, if there was one. */
		async follow(begin: () => Promise<RunHandle>): Promise<{exitCode: ExitCode; run?: RunHandle}> {
			let interruptions = 0;
			const stopListening = invocation.onInterrupt(() => {
				interruptions++;
				if (interruptions === 1) print('Stopping and cleaning up (Ctrl-C again ends everything at once)…\n');
				// Somebody who presses it a third time wants the prompt back; the next start cleans up.
				if (interruptions > 2) process.exit(exitCodes.cancelled);
				interrupt();
			});
			try {
				const run = await begin();
				const {exitCode} = await run.finished;
				print(`${closingSummary(run.store.getSnapshot().state)}\n`);
				return {exitCode, run};
			} catch (error) {
				// Stopped before there was anything to tell of.
				if (interruptions > 0) return {exitCode: exitCodes.cancelled};
				throw error;
			} finally {
				stopListening();
				await lines.drain();
			}
		},
	};
}
