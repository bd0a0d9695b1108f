import type {ExitCode} from '../exit-codes.ts';
import type {RunOptions} from '../pipeline/step.ts';
import {outputTo} from '../reporters/output.ts';
import {closingSummary} from '../reporters/summary.ts';
import {createAppActions} from './app-actions.ts';
import type {Invocation} from './invocation.ts';
import type {LoadedSettings} from './load-settings.ts';
import {listPresets} from './preset-files.ts';
import {listRuns} from './runs.ts';

type Opening = {screen: 'start'} | {screen: 'run'; loaded: LoadedSettings; options: RunOptions};

/** Everything on screens of its own; afterwards the closing summary of the last run on the ordinary one. */
export const runOnScreens = async (invocation: Invocation, opening: Opening): Promise<ExitCode> => {
	// Loaded here, because Ink costs a third of the start-up and most commands never draw.
	const {runApp} = await import('../tui/run-app.tsx');
	const {actions, interrupt, begin} = createAppActions(invocation);
	const stopListening = invocation.onInterrupt(interrupt);
	try {
		const run = opening.screen === 'run' ? await begin(opening) : undefined;
		const isFirstTime =
			opening.screen === 'start' &&
			(await listRuns(invocation)).length === 0 &&
			(await listPresets(invocation)).every(({builtIn}) => builtIn);
		const end = await runApp(actions, {
			initial: run ? {run, leavesAtEnd: invocation.yes} : isFirstTime ? 'wizard' : 'menu',
			colour: hasColour(invocation),
			unicode: hasUnicode(invocation),
			stdin: process.stdin,
			stdout: process.stdout,
		});
		if (!end.run) return end.exitCode;
		const {exitCode} = await end.run.finished;
		const output = outputTo(invocation.stdout);
		output.write(`${closingSummary(end.run.store.getSnapshot().state)}\n`);
		await output.drain();
		return exitCode;
	} finally {
		stopListening();
	}
};

const hasColour = ({env}: Invocation) => !env.NO_COLOR && env.TERM !== 'dumb';

// The Linux console has few glyphs; elsewhere the locale tells (POSIX: LC_ALL, LC_CTYPE, LANG, in this order).
const hasUnicode = ({env}: Invocation) =>
	env.TERM !== 'linux' && /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
