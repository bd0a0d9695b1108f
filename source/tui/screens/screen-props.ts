import type {AppActions, AskValue, OpenRun, RunHandle, RunStart} from '../../app/actions.ts';
import type {ExitCode} from '../../exit-codes.ts';
import type {Notice} from '../page-layout.ts';
import type {SheetFrom} from '../sheet/sheet-from.ts';

/** Which screen is shown, with what it needs. */
export type Screen =
	| {at: 'menu'; notice?: Notice}
	/** `back`: where one came from, when that isn't the menu. */
	| ({at: 'wizard'; back?: Screen} & SheetFrom)
	/** `mark`: where the cursor was. */
	| {at: 'presets'; mark?: number}
	| {at: 'run'; run: RunHandle}
	/** `isAlone`: nothing else is wanted of the program. */
	| {at: 'replay'; store: OpenRun; mark?: number; isAlone?: boolean}
	| {at: 'doctor'; back?: Screen}
	| {at: 'runs'; mark?: number}
	| {at: 'console'}
	| {at: 'isos'}
	| {at: 'clean'}
	| {at: 'help'};

/** What every screen gets. */
export type ScreenProps = {
	actions: AppActions;
	go(screen: Screen): void;
	/** Starts a run and shows it; tells what stood in the way, if something did. */
	start(start: RunStart): Promise<string | undefined>;
	/** The same for a run that is begun otherwise. */
	begin(begin: (ask: AskValue) => Promise<RunHandle>): Promise<string | undefined>;
	leave(exitCode?: ExitCode): void;
};
