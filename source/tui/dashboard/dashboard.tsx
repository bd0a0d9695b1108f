import {useAnimation, useApp, useWindowSize} from 'ink';
import {useEffect, useLayoutEffect, useReducer, useRef, useState, useSyncExternalStore} from 'react';
import type {ReplayPlayer} from '../../app/actions.ts';
import type {Ask, Asks} from '../../app/run-questions.ts';
import {isPlayerCommand} from '../../pipeline/replay-player.ts';
import {failuresOf} from '../../pipeline/run-state.ts';
import type {RunStore} from '../../pipeline/run-store.ts';
import {capitalised} from '../../text/phrases.ts';
import {centred, overlaid} from '../boxes.ts';
import {commandRows, yesNo} from '../confirmation.ts';
import {useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {useTheme} from '../theme.tsx';
import {useQuiet} from './current-step.ts';
import {type DashboardView, initialView, reduceView, type Seen} from './dashboard-state.ts';
import {drawDashboard, endedScope} from './draw-dashboard.ts';
import {isAtEnd, usePlayer} from './replay-bar.ts';
import {createSerialScreen} from './vm-screen-pane.ts';

type Props = {
	store: RunStore;
	/** What the run needs of the person. */
	asks?: Asks;
	/** A look back at an earlier run: nothing to stop. */
	replay?: boolean;
	/** Plays it, once it has ended. */
	player?: ReplayPlayer;
	/** Whether a run that is looked at goes on in another terminal. */
	isGoingOn?(): boolean;
	/** Asks the run to stop; called again, not to wait for anything. */
	onStop(): void;
	/** Leaves by itself when the run ends. */
	leavesAtEnd?: boolean;
	/** What is offered when it did not pass. `onRetry` tells what stood in the way, if something did. */
	afterFailure?: {onRetry(): Promise<string | undefined>; onChange(): void; onDoctor(): void};
	onMenu(): void;
	onQuit(): void;
};

/** A run, live or looked back at. */
export function Dashboard(props: Props) {
	const {store, asks = noAsks, replay = false, leavesAtEnd = false, afterFailure, onStop, onMenu, onQuit} = props;
	const theme = useTheme();
	const {columns, rows} = useWindowSize();
	const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot);
	const [serialScreen] = useState(createSerialScreen);
	const screen = useSyncExternalStore(serialScreen.subscribe, serialScreen.getSnapshot);
	useEffect(() => serialScreen.feed(snapshot.serial), [serialScreen, snapshot.serial]);
	const ask = useSyncExternalStore(asks.subscribe, asks.getSnapshot);
	const {suspendTerminal} = useApp();
	useEffect(() => {
		if (ask?.kind === 'terminal') suspendTerminal(ask.work).catch(ask.failed);
	}, [ask, suspendTerminal]);
	const [isStopping, setStopping] = useState(false);
	const {phase} = snapshot.state;
	const player = usePlayer(props.player);
	const isGoingOn = replay && phase.kind !== 'finished' && (props.isGoingOn?.() ?? false);
	const hasEnded = phase.kind === 'finished' || (replay && !isGoingOn && (player === undefined || isAtEnd(player)));
	const [view, change] = useReducer((view: DashboardView, to: (view: DashboardView) => DashboardView) => to(view), {
		...initialView,
		...(hasEnded && {focus: 'outcome' as const}),
	});
	const offers = afterFailure !== undefined && phase.kind === 'finished' && phase.outcome !== 'passed';
	const [retrying, setRetrying] = useState<string>();
	// Not a state: the second of two keys in one piece comes before the next picture.
	const isStarting = useRef(false);
	const {frame} = useAnimation({interval: 200, isActive: !hasEnded && player?.isPlaying !== false});
	const leaving = useRef(onQuit);
	leaving.current = onQuit;
	// A question that the end has answered must not stay on the screen. Before any key: the outcome tells keys that only count
	// when it is in focus.
	useLayoutEffect(() => {
		// A replay may be taken back from its end.
		if (!hasEnded) return change(view => (view.focus === 'outcome' ? {...view, focus: 'log'} : view));
		change(view => ({...view, focus: 'outcome', overlay: view.overlay === 'stop' ? 'none' : view.overlay}));
		if (leavesAtEnd) leaving.current();
	}, [hasEnded, leavesAtEnd]);

	const quietMs = useQuiet(snapshot);
	const picture = drawDashboard(
		{
			snapshot,
			view,
			glyphs: theme.glyphs,
			frame,
			screen,
			quietMs,
			replay,
			player,
			isGoingOn,
			isStopping,
			offers,
			retrying,
		},
		{columns, rows},
	);
	const seen = useRef<Seen>(picture.seen);
	seen.current = picture.seen;

	const failedStep = failuresOf(snapshot.state)[0]?.step.id;
	const retry = async () => {
		isStarting.current = true;
		setRetrying('Starting again…');
		setRetrying(await afterFailure?.onRetry());
		isStarting.current = false;
	};
	const stop = () => {
		setStopping(true);
		onStop();
	};
	useKeys(press => {
		if (ask?.kind === 'agree') {
			const answer = press.key === 'enter' ? 'yes' : commandOf('question', press);
			if (answer !== undefined) ask.answer(answer === 'yes');
			return;
		}
		if (view.overlay === 'stop') {
			const answer = commandOf('question', press);
			if (answer === 'yes' || answer === 'leave') stop();
			if (answer !== undefined) change(view => ({...view, overlay: 'none'}));
			return;
		}
		const isPlain = view.typing === undefined && view.overlay === 'none';
		if (isPlain && (hasEnded || isGoingOn || player)) {
			const command = commandOf(endedScope(offers && view.focus === 'outcome', replay, player), press);
			if (isStarting.current && command !== 'quit') return;
			if (isPlayerCommand(command)) return void props.player?.obey(command);
			if (command === 'menu') return onMenu();
			if (command === 'quit') return onQuit();
			if (command === 'retry') return void retry();
			if (command === 'change') return afterFailure?.onChange();
			if (command === 'doctor') return afterFailure?.onDoctor();
			if (command === 'log') return change(view => ({...view, focus: 'log', top: undefined, step: failedStep}));
		}
		const stops = view.typing === undefined && commandOf('dashboard', press) === 'stop';
		if (stops && isStopping) return stop();
		if (stops && isGoingOn) return onMenu();
		if (stops && !hasEnded) return change(view => ({...view, overlay: 'stop'}));
		change(view => reduceView(view, press, seen.current));
	});
	const shown =
		ask?.kind === 'agree'
			? overlaid(
					picture.rows,
					centred({columns, rows}, agreeRows(ask, columns), {title: 'Please confirm', glyphs: theme.glyphs}),
				)
			: picture.rows;
	return <ScreenRows rows={shown} />;
}

const noAsks: Asks = {subscribe: () => () => undefined, getSnapshot: () => undefined};

const agreeRows = ({purpose, commands}: Ask & {kind: 'agree'}, columns: number) =>
	yesNo(`${capitalised(purpose)}, then go on?`, commandRows(commands, columns), columns);
