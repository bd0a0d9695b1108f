import {Box, useApp} from 'ink';
import {lazy, Suspense, useState} from 'react';
import type {AppActions, AppEnd, OpenRun, RunHandle} from '../app/actions.ts';
import type {ExitCode} from '../exit-codes.ts';
import type {RunStore} from '../pipeline/run-store.ts';
import {CleanUpScreen} from './screens/clean-up-screen.tsx';
import {ConsoleScreen} from './screens/console-screen.tsx';
import {FirstStartScreen} from './screens/first-start-screen.tsx';
import {HelpScreen} from './screens/help-screen.tsx';
import {HomeScreen} from './screens/home-screen.tsx';
import {IsoCheckScreen} from './screens/iso-check-screen.tsx';
import {MachineCheckScreen} from './screens/machine-check-screen.tsx';
import {PastRunsScreen} from './screens/past-runs-screen.tsx';
import {PresetsScreen} from './screens/presets-screen.tsx';
import type {Screen, ScreenProps} from './screens/screen-props.ts';
import {pastBuildOf} from './sheet/past-build.ts';
import {SheetStart} from './sheet/sheet-start.tsx';
import {useAskedValues} from './use-asked-values.tsx';
import {messageOf} from './use-loaded.ts';

// With a terminal of its own for the VM's screen; nobody sees it before there is a run.
const Dashboard = lazy(async () => ({default: (await import('./dashboard/dashboard.tsx')).Dashboard}));

type Props = {
	actions: AppActions;
	first: Screen;
	/** Nothing was built or saved here yet: cards take the menu's place. */
	firstTime: boolean;
	/** Something was built here before. */
	hasBuilt: boolean;
	leavesAtEnd: boolean;
};

/** All screens, one at a time. */
export function App({actions, first, firstTime, hasBuilt, leavesAtEnd}: Props) {
	const {exit} = useApp();
	const [screen, setScreen] = useState<Screen>(first);
	const [isFirstTime, setFirstTime] = useState(firstTime);
	const [cameFromCards, setCameFromCards] = useState(false);
	const [run, setRun] = useState<RunHandle | undefined>(first.at === 'run' ? first.run : undefined);

	const go = (to: Screen) => {
		// Something was built or saved, which the cards don't show.
		if (to.at === 'run' || (to.at === 'menu' && to.notice)) {
			setFirstTime(false);
			setCameFromCards(false);
		}
		setScreen(to);
	};
	const leave = async (exitCode?: ExitCode) => {
		// The code of a run is the program's, unless the person left by Ctrl-C afterwards.
		const ended = exitCode === undefined && run ? (await run.finished).exitCode : (exitCode ?? 0);
		exit({run, exitCode: ended} satisfies AppEnd);
	};
	const [ask, askedValue] = useAskedValues(() => void leave(130));
	const begin: ScreenProps['begin'] = async begun => {
		try {
			const started = await begun(ask);
			setRun(started);
			go({at: 'run', run: started});
			return undefined;
		} catch (error) {
			return messageOf(error);
		}
	};
	const props: ScreenProps = {
		actions,
		go,
		begin,
		start: wanted => begin(ask => actions.startRun(wanted, ask)),
		leave: exitCode => void leave(exitCode),
	};
	// What is under the field stays as it is, and is there again when nothing was answered.
	return (
		<>
			<Box flexDirection="column" display={askedValue === null ? 'flex' : 'none'}>
				<OneScreen
					{...props}
					screen={screen}
					isFirstTime={isFirstTime}
					hasBuilt={hasBuilt || run !== undefined}
					leavesAtEnd={leavesAtEnd}
					onMore={() => {
						setFirstTime(false);
						setCameFromCards(true);
					}}
					onCards={cameFromCards ? () => setFirstTime(true) : undefined}
				/>
			</Box>
			{askedValue}
		</>
	);
}

type Shown = ScreenProps & {
	screen: Screen;
	isFirstTime: boolean;
	hasBuilt: boolean;
	leavesAtEnd: boolean;
	onMore(): void;
	onCards?(): void;
};

function OneScreen({screen, isFirstTime, hasBuilt, leavesAtEnd, onMore, onCards, ...props}: Shown) {
	const {actions, begin, go, leave} = props;
	const backToMenu = () => go({at: 'menu'});
	const goingBackTo = (back: Screen | undefined) => (to: Screen) =>
		go(back !== undefined && to.at === 'menu' && to.notice === undefined ? back : to);
	switch (screen.at) {
		case 'menu':
			return isFirstTime ? (
				<FirstStartScreen {...props} onMore={onMore} />
			) : (
				<HomeScreen {...props} notice={screen.notice} hasBuilt={hasBuilt} onCards={onCards} />
			);
		case 'wizard':
			return <SheetStart {...props} {...screen} go={goingBackTo(screen.back)} />;
		case 'presets':
			return <PresetsScreen {...props} mark={screen.mark} />;
		case 'run':
			return (
				<Suspense fallback={null}>
					<Dashboard
						key={screen.run.store.getSnapshot().state.run?.runId}
						store={screen.run.store}
						asks={screen.run.asks}
						leavesAtEnd={leavesAtEnd}
						layoutMemory={actions.dashboardLayout}
						openLog={actions.openLog}
						onStop={() => screen.run.cancel()}
						onLines={signal => actions.tellInLines({store: screen.run.store, own: screen.run}, signal)}
						afterFailure={{
							onRetry: () => begin(() => screen.run.retry()),
							onChange: () => go({at: 'wizard', past: pastBuildOf(screen.run), back: screen}),
							onDoctor: () => go({at: 'doctor', back: screen}),
						}}
						onMenu={backToMenu}
						onQuit={() => leave()}
					/>
				</Suspense>
			);
		case 'replay':
			return (
				<Suspense fallback={null}>
					<Dashboard
						store={screen.store}
						replay
						player={screen.store.player}
						isGoingOn={screen.store.isGoingOn}
						onStop={() => actions.stopRun(runIdOf(screen.store)).then(() => undefined, messageOf)}
						onLines={async signal => {
							const end = await actions.tellInLines({store: screen.store, followed: screen.store}, signal);
							return end === 'ended' && !screen.isAlone ? 'back' : end;
						}}
						onLeave={screen.isAlone ? () => leave() : screen.mark === undefined ? backToMenu : undefined}
						layoutMemory={actions.dashboardLayout}
						openLog={isDemo(screen.store) ? undefined : actions.openLog}
						afterFailure={{
							onRetry: () => begin(ask => actions.runAgain(runIdOf(screen.store), ask)),
							onChange: () => go({at: 'wizard', past: pastBuildOf(screen), back: screen}),
							onDoctor: () => go({at: 'doctor', back: screen}),
						}}
						onMenu={() => {
							if (screen.isAlone) leave();
							else if (isDemo(screen.store)) backToMenu();
							else go({at: 'runs', mark: screen.mark});
						}}
						onQuit={() => leave()}
					/>
				</Suspense>
			);
		case 'doctor':
			return <MachineCheckScreen {...props} back={screen.back} />;
		case 'runs':
			return <PastRunsScreen {...props} mark={screen.mark} />;
		case 'console':
			return <ConsoleScreen {...props} />;
		case 'isos':
			return <IsoCheckScreen {...props} />;
		case 'clean':
			return <CleanUpScreen {...props} />;
		case 'help':
			return <HelpScreen {...props} />;
		default:
			return screen satisfies never;
	}
}

const isDemo = ({player}: OpenRun) => player?.getSnapshot().isDemo === true;

const runIdOf = (store: RunStore) => store.getSnapshot().state.run?.runId ?? '';
