import type {Facts} from '../compatibility/judge-settings.ts';
import type {ExitCode} from '../exit-codes.ts';
import type {CheckResult, Verdict} from '../pipeline/events.ts';
import type {Settings} from '../settings/settings.ts';
import type {WizardDraft} from '../wizard/draft.ts';
import type {WizardStart} from '../wizard/wizard-reducer.ts';
import type {Notes, WizardFacts} from '../wizard/wizard-state.ts';
import type {PresetActions} from './actions-on-presets.ts';
import type {IsoChoice, RunActions, RunHandle} from './actions-on-runs.ts';

export type * from './actions-on-presets.ts';
export type * from './actions-on-runs.ts';

/**
 * Everything the screens can do to the world, and everything they ask of it. Promises reject with an error whose
 * message (and `hint`) may be shown; the screens never see a stack.
 */
export interface AppActions extends PresetActions, RunActions {
	/** Version of this program. */
	version: string;
	/** Milliseconds since the epoch, for "3 minutes ago". */
	now(): number;

	/** What the wizard begins with: values given by flags, environment and, when named, this preset, and known facts. */
	wizardStart(preset?: string): Promise<WizardStart>;
	/** The same to build again what a past run built: its preset, if that is there, and its settings as answers. */
	wizardStartOf(runId: string): Promise<WizardStart & {preset?: string}>;
	/** What the rules judge these settings by, as it is now. */
	gatherFacts(settings: Settings): Promise<Facts>;
	/**
	 * Finds out what can be chosen with these settings: what lies here, and what the CanvOS release says of itself. Tells each
	 * as it is known; `notes` says at a decision where its choices are from ("From the list that comes with edge-builder.").
	 */
	learnFacts(o: {
		settings: Settings;
		tell(facts: Partial<WizardFacts>, notes?: Notes): void;
		signal: AbortSignal;
	}): Promise<void>;

	/** What a path can go on to: the text as far as it is clear, and the names there are. */
	completePath(text: string): Promise<{text: string; candidates: readonly PathCandidate[]}>;

	/** Whether the registry of these settings answers, and whether a login for it is there; in a few words. */
	askRegistry(o: {settings: Settings; signal: AbortSignal}): Promise<{verdict: Verdict; detail: string}>;

	/** Answers of a wizard that was left, if there are any. */
	loadDraft(): Promise<SavedDraft | undefined>;
	/** Called after every answer, so that whatever ends the program loses none. */
	saveDraft(draft: WizardDraft, preset?: string): Promise<void>;
	/** Forgets the draft: its preset is saved, or the person wants a clean sheet. A run of its answers that passes does it by itself. */
	dropDraft(): Promise<void>;

	/**
	 * What stands between this machine and a build: checked in the background, answered from what is known, unless
	 * `fresh`. Without settings it is for those that the wizard begins with.
	 */
	hostReadiness(o: {settings?: Settings; fresh?: boolean}): Promise<HostReadiness>;
	/** Shows text on the ordinary screen, where it can be copied, until the person presses Enter. */
	showText(text: string): Promise<void>;

	/** Where the work is done, as people write it, and the free bytes there. */
	workspace(): Promise<{path: string; freeBytes: number}>;
	/** What can be removed from the workspace and the image store, largest first. */
	listCleanables(): Promise<readonly CleanableThing[]>;
	/** Removes these, by their titles. @returns the bytes that this gave back. */
	clean(titles: readonly string[]): Promise<number>;
	/** Why a rehearsal can't be made here, when that is so. */
	cannotRehearse?: string;
	/** Why a real build can't be made here, in a sentence: Docker or the network is missing. Undefined when it can. */
	missingForReal(): Promise<string | undefined>;

	/** Checks the machine for both builders; tells every result as it comes. */
	doctor(o: {onResult(result: CheckResult): void; signal: AbortSignal}): Promise<readonly CheckResult[]>;
	/** The commands that `applyFixes` would run for these checks, each once; none where no command mends them. */
	fixCommands(results: readonly CheckResult[]): readonly (readonly string[])[];
	/**
	 * Runs the fix commands of these checks on the ordinary screen, which is the program's while this runs. The screens
	 * have shown the commands and asked.
	 */
	applyFixes(results: readonly CheckResult[]): Promise<void>;

	/** Opens a log file in $PAGER, or in $EDITOR at this line, on the terminal; tells why that could not be done. */
	openLog(o: {path: string; line?: number; how: 'pager' | 'editor'}): Promise<string | undefined>;

	/** What the person made of the dashboard's panes, from one start to the next. */
	dashboardLayout: {load(): Promise<SavedLayout | undefined>; save(layout: SavedLayout): Promise<void>};

	/** ISOs that can be booted, newest first. */
	listIsos(): Promise<readonly IsoChoice[]>;
	/** Checks that say what a VM lacks on this machine and a command would install; `applyFixes` takes them. */
	missingForConsole(): Promise<readonly CheckResult[]>;
	/** Serial console of a VM with this ISO, on the ordinary screen; resolves when the person has left it. */
	openConsole(iso: IsoChoice): Promise<ConsoleEnd>;
	/** Stops the program as Ctrl-Z does, the terminal being the shell's meanwhile; resolves when it goes on. */
	suspend(): Promise<void>;
	/** How the keys that leave the console are written: `Ctrl-]`. */
	detachKey: string;
}

/** How the dashboard's panes were arranged last: who of log and tree has more room, and whether one pane has all of it. */
export type SavedLayout = {arrangement: 'even' | 'log' | 'tree'; zoomed: boolean};

/** What a path may go on with; a folder's name ends in a slash, a file has a size. */
export type PathCandidate = {name: string; bytes?: number};

/** `draft` is judged by the wizard; what another release wrote may not be a draft any more. */
export type SavedDraft = {draft: unknown; preset?: string; savedAt: number};

/** `kind` as `clean` calls it; `isDear`: it costs gigabytes to fetch again, and isn't chosen by itself. */
export type CleanableThing = {kind: string; title: string; bytes: number; isDear: boolean};

/** `failed`: the checks that failed. `mending`: what would mend all of them, where commands can. */
export type HostReadiness = {
	failed: readonly CheckResult[];
	mending?: {
		/** In words that follow "to": `install 13 packages`. */
		purpose: string;
		commands: readonly (readonly string[])[];
		/** The one line that root has to type instead. */
		lineForRoot: string;
		/** False where neither root nor sudo is at hand. */
		hasRights: boolean;
	};
};

/** `message` tells how the VM ended when that wasn't the person's wish. */
export type ConsoleEnd = {message?: string};

/** Why the screens were left. `run` is the last run of this sitting, for the closing summary. */
export type AppEnd = {run?: RunHandle; exitCode: ExitCode};
