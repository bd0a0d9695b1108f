import type {Facts} from '../compatibility/judge-settings.ts';
import type {ExitCode} from '../exit-codes.ts';
import type {CheckResult, RunOutcome} from '../pipeline/events.ts';
import type {RunStore} from '../pipeline/run-store.ts';
import type {Layer} from '../settings/layers.ts';
import type {Settings} from '../settings/settings.ts';
import type {WizardDraft} from '../wizard/draft.ts';
import type {WizardStart} from '../wizard/wizard-reducer.ts';
import type {QuestionId, WizardFacts} from '../wizard/wizard-state.ts';
import type {Asks} from './run-questions.ts';

/**
 * Everything the screens can do to the world, and everything they ask of it. Promises reject with an error whose
 * message (and `hint`) may be shown; the screens never see a stack.
 */
export type AppActions = {
	/** Version of this program. */
	version: string;
	/** Milliseconds since the epoch, for "3 minutes ago". */
	now(): number;

	listPresets(): Promise<readonly PresetSummary[]>;
	/** What stands in the way of that name, if anything: a refusal, or a preset that would be overwritten. */
	checkPresetName(name: string): Promise<{refused?: string; exists?: boolean}>;
	/** Writes the preset, over an earlier one of the same name: the screens have asked before. */
	savePreset(preset: PresetDraft): Promise<void>;
	deletePreset(name: string): Promise<void>;

	/** What the wizard begins with: values given by flags, environment and, when named, this preset, and known facts. */
	wizardStart(preset?: string): Promise<WizardStart>;
	/** What the rules judge these settings by, as it is now. */
	gatherFacts(settings: Settings): Promise<Facts>;
	/**
	 * Finds out what can be chosen with these settings: releases, and what the chosen one says of itself. Tells each as it
	 * is known; `notes` says at a question where its choices are from when that isn't the source itself
	 * ("From the list that comes with the program: no network").
	 */
	learnFacts(o: {
		settings: Settings;
		tell(facts: Partial<WizardFacts>, notes?: {readonly [K in QuestionId]?: string}): void;
		signal: AbortSignal;
	}): Promise<void>;

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

	/** @throws when the run cannot begin: wrong settings, another run holds the workspace. */
	startRun(start: RunStart): Promise<RunHandle>;
	listRuns(): Promise<readonly RunSummary[]>;
	/** Events of an earlier run, folded to its end (or as far as it came). */
	openRun(id: string): Promise<RunStore>;

	/** Checks the machine for both builders; tells every result as it comes. */
	doctor(o: {onResult(result: CheckResult): void; signal: AbortSignal}): Promise<readonly CheckResult[]>;
	/** The commands that `applyFixes` would run for these checks, each once; none where no command mends them. */
	fixCommands(results: readonly CheckResult[]): readonly (readonly string[])[];
	/**
	 * Runs the fix commands of these checks on the ordinary screen, which is the program's while this runs. The screens
	 * have shown the commands and asked.
	 */
	applyFixes(results: readonly CheckResult[]): Promise<void>;

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
};

/** Content of a preset to be saved. */
export type PresetDraft = {name: string; description: string; settings: Partial<Settings>};

/** `draft` is judged by the wizard; what another release wrote may not be a draft any more. */
export type SavedDraft = {draft: unknown; preset?: string; savedAt: number};

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
	/** What the wizard was told, by whomever; undefined: what the preset, flags and environment say. */
	layers?: readonly Layer[];
	/** What `hostReadiness` told was shown, and agreed to. */
	agreed?: boolean;
};

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

export type RunHandle = {
	store: RunStore;
	/** What it needs of the person. */
	asks: Asks;
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
