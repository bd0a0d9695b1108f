import {useAnimation, useApp, useWindowSize} from 'ink';
import {useEffect, useLayoutEffect, useReducer, useRef, useState, useSyncExternalStore} from 'react';
import type {AppActions, LinesEnd, ReplayPlayer} from '../../app/actions.ts';
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
import {endedScope} from './dashboard-footer.ts';
import {stopQuestionOf} from './dashboard-overlays.ts';
import {reduceView} from './dashboard-state.ts';
import {type DashboardView, initialView, type Seen} from './dashboard-view.ts';
import {drawDashboard} from './draw-dashboard.ts';
import {type PaneId, panesWorthShowing, withNewPanes} from './panes.ts';
import {isAtEnd, usePlayer} from './replay-bar.ts';
import {answerTo} from './stop-question.ts';
import {useLines} from './use-lines.ts';
import {useLogActions} from './use-log-actions.ts';
import {useSavedLayout} from './use-saved-layout.ts';
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
	/** Asks the run to stop; called again, not to wait for anything. Tells why one of another terminal can't be. */
	onStop(): unknown;
	/** Tells it in plain lines while the terminal is lent for that. */
	onLines?(signal: AbortSignal): Promise<LinesEnd>;
	/** Leaves the view of a run that goes on in another terminal. */
	onLeave?(): void;
	/** Leaves by itself when the run ends. */
	leavesAtEnd?: boolean;
	/** What is offered when it did not pass. `onRetry` tells what stood in the way, if something did. */
	afterFailure?: {onRetry(): Promise<string | undefined>; onChange(): void; onDoctor(): void};
	/** Opens a log file; the terminal is lent for it. */
	openLog?: AppActions['openLog'];
	/** Where the layout of the panes is kept. */
	layoutMemory?: AppActions['dashboardLayout'];
	onMenu(): void;
	onQuit(): void;
};

