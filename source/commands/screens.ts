import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {RunOptions} from '../pipeline/step.ts';
import {outputTo} from '../reporters/output.ts';
import {closingSummary} from '../reporters/summary.ts';
import {createAppActions} from './app-actions.ts';
import type {Invocation} from './invocation.ts';
import {cleanUpFirst} from './journals.ts';
import type {LoadedSettings} from './load-settings.ts';

/** Where the screens begin: the menu, the wizard, or the dashboard of a run for settings that are right already. */
type Opening = 'menu' | 'wizard' | {loaded: LoadedSettings; options: RunOptions};

/** Everything on screens of its own; afterwards the closing summary of the last run on the ordinary one. */
export const runOnScreens = async (invocation: Invocation, opening: Opening): Promise<ExitCode> => {
	// Loaded here, because Ink costs a third of the start-up and most commands never draw.
	const {runApp} = await import('../tui/run-app.tsx');
	const {actions, interrupt, begin} = createAppActions(invocation);
	const takeDown = new AbortController();
	// Ctrl-C is a key while the screens are up; a signal means that somebody wants us gone.
	const stopListening = invocation.onInterrupt(() => {
		interrupt();
		takeDown.abort();
	});
	try {
		await cleanUpFirst(invocation, sentence => invocation.stderr.write(sentence));
		const initial = typeof opening === 'string' ? opening : {run: await begin(opening), leavesAtEnd: invocation.yes};
		const end = await runApp(actions, {
			initial,
			colour: hasColour(invocation),
			unicode: hasUnicode(invocation),
			signal: takeDown.signal,
			stdin: process.stdin,
			stdout: process.stdout,
		});
		if (!end.run) return end.exitCode;
		const {exitCode} = await end.run.finished;
		const output = outputTo(invocation.stdout);
		output.write(`${closingSummary(end.run.store.getSnapshot().state)}\n`);
		await output.drain();
		return exitCode;
	} catch (error) {
		// Stopped while the run was still being started.
		if (takeDown.signal.aborted) return exitCodes.cancelled;
		throw error;
	} finally {
		stopListening();
	}
};

const hasColour = ({env}: Invocation) => !env.NO_COLOR && env.TERM !== 'dumb';

// The Linux console has few glyphs; elsewhere the locale tells (POSIX: LC_ALL, LC_CTYPE, LANG, in this order).
const hasUnicode = ({env}: Invocation) =>
	env.TERM !== 'linux' && /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
