import type {FollowedRun, OpenRun} from './app/actions.ts';
import type {Invocation} from './app/invocation.ts';
import type {LoadedSettings} from './app/load-settings.ts';
import {createAppActions} from './app/real-actions.ts';
import {watchedEnd} from './app/watched-end.ts';
import {type ExitCode, exitCodes} from './exit-codes.ts';
import type {RunOptions} from './pipeline/step.ts';
import {journalsOf} from './pipeline/workspace.ts';
import {closingSummary} from './reporters/closing-summary.ts';
import {type Colours, chalkLevelOf, coloursOf} from './tui/colours.ts';

/**
 * Where the screens begin: the menu, the same where nothing was built, what takes its place the first time, or the dashboard
 * of a run for settings that are right already, of a recorded one or of one of another terminal.
 */
type Opening =
	| 'menu'
	| 'before-first-build'
	| 'first-start'
	| {loaded: LoadedSettings; options: RunOptions}
	| {replay: OpenRun; farewell?: string}
	| {watched: FollowedRun};

/** Everything on screens of its own; afterwards the closing summary of the last run on the ordinary one. */
export async function runOnScreens(invocation: Invocation, opening: Opening): Promise<ExitCode> {
	const colours = coloursOf(invocation.env);
	const {runApp} = await loadScreens(colours);
	const {actions, interrupt, begin, settled, isLent, stopChecking} = createAppActions(invocation);
	const watched = typeof opening !== 'string' && 'watched' in opening ? opening.watched : undefined;
	const takeDown = new AbortController();
	let interruptions = 0;
	// Ctrl-C is a key while the screens are up; a signal means that somebody wants us gone.
	const stopListening = invocation.onInterrupt(signal => {
		if (signal === 'SIGINT' && isLent()) return;
		interruptions++;
		// Somebody who asks a third time wants the prompt back; the next start cleans up.
		if (interruptions > 2) process.exit(exitCodes.cancelled);
		interrupt();
		takeDown.abort();
	});
	try {
		if (typeof opening === 'string' || 'loaded' in opening) await cleanUpFirst(invocation);
		const initial =
			typeof opening === 'string' || 'replay' in opening || 'watched' in opening
				? opening
				: {run: await begin(opening), leavesAtEnd: invocation.yes};
		const end = await runApp(actions, {
			initial,
			colour: colours ?? false,
			unicode: hasUnicode(invocation),
			signal: takeDown.signal,
			stdin: process.stdin,
			stdout: process.stdout,
		});
		const isStopped = takeDown.signal.aborted;
		if (isStopped) invocation.tell('Stopping and cleaning up (Ctrl-C ends everything at once)…\n');
		const run = isStopped ? await settled() : end.run;
		if (typeof opening !== 'string' && 'replay' in opening && opening.farewell && !run)
			invocation.print(opening.farewell);
		if (!run) return watched && !isStopped ? watchedEnd(invocation, watched) : end.exitCode;
		const {exitCode} = await run.finished;
		invocation.print(`${closingSummary(run.store.getSnapshot().state)}\n`);
		return exitCode;
	} catch (error) {
		// Stopped while the run was still being started.
		if (takeDown.signal.aborted) return exitCodes.cancelled;
		throw error;
	} finally {
		stopChecking();
		stopListening();
	}
}

// Loaded here, because Ink costs a third of the start-up and most commands never draw. Chalk, by which Ink colours, judges
// the terminal while it is loaded; where it knows none it leaves reverse video out, too, which shows the cursor of a field.
async function loadScreens(colours: Colours | undefined) {
	const given = process.env.FORCE_COLOR;
	process.env.FORCE_COLOR = chalkLevelOf(colours);
	try {
		return await import('./tui/run-app.tsx');
	} finally {
		if (given === undefined) delete process.env.FORCE_COLOR;
		else process.env.FORCE_COLOR = given;
	}
}

// What killed runs left; where no journal lies there is nothing to load for it.
async function cleanUpFirst({host, workspace, tell}: Invocation) {
	if ((await host.files.list(journalsOf(workspace))).length === 0) return;
	const {cleanUpKilled} = await import('./app/lazy-imports.ts');
	for (const sentence of await cleanUpKilled(host, workspace)) tell(`${sentence}\n`);
}

// The Linux console has few glyphs; elsewhere the locale tells (POSIX: LC_ALL, LC_CTYPE, LANG, in this order).
const hasUnicode = ({env}: Invocation) =>
	env.TERM !== 'linux' && /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
