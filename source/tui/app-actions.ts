import type {ExitCode} from '../exit-codes.ts';
import type {CheckResult, RunOutcome} from '../pipeline/events.ts';
import type {RunStore} from '../pipeline/run-store.ts';
import type {MachineFacts} from '../settings/field-types.ts';
import type {Settings} from '../settings/settings.ts';

/**
 * Everything the screens can do to the world, and everything they ask of it. Promises reject with an error whose
 * message (and `hint`) may be shown; the screens never see a stack.
 */
export type AppActions = {
	/** Facts that stay the same while the program runs. */
	machine: MachineFacts & {cpus: number; memoryBytes: number};
	version: string;
	/** Milliseconds since the epoch, for "3 minutes ago". */
	now(): number;

	listPresets(): Promise<readonly PresetSummary[]>;
	/** What the preset sets, for the wizard. */
	openPreset(name: string): Promise<PresetDraft>;
	/** @returns what stands in the way of that name, if anything: a refusal, or a preset that would be overwritten. */
	checkPresetName(name: string): Promise<{refused?: string; exists?: boolean}>;
	/** Writes the preset, over an earlier one of the same name: the screens have asked before. */
	savePreset(preset: PresetDraft): Promise<void>;
	deletePreset(name: string): Promise<void>;

	/** Answers of a wizard that was left, if there are any. */
	loadDraft(): Promise<WizardDraft | undefined>;
	saveDraft(draft: WizardDraft): Promise<void>;
	/** Forgets the draft; called when its build starts or its preset is saved. */
	dropDraft(): Promise<void>;

	/** Fills answers up with defaults, and fills in what only the builder knows (`peVersion`), for names and review. */
	resolve(draft: Partial<Settings>): Promise<Settings>;
	/** Free bytes where the build will write. */
	diskFree(): Promise<number>;
	/** Kubernetes versions of a CanvOS release, newest first, and where the list is from. */
	kubernetesVersions(canvosRef: string): Promise<Offer<string>>;
	/** CanvOS releases, newest first, and where the list is from. */
	canvosReleases(): Promise<Offer<string>>;

	/** @throws when the run cannot begin: wrong settings, another run holds the workspace. */
	startRun(start: RunStart): Promise<RunHandle>;
	listRuns(): Promise<readonly RunSummary[]>;
	/** Events of an earlier run, folded to its end (or as far as it came). */
	openRun(id: string): Promise<RunStore>;

	/** Checks the machine for both builders, or for a draft's; tells every result as it comes. */
	doctor(o: {
		settings?: Partial<Settings>;
		onResult(result: CheckResult): void;
		signal: AbortSignal;
	}): Promise<readonly CheckResult[]>;
	/**
	 * Runs the fix commands of these checks on the ordinary screen, which is the program's while this runs. The screens
	 * have shown the commands and asked.
	 */
	applyFixes(results: readonly CheckResult[]): Promise<void>;

	/** ISOs that can be booted, newest first. */
	listIsos(): Promise<readonly IsoChoice[]>;
	/** Serial console of a VM with this ISO, on the ordinary screen; resolves when the person has left it. */
	openConsole(iso: IsoChoice): Promise<ConsoleEnd>;
	/** How the keys that leave the console are written: `Ctrl-]`. */
	detachKey: string;
};

/** A list of choices; `note` tells where it is from when it isn't from the source itself ("shipped list, no network"). */
export type Offer<T> = {choices: readonly T[]; note?: string};

export type PresetDraft = {name: string; description: string; settings: Partial<Settings>};

export type WizardDraft = {answers: Partial<Settings>; question?: string; preset?: string; savedAt: number};

export type PresetSummary = {
	name: string;
	description: string;
	/** Shipped with the program, or saved in this workspace. */
	origin: 'shipped' | 'saved';
	builder: Settings['builder'];
	/** Image reference and ISO name that it builds, where they are known. */
	imageReference?: string;
	isoName?: string;
	/** Why it cannot be run. */
	problem?: string;
	lastRun?: {at: number; outcome: RunOutcome};
};

export type RunStart = {
	/** Name under which the run is listed; undefined for answers that were never saved. */
	preset?: string;
	/** What to build; undefined: what the preset says. */
	settings?: Partial<Settings>;
	smokeTest?: boolean;
	push?: boolean;
	/** Ignore receipts. */
	fresh?: boolean;
};

export type RunHandle = {
	store: RunStore;
	/** Stops the run; called again, without waiting for programs that take their time. */
	cancel(): void;
	finished: Promise<RunEnd>;
};

export type RunEnd = {outcome: RunOutcome; exitCode: ExitCode; runId: string};

export type RunSummary = {
	id: string;
	preset: string;
	rehearsal: boolean;
	startedAt: number;
	/** Absent while it runs or when it was killed. */
	durationMs?: number;
	outcome: RunOutcome | 'unfinished';
	/** What failed, in a sentence. */
	failure?: string;
};

export type IsoChoice = {
	/** Absolute path. */
	path: string;
	name: string;
	bytes: number;
	builtAt: number;
	rehearsal: boolean;
};

/** `message` tells how the VM ended when that wasn't the person's wish. */
export type ConsoleEnd = {message?: string};

/** Why the screens were left. `run` is the last run of this sitting, for the closing summary. */
export type AppEnd = {run?: RunHandle; exitCode: ExitCode};
