import {useApp} from 'ink';
import {useState} from 'react';
import type {ExitCode} from '../exit-codes.ts';
import type {AppActions, AppEnd, RunHandle, RunStart} from './app-actions.ts';
import {Dashboard} from './dashboard/dashboard.tsx';
import {messageOf} from './loaded.ts';
import type {Screen, ScreenProps} from './navigation.ts';
import {Console} from './screens/console.tsx';
import {Doctor} from './screens/doctor.tsx';
import {Menu} from './screens/menu.tsx';
import {Presets} from './screens/presets.tsx';
import {Runs} from './screens/runs.tsx';
import {Wizard} from './wizard/wizard.tsx';

/** All screens, one at a time. */
export const App = ({actions, first, leavesAtEnd}: {actions: AppActions; first: Screen; leavesAtEnd: boolean}) => {
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
			return <Menu {...props} notice={screen.notice} />;
		case 'wizard':
			return <Wizard {...props} preset={screen.preset} />;
		case 'presets':
			return <Presets {...props} />;
		case 'run':
			return (
				<Dashboard
					key={screen.run.store.getSnapshot().state.run?.runId}
					store={screen.run.store}
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
			return <Doctor {...props} />;
		case 'runs':
			return <Runs {...props} />;
		case 'console':
			return <Console {...props} />;
		default:
			return screen satisfies never;
	}
};
