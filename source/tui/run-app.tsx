import {render} from 'ink';
import {App} from './app.tsx';
import type {AppActions, AppEnd, RunHandle} from './app-actions.ts';
import {ThemeContext} from './canvas.tsx';
import {Keys} from './keys.tsx';
import type {Screen} from './navigation.ts';
import {createTheme} from './theme.ts';

export type AppOptions = {
	/** What is shown first; a run that was started already is shown by its dashboard. */
	initial: 'menu' | 'wizard' | 'doctor' | 'console' | {run: RunHandle; leavesAtEnd?: boolean};
	/** False where NO_COLOR or the terminal forbid it. */
	colour: boolean;
	/** False where terminal or locale show only ASCII. */
	unicode: boolean;
	/** Takes the screens down at once, as on SIGTERM or when the terminal is gone. */
	signal?: AbortSignal;
	stdin?: NodeJS.ReadStream;
	stdout?: NodeJS.WriteStream;
};

/** Shows the screens on the alternate screen until the person leaves; what was on the terminal before is there again. */
export const runApp = async (
	actions: AppActions,
	{initial, colour, unicode, signal, stdin, stdout}: AppOptions,
): Promise<AppEnd> => {
	const first: Screen = typeof initial === 'string' ? {at: initial} : {at: 'run', run: initial.run};
	const instance = render(
		<ThemeContext value={createTheme({colour, unicode})}>
			<Keys>
				<App
					actions={actions}
					first={first}
					leavesAtEnd={typeof initial !== 'string' && initial.leavesAtEnd === true}
				/>
			</Keys>
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
	const takeDown = () => instance.unmount();
	signal?.addEventListener('abort', takeDown);
	try {
		const end = (await instance.waitUntilExit()) as AppEnd | undefined;
		return end ?? {exitCode: 130};
	} finally {
		signal?.removeEventListener('abort', takeDown);
	}
};
