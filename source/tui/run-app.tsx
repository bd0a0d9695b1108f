import {setImmediate} from 'node:timers/promises';
import {render} from 'ink';
import type {AppActions, AppEnd, OpenRun, RunHandle} from '../app/actions.ts';
import {exitCodes} from '../exit-codes.ts';
import {App} from './app.tsx';
import type {Colours} from './colours.ts';
import {Keyboard} from './keyboard.tsx';
import type {Screen} from './screens/screen-props.ts';
import {TextHistoryContext} from './text-history.tsx';
import {createTheme, ThemeContext} from './theme.tsx';

export type AppOptions = {
	/** What is shown first; a run that was started already, and a recorded one, is shown by its dashboard. */
	initial:
		| 'first-start'
		| 'before-first-build'
		| 'menu'
		| 'wizard'
		| 'doctor'
		| 'console'
		| {run: RunHandle; leavesAtEnd?: boolean}
		| {replay: OpenRun}
		/** One of another terminal, and nothing else. */
		| {watched: OpenRun};
	/** False where NO_COLOR or the terminal forbid it. */
	colour: Colours | false;
	/** False where terminal or locale show only ASCII. */
	unicode: boolean;
	/** Takes the screens down at once, as on SIGTERM or when the terminal is gone. */
	signal?: AbortSignal;
	stdin?: NodeJS.ReadStream;
	stdout?: NodeJS.WriteStream;
};

/** Shows the screens on the alternate screen until the person leaves; what was on the terminal before is there again. */
export async function runApp(
	actions: AppActions,
	{initial, colour, unicode, signal, stdin, stdout}: AppOptions,
): Promise<AppEnd> {
	// While all this was being loaded: nobody would hear of it any more.
	if (signal?.aborted) return {exitCode: exitCodes.cancelled};
	const first = firstScreen(initial);
	// Ink does it a moment after the first frame; a key that comes before would be echoed, Ctrl-Z stop us on this screen.
	if (stdin?.isTTY) stdin.setRawMode(true);
	const stopLines = new AbortController();
	let linesShown: Promise<unknown> | undefined;
	const tellInLines: AppActions['tellInLines'] = (told, signal) => {
		const shown = actions.tellInLines(told, AbortSignal.any([signal, stopLines.signal]));
		// A moment later the screens are back.
		linesShown = shown.catch(() => undefined).then(() => setImmediate());
		return shown;
	};
	const instance = render(
		<ThemeContext value={createTheme({colour, unicode})}>
			<TextHistoryContext value={new Map()}>
				<Keyboard suspend={actions.suspend}>
					<App
						actions={{...actions, tellInLines}}
						first={first}
						firstTime={initial === 'first-start'}
						hasBuilt={initial !== 'first-start' && initial !== 'before-first-build'}
						leavesAtEnd={typeof initial !== 'string' && 'run' in initial && initial.leavesAtEnd === true}
					/>
				</Keyboard>
			</TextHistoryContext>
		</ThemeContext>,
		{
			stdin,
			stdout,
			exitOnCtrlC: false,
			// Nothing prints through the console while the screens are up, so there is nothing to catch.
			patchConsole: false,
			alternateScreen: true,
			// Keys should be answered at once; what a run shows is bounded by its store.
			maxFps: 60,
			incrementalRendering: true,
			// The caller has decided that there is a terminal and a person.
			interactive: true,
		},
	);
	const takeDown = async () => {
		// Ink leaves the alternate screen at its end, so it has to be back there: the cursor would jump into the lines.
		stopLines.abort();
		await linesShown;
		instance.unmount();
	};
	signal?.addEventListener('abort', takeDown);
	try {
		const end = (await instance.waitUntilExit()) as AppEnd | undefined;
		return end ?? {exitCode: exitCodes.cancelled};
	} finally {
		signal?.removeEventListener('abort', takeDown);
	}
}

function firstScreen(initial: AppOptions['initial']): Screen {
	if (typeof initial !== 'string')
		return 'run' in initial
			? {at: 'run', run: initial.run}
			: 'watched' in initial
				? {at: 'replay', store: initial.watched, isAlone: true}
				: {at: 'replay', store: initial.replay};
	return {at: initial === 'first-start' || initial === 'before-first-build' ? 'menu' : initial};
}
