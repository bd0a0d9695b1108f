import type {ExitCode} from '../exit-codes.ts';
import type {RunOutcome} from '../pipeline/events.ts';
import type {Player, PlayerCommand} from '../pipeline/replay-player.ts';
import type {RunStore} from '../pipeline/run-store.ts';
import type {Layer} from '../settings/layers.ts';
import type {SettingKey} from '../settings/settings.ts';
import type {FromBase} from './actions-on-presets.ts';
import type {Asks} from './run-questions.ts';

/** What the screens do with runs; see `AppActions`. */
export type RunActions = {
	/**
	 * `ask` is for what a preset leaves to the person.
	 * @throws when the run cannot begin: wrong settings, another run holds the workspace.
	 */
	startRun(start: RunStart, ask: AskValue): Promise<RunHandle>;
	/** Does again what a past run did, be it a build or a part of one. @throws as `startRun`. */
	runAgain(runId: string, ask: AskValue): Promise<RunHandle>;
	/** Looks into what is built already, with the settings that it was built with. @throws as `startRun`. */
	startPart(iso: IsoChoice, part: 'verify-iso' | 'verify-image' | 'smoke-test', ask: AskValue): Promise<RunHandle>;
	listRuns(): Promise<readonly RunSummary[]>;
	/** What a run's settings differ in from the nearest of the presets that come with the program. */
	differencesOfRun(id: string): Promise<FromBase | undefined>;
	/** What differs between two runs, by their records. */
	compareRuns(before: string, after: string): Promise<RunComparison>;
	/** Opens the report of a run in the browser, and makes it first where it was killed. `notOpened`: why only the path is to be had. */
	openReport(id: string): Promise<{path: string; notOpened?: string}>;
	/** Removes the record of a run; what it made stays. */
	deleteRun(id: string): Promise<void>;
	/** What another terminal does in this workspace just now. */
	goingOn(): Promise<GoingOn | undefined>;
	/** An earlier run as far as it came, or one that goes on in another terminal, live. */
	openRun(id: string): Promise<OpenRun>;
	/** The example of a build that comes with the program, played from its beginning. */
	openDemo(): Promise<OpenRun>;
	/** Asks a run of another terminal to stop; asked again, not to wait. @throws when it is not ours to stop. */
	stopRun(id: string): Promise<void>;
	/** Tells a run in plain lines on the ordinary screen, from where it is now, until the person or the run ends that. */
	tellInLines(told: ToldInLines, signal: AbortSignal): Promise<LinesEnd>;
};

/** `isGoingOn`: another process is at it, and its store takes what that adds. One that has ended has a player instead. */
export type OpenRun = RunStore & {isGoingOn?(): boolean; player?: ReplayPlayer};

/** Plays a recorded run; the store shows what a live one showed at its position. */
export type ReplayPlayer = {
	subscribe(listener: () => void): () => void;
	getSnapshot(): PlayerView;
	/** Resolves when the store shows it. */
	obey(command: PlayerCommand): Promise<void>;
};

/** `length` is in milliseconds of the recording, as the position. `isDemo`: an example that comes with the program. */
export type PlayerView = Player & {length: number; isDemo: boolean};

/** One that is read from its record while another process writes that; `wasKilled`: it ended without telling an end. */
export type FollowedRun = OpenRun & {id: string; isGoingOn(): boolean; wasKilled(): boolean};

/** A run to be told in lines: our own, which is stopped there as anywhere in lines, or another process's. */
export type ToldInLines = {store: RunStore; own?: RunHandle; followed?: OpenRun};

/** `back`: to the screens; `ended`: the run did; `leave`: the person wants to leave a run of another terminal. */
export type LinesEnd = 'back' | 'ended' | 'leave';

/** Asks a person for the value of a setting, which is kept nowhere but in the settings of the run. */
export type AskValue = (key: SettingKey) => Promise<string>;

export type RunStart = {
	/** Name under which the run is listed; undefined for answers that were never saved. */
	preset?: string;
	/** What the wizard was told, by whomever; undefined: what the preset, flags and environment say. */
	layers?: readonly Layer[];
	/** What `hostReadiness` told was shown, and agreed to. */
	agreed?: boolean;
};

export type RunHandle = {
	store: RunStore;
	/** What it needs of the person. */
	asks: Asks;
	/** Stops the run; called again, without waiting for programs that take their time. */
	cancel(): void;
	finished: Promise<RunEnd>;
	/** Once it has ended: begins the same again, leaving alone what is done. @throws as `startRun`. */
	retry(): Promise<RunHandle>;
	/** What it was started with from the screens. */
	start?: RunStart;
};

export type RunEnd = {outcome: RunOutcome; exitCode: ExitCode; runId: string};

/** What a run was for. */
export type RunKind = 'build' | 'verification' | 'smoke test' | 'download' | 'preparation';

export type RunSummary = {
	id: string;
	kind: RunKind;
	preset: string;
	rehearsal: boolean;
	startedAt: number;
	/** Absent while it runs or when it was killed. */
	durationMs?: number;
	/** `unfinished`: it was killed before it could say how it ended. */
	outcome: RunOutcome | 'running' | 'unfinished';
	/** What failed, in a sentence. */
	failure?: string;
	imageReference: string;
	isoName: string;
	/** Bytes of what it made, where that is known. */
	imageBytes?: number;
	isoBytes?: number;
	/** Of what it verified. */
	checks?: {passed: number; warned: number; failed: number};
	/** Whether the ISO came up and was as it should be. */
	booted: boolean;
	/** Path of its folder. */
	folder: string;
};

/** Two runs in words; of settings and of what was made only what differs. */
export type RunComparison = {
	before: string;
	after: string;
	settings: readonly ComparedRow[];
	steps: readonly ComparedRow[];
	artifacts: readonly ComparedRow[];
};
export type ComparedRow = {title: string; before: string; after: string};

/** `preset` and `step` are known of a run, not of a command such as `clean`. */
export type GoingOn = {runId: string; command: string; since: number; preset?: string; step?: string};

export type IsoChoice = {
	/** Absolute path. */
	path: string;
	name: string;
	bytes: number;
	builtAt: number;
	rehearsal: boolean;
};