/** A run, live or looked back at. */
export function Dashboard(props: Props) {
	const {store, asks = noAsks, replay = false, leavesAtEnd = false, afterFailure} = props;
	const {onStop, onLines, onLeave, onMenu, onQuit} = props;
	const theme = useTheme();
	const {columns, rows} = useWindowSize();
	const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot);
	const [serialScreen] = useState(createSerialScreen);
	const screen = useSyncExternalStore(serialScreen.subscribe, serialScreen.getSnapshot);
	useEffect(() => serialScreen.feed(snapshot.serial), [serialScreen, snapshot.serial]);
	const ask = useSyncExternalStore(asks.subscribe, asks.getSnapshot);
	const {suspendTerminal} = useApp();
	const {isAway, leaveForLines} = useLines(ask !== undefined, end => {
		if (end === 'ended') onQuit();
		if (end === 'leave') askAboutStop();
	});
	useEffect(() => {
		if (ask?.kind === 'terminal' && !isAway) suspendTerminal(ask.work).catch(ask.failed);
	}, [ask, isAway, suspendTerminal]);
	const [isStopping, setStopping] = useState(false);
	const [refusal, setRefusal] = useState<string>();
	const {phase} = snapshot.state;
	const player = usePlayer(props.player);
	const isGoingOn = replay && phase.kind !== 'finished' && (props.isGoingOn?.() ?? false);
	const hasEnded = phase.kind === 'finished' || (replay && !isGoingOn && (player === undefined || isAtEnd(player)));
	const wasKilled = hasEnded && phase.kind === 'running';
	const [view, change] = useReducer((view: DashboardView, to: (view: DashboardView) => DashboardView) => to(view), {
		...initialView,
		...(hasEnded && {focus: 'outcome' as const}),
	});
	useSavedLayout(props.layoutMemory, view, change);
	const offers = afterFailure !== undefined && phase.kind === 'finished' && phase.outcome !== 'passed';
	const [retrying, setRetrying] = useState<string>();
	// Not a state: the second of two keys in one piece comes before the next picture.
	const isStarting = useRef(false);
	// Each frame costs some 20 ms of CPU, which a build or an emulated machine needs more than a fluent spinner.
	const {frame} = useAnimation({interval: 500, isActive: !hasEnded && player?.isPlaying !== false});
	const leaving = useRef(onQuit);
	leaving.current = onQuit;
	// A question that the end has answered must not stay on the screen. Before any key: the outcome tells keys that only count
	// when it is in focus.
	useLayoutEffect(() => {
		// A replay may be taken back from its end.
		if (!hasEnded) return change(view => (view.focus === 'outcome' ? {...view, focus: 'log'} : view));
		change(view => ({...view, focus: 'outcome', overlay: view.overlay === 'stop' ? 'none' : view.overlay}));
		// What is told in lines ends with the run, and leaves then.
		if (leavesAtEnd && !isAway) leaving.current();
	}, [hasEnded, leavesAtEnd, isAway]);

	const knownPanes = useRef<readonly PaneId[]>([]);
	knownPanes.current = withNewPanes(knownPanes.current, panesWorthShowing(snapshot, wasKilled));
	const picture = drawDashboard(
		{
			knownPanes: knownPanes.current,
			snapshot,
			view,
			glyphs: theme.glyphs,
			frame,
			screen,
			replay,
			player,
			isGoingOn,
			wasKilled,
			refusal,
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
	const askAboutStop = () => {
		setRefusal(undefined);
		change(view => ({...view, overlay: 'stop', marked: 0}));
	};
	const stop = async () => {
		setStopping(true);
		const refused = await onStop();
		if (typeof refused !== 'string') return;
		setStopping(false);
		setRefusal(refused);
		change(view => ({...view, overlay: 'stop', marked: 0}));
	};
	const actOnLog = useLogActions(props.openLog);
	const lines = () => onLines && !hasEnded && leaveForLines(onLines);
	useKeys(press => {
		if (ask?.kind === 'agree') {
			const answer = press.key === 'enter' ? 'yes' : commandOf('question', press);
			if (answer !== undefined) ask.answer(answer === 'yes');
			return;
		}
		if (view.overlay === 'stop') {
			const answer = answerTo(stopQuestionOf({view, isGoingOn, refusal}), press);
			if (typeof answer !== 'string') return change(view => ({...view, marked: answer.marked}));
			change(view => ({...view, overlay: 'none'}));
			if (answer === 'stop' || answer === 'now') void stop();
			if (answer === 'lines') lines();
			if (answer === 'leave') (onLeave ?? onMenu)();
			return;
		}
		const isPlain = view.typing === undefined && view.overlay === 'none';
		if (isPlain && isGoingOn) {
			const command = commandOf('watching', press);
			if (command === 'back' && !isElsewhere(view)) return (onLeave ?? onMenu)();
			if (command === 'leave') return askAboutStop();
		}
		if (isPlain && (hasEnded || player)) {
			// Esc takes back what was searched or chosen before it leads away.
			const takesBack = press.key === 'escape' && isElsewhere(view);
			const scope = endedScope(offers && view.focus === 'outcome', replay, player);
			const command = takesBack ? undefined : commandOf(scope, press);
			if (isStarting.current && command !== 'quit') return;
			if (isPlayerCommand(command)) return void props.player?.obey(command);
			if (command === 'menu') return onMenu();
			if (command === 'quit') return onQuit();
			if (command === 'retry') return void retry();
			if (command === 'change') return afterFailure?.onChange();
			if (command === 'doctor') return afterFailure?.onDoctor();
			if (command === 'log') return change(view => ({...view, focus: 'log', top: undefined, step: failedStep}));
		}
		const command = view.typing === undefined ? commandOf('dashboard', press) : undefined;
		if (command === 'lines' && view.overlay === 'none') return lines();
		if (command === 'stop' && isStopping && !replay) return void stop();
		if (command === 'stop' && !hasEnded) return askAboutStop();
		const told =
			view.overlay === 'none' ? actOnLog(command, {view, seen: seen.current, state: snapshot.state}) : undefined;
		told?.then(said => change(view => ({...view, said})));
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

const isElsewhere = ({top, filter, query}: DashboardView) => [top, filter, query].some(one => one !== undefined);

const noAsks: Asks = {subscribe: () => () => undefined, getSnapshot: () => undefined};

const agreeRows = ({purpose, commands}: Ask & {kind: 'agree'}, columns: number) =>
	yesNo(`${capitalised(purpose)}, then go on?`, commandRows(commands, columns), columns);
