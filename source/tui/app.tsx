import {useApp} from 'ink';
import {useState} from 'react';
import type {AppActions, AppEnd, RunHandle, RunStart} from '../app/actions.ts';
import type {ExitCode} from '../exit-codes.ts';
import {Dashboard} from './dashboard/dashboard.tsx';
import {NewBuildStart} from './new-build/new-build-start.tsx';
import {ConsoleScreen} from './screens/console-screen.tsx';
import {MachineCheckScreen} from './screens/machine-check-screen.tsx';
import {MenuScreen} from './screens/menu-screen.tsx';
import {PastRunsScreen} from './screens/past-runs-screen.tsx';
import {PresetListScreen} from './screens/preset-list-screen.tsx';
import type {Screen, ScreenProps} from './screens/screen-props.ts';
import {messageOf} from './use-loaded.ts';

/** All screens, one at a time. */
export function App({actions, first, leavesAtEnd}: {actions: AppActions; first: Screen; leavesAtEnd: boolean}) {
	const {exit} = useApp();
	const [screen, go] = useState<Screen>(first);
	const [run, setRun] = useState<RunHandle | undefined>(first.at === 'run' ? first.run : undefined);

	const leave = async (exitCode?: ExitCode) => {
		// The code of a run is the program's, unless the person left by Ctrl-C afterwards.
		const ended = exitCode === undefined && run ? (await run.finished).exitCode : (exitCode ?? 0);
		exit({run, exitCode: ended} satisfies AppEnd);
	};
	const start = async (wanted: RunStart) => {
		try {
			const started = await actions.startRun(wanted);
			setRun(started);
			go({at: 'run', run: started});
			return undefined;
		} catch (error) {
			return messageOf(error);
		}
	};
	const props: ScreenProps = {actions, go, start, leave: exitCode => void leave(exitCode)};
	const backToMenu = () => go({at: 'menu'});
	switch (screen.at) {
		case 'menu':
			return <MenuScreen {...props} notice={screen.notice} />;
		case 'wizard':
			return <NewBuildStart {...props} preset={screen.preset} />;
		case 'presets':
			return <PresetListScreen {...props} />;
		case 'run':
			return (
				<Dashboard
					key={screen.run.store.getSnapshot().state.run?.runId}
					store={screen.run.store}
					asks={screen.run.asks}
					leavesAtEnd={leavesAtEnd}
					onStop={() => screen.run.cancel()}
					onMenu={backToMenu}
					onQuit={() => void leave()}
				/>
			);
		case 'replay':
			return (
				<Dashboard
					store={screen.store}
					replay
					onStop={backToMenu}
					onMenu={() => go({at: 'runs'})}
					onQuit={() => void leave()}
				/>
			);
		case 'doctor':
			return <MachineCheckScreen {...props} />;
		case 'runs':
			return <PastRunsScreen {...props} />;
		case 'console':
			return <ConsoleScreen {...props} />;
		default:
			return screen satisfies never;
	}
}
