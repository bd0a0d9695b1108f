import type {AppActions, RunHandle, RunStart} from '../../app/actions.ts';
import type {ExitCode} from '../../exit-codes.ts';
import type {RunStore} from '../../pipeline/run-store.ts';
import type {Notice} from '../page-layout.ts';

/** Which screen is shown, with what it needs. */
export type Screen =
	| {at: 'menu'; notice?: Notice}
	| {at: 'wizard'; preset?: string}
	| {at: 'presets'}
	| {at: 'run'; run: RunHandle}
	| {at: 'replay'; store: RunStore}
	| {at: 'doctor'}
	| {at: 'runs'}
	| {at: 'console'};

/** What every screen gets. */
export type ScreenProps = {
	actions: AppActions;
	go(screen: Screen): void;
	/** Starts a run and shows it; tells what stood in the way, if something did. */
	start(start: RunStart): Promise<string | undefined>;
	leave(exitCode?: ExitCode): void;
};
