import type {ExitReason} from '../exit-codes.ts';
import type {Host} from '../host/host.ts';
import type {OutputNames} from '../settings/output-names.ts';
import type {Settings} from '../settings/settings.ts';
import type {Artifact, BuildNode, CheckResult, Json, LogChunk, Progress, StepId} from './events.ts';
import type {RunFolder, Workspace} from './workspace.ts';

/** How a step speaks; each call becomes one event of the stream. */
export type Reporter = {
	progress(progress: Progress): void;
	log(chunk: LogChunk): void;
	/** A remark of ours in the step's log. */
	note(text: string): void;
	check(result: CheckResult): void;
	artifact(artifact: Artifact): void;
	node(node: BuildNode): void;
	/** The time of the run, as events are stamped: for what bears times of its own. */
	now(): number;
};

/** Undo actions of a run, each run exactly once, last first, whatever way the run ends. */
export type Cleanup = {
	/** Registers an undo; the returned function runs it early (and only once). `what` names it for the log. */
	add(what: string, undo: () => Promise<void>): () => Promise<void>;
};

/** The two things that a build makes. */
export type BuildTarget = 'provider-image' | 'installer-iso';

/** What one invocation asks for beyond the settings. */
export type RunOptions = {
	only?: BuildTarget;
	smokeTest: boolean;
	push: boolean;
	/** Ignore receipts: run every step. */
	fresh: boolean;
	/** Consents given beforehand (`--yes`). */
	yes: boolean;
	/** Keep the source tree after the run. */
	keepTree: boolean;
	/** Fetch only these kinds of firmware. */
	firmwareOnly?: readonly FetchedFirmware['kind'][];
	/** Bytes per second that a download may take. */
	limitRate?: number;
	/** Only these steps of the catalogue; all when absent. */
	steps?: readonly StepId[];
};

/**
 * Mends what checks of this machine found, where the person agrees. Resolves with true when something was changed, so
 * that the checks are worth making again; false when no command would help.
 * @throws {FixableError} with what has to be run, when nobody agrees or rights are refused.
 */
export type MakeReady = (
	results: readonly CheckResult[],
	c: {report: Pick<Reporter, 'log' | 'note' | 'progress'>; signal: AbortSignal},
) => Promise<boolean>;

export type StepContext = {
	settings: Settings;
	names: OutputNames;
	options: RunOptions;
	workspace: Workspace;
	run: RunFolder;
	host: Host;
	report: Reporter;
	/** Aborts when the run is cancelled; pass it to whatever takes long. */
	signal: AbortSignal;
	cleanup: Cleanup;
	makeReady: MakeReady;
	results: RunResults;
};

/** A firmware file that lies whole and checked in `redist/`. */
export type FetchedFirmware = {kind: 'doca-host' | 'bfb'; name: string; path: string; bytes: number; sha256: string};

/** What steps hand to later steps of the same run. */
export type RunResults = {
	/** Set by fetch-firmware; empty in URL mode and for standard images. */
	firmware: readonly FetchedFirmware[];
	/** Set by installer-iso, when the ISO is built in this run: milliseconds since the epoch at which it began. */
	isoBegunAt?: number;
};

/** What is left of an earlier, identical execution of a step. */
export type Receipt = {
	step: StepId;
	runId: string;
	/** Version of this product that did it. */
	version: string;
	at: number;
	inputsHash: string;
	inputs: Json;
	artifacts: readonly Artifact[];
	checks: readonly CheckResult[];
};

export type Step = {
	id: StepId;
	/** Running form: "Building provider image". */
	title: string;
	/** Finished form: "Provider image built". */
	done: string;
	/** Steps that must have ended well (or been skipped) before. */
	after: readonly StepId[];
	/** Exit code when this step fails. */
	exit: ExitReason;
	/** The only one of the two that this step is about: a run that is asked for the other leaves it out. */
	target?: BuildTarget;
	/** Why else the step is not needed with these settings and options; a short reason for the plan. */
	skip?(c: Pick<StepContext, 'settings' | 'options'>): string | undefined;
	/** Steps that alone need this one's result, in running order: when none of them will run, this one is not needed. */
	neededBy?: readonly StepId[];
	/** Everything the result depends on. Equal inputs, and nothing `missing`, let the step be skipped. */
	inputs?(c: StepContext): Promise<Json>;
	/** What of the receipt's results no longer exists unchanged, in words; undefined when all does. */
	missing?(c: StepContext, receipt: Receipt): Promise<string | undefined>;
	/** Returns a reason when it found that there was nothing to do. */
	run(c: StepContext): Promise<{skipped: string} | undefined>;
};

/** What a build does unless flags say otherwise. */
export const wholeRun: RunOptions = {smokeTest: true, push: false, fresh: false, yes: false, keepTree: false};

/** What is asked for by name, such as a verification, is done, whatever was done before. */
export const partRun: RunOptions = {...wholeRun, fresh: true};

/** For work outside a run, whose results are printed at its end. */
export const quietReporter: Reporter = {
	progress: () => undefined,
	log: () => undefined,
	note: () => undefined,
	check: () => undefined,
	artifact: () => undefined,
	node: () => undefined,
	now: Date.now,
};
