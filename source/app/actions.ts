import type {Facts} from '../compatibility/judge-settings.ts';
import type {ExitCode} from '../exit-codes.ts';
import type {CheckResult, RunOutcome, Verdict} from '../pipeline/events.ts';
import type {RunStore} from '../pipeline/run-store.ts';
import type {Layer} from '../settings/layers.ts';
import type {Settings} from '../settings/settings.ts';
import type {WizardDraft} from '../wizard/draft.ts';
import type {WizardStart} from '../wizard/wizard-reducer.ts';
import type {Notes, WizardFacts} from '../wizard/wizard-state.ts';
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
	/** Deletes a preset so that `restorePreset` can bring it back. */
	deletePreset(name: string): Promise<void>;
	restorePreset(name: string): Promise<void>;
	duplicatePreset(name: string, copy: string): Promise<void>;
	renamePreset(name: string, to: string): Promise<void>;
	/** What a preset file or a `.arg`, at a path or an https address, would be as a preset. Saves nothing. */
	lookAtImport(from: string): Promise<PresetImport>;
	saveImport(imported: PresetImport): Promise<void>;
	/** Writes the preset's file there, where none is, and tells where that was. */
	exportPreset(name: string, to: string): Promise<string>;
	comparePresets(before: string, after: string): Promise<readonly PresetDifference[]>;

	/** What the wizard begins with: values given by flags, environment and, when named, this preset, and known facts. */
	wizardStart(preset?: string): Promise<WizardStart>;
	/** The same to build again what a past run built: its preset, if that is there, and its settings as answers. */
	wizardStartOf(runId: string): Promise<WizardStart & {preset?: string}>;
	/** What the rules judge these settings by, as it is now. */
	gatherFacts(settings: Settings): Promise<Facts>;
	/**
	 * Finds out what can be chosen with these settings: releases, and what the chosen one says of itself. Tells each as it
	 * is known; `notes` says at a decision where its choices are from when that isn't the source itself
	 * ("From the list that comes with the program: no network").
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

	/** @throws when the run cannot begin: wrong settings, another run holds the workspace. */
	startRun(start: RunStart): Promise<RunHandle>;
	/** Does again what a past run did, be it a build or a part of one. @throws as `startRun`. */
	runAgain(runId: string): Promise<RunHandle>;
	/** Looks into what is built already, with the settings that it was built with. @throws as `startRun`. */
	startPart(iso: IsoChoice, part: 'verify-iso' | 'verify-image' | 'smoke-test'): Promise<RunHandle>;
	listRuns(): Promise<readonly RunSummary[]>;
	/** What a run's settings differ in from the nearest of the presets that come with the program. */
	differencesOfRun(id: string): Promise<FromBase | undefined>;
	/** Removes the record of a run; what it made stays. */
	deleteRun(id: string): Promise<void>;
	/** What another terminal does in this workspace just now. */
	goingOn(): Promise<GoingOn | undefined>;
	/** Where the work is done, as people write it, and the free bytes there. */
	workspace(): Promise<{path: string; freeBytes: number}>;
	/** What can be removed from the workspace and the image store, largest first. */
	listCleanables(): Promise<readonly CleanableThing[]>;
	/** Removes these, by their titles. @returns the bytes that this gave back. */
	clean(titles: readonly string[]): Promise<number>;
	/** Why a real build can't be made here, in a sentence: Docker or the network is missing. Undefined when it can. */
	missingForReal(): Promise<string | undefined>;
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

/** What a path may go on with; a folder's name ends in a slash, a file has a size. */
export type PathCandidate = {name: string; bytes?: number};

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
	/** Its last build: when, how it ended, how long it took. */
	lastRun?: {at: number; outcome: RunOutcome; durationMs?: number; id: string};
	/** What it differs in from the nearest of the presets that come with the program; not for those themselves. */
	fromBase?: FromBase;
};

/** A setting that two presets don't have in common; `follows`: neither says it, it follows from what they say. */
export type PresetDifference = {title: string; before: string; after: string; follows: boolean};

/** A preset that is not saved yet; `exists`: saving replaces one of that name, which the difference is from. */
export type PresetImport = {
	name: string;
	text: string;
	place: string;
	exists: boolean;
	difference: readonly PresetDifference[];
	remarks: readonly string[];
};

/** `base`: name of a preset. */
export type FromBase = {base: string; differences: readonly {title: string; value: string; before: string}[]};

/** `preset` and `step` are known of a run, not of a command such as `clean`. */
export type GoingOn = {runId: string; command: string; since: number; preset?: string; step?: string};

/** `kind` as `clean` calls it; `isDear`: it costs gigabytes to fetch again, and isn't chosen by itself. */
export type CleanableThing = {kind: string; title: string; bytes: number; isDear: boolean};

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
