/** The steps of the pipeline, in running order; the last is only of `download --bundle`. */
export const stepIds = [
	'check-host',
	'fetch-firmware',
	'prepare-source',
	'provider-image',
	'installer-iso',
	'collect',
	'verify-image',
	'verify-iso',
	'smoke-test',
	'push',
	'profile',
	'pack-bundle',
] as const;
export type StepId = (typeof stepIds)[number];

export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};

/** `rate` is units per second over a recent window. */
export type Progress = {done: number; total?: number; unit: 'bytes' | 'items'; rate?: number; label?: string};

/** One or more whole lines, without the last line feed; `serial` is raw terminal output instead, cut anywhere. `target` is the Earthly target, when known. */
export type LogChunk = {stream: 'out' | 'err' | 'serial' | 'note'; text: string; target?: string};

export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';
/** `why` says why the check matters, `hint` how to fix it, `fix` the exact command that would. */
export type CheckResult = {
	id: string;
	title: string;
	verdict: Verdict;
	detail?: string;
	why?: string;
	hint?: string;
	fix?: readonly string[];
};

export type Artifact = {
	kind:
		| 'provider-image'
		| 'installer-iso'
		| 'checksum'
		| 'profile'
		| 'nodeprep-environment'
		| 'report'
		| 'firmware-bundle';
	/** Image reference, or absolute path of a file. */
	ref: string;
	bytes?: number;
	sha256?: string;
};

/** What people call each of them. */
export const artifactNames = {
	'provider-image': 'Provider image',
	'installer-iso': 'Installer ISO',
	checksum: 'Checksum',
	profile: 'Profile',
	'nodeprep-environment': 'Settings of nodeprep',
	report: 'Report',
	'firmware-bundle': 'Firmware bundle',
} as const satisfies Record<Artifact['kind'], string>;

/** `lastLines`: what the failing program printed last. `log`: path of the complete log. */
export type Failure = {
	code: string;
	message: string;
	hint?: string;
	log?: string;
	lastLines?: readonly string[];
	/** Earthfile line or file that failed, for example `Earthfile:12`. */
	source?: string;
	/** Document that tells more. */
	document?: string;
};

export type StepOutcome =
	| {kind: 'done' | 'cancelled'}
	| {kind: 'skipped'; reason: string}
	| {kind: 'failed'; failure: Failure};

export type NodeState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'skipped';
/** One Earthly or BuildKit command, or one target. Later events of the step with the same id replace earlier ones. */
export type BuildNode = {
	id: string;
	parent?: string;
	kind: 'target' | 'command';
	name: string;
	state: NodeState;
	cached?: boolean;
	/** 0 to 100. */
	percent?: number;
	/** For example `Earthfile:17`. */
	source?: string;
	/** Place among its siblings in the text of the build, compared number by number: unlike times the same in every run. */
	order?: readonly number[];
	startedAt?: number;
	endedAt?: number;
	failure?: string;
};

export type DiskReading = {path: string; freeBytes: number; totalBytes: number};

export type PlannedStep = {
	id: StepId;
	/** Running form: "Building provider image". */
	title: string;
	/** Finished form: "Provider image built". */
	done: string;
	after: readonly StepId[];
	/** Why the step will not run, when that is known before the run. */
	skip?: string;
};

/** What may be shown of the settings: no secret among them. */
export type PublicSettings = {readonly [key: string]: string | number | boolean};

export type RunHeader = {
	runId: string;
	preset: string;
	builder: 'rehearsal' | 'canvos';
	/** True where everything made is a rehearsal with stand-ins and must be labelled so. */
	rehearsal: boolean;
	/** Version of this product. */
	version: string;
	workspace: string;
	/** Absolute path of the run folder. */
	folder: string;
	imageReference: string;
	isoName: string;
};

/**
 * How long a step took in builds of this kind on this machine, in milliseconds: the shortest and the longest of the last
 * few, and the last one. `silenceMs`: how long it was silent at most.
 */
export type UsualTime = {leastMs: number; mostMs: number; lastMs: number; silenceMs?: number};
export type UsualTimes = {readonly [step in StepId]?: UsualTime};

export type PipelineEventBody =
	| {
			type: 'run-started';
			run: RunHeader;
			plan: readonly PlannedStep[];
			settings: PublicSettings;
			usual?: UsualTimes;
	  }
	| {type: 'step-started'; step: StepId}
	| {type: 'step-progress'; step: StepId; progress: Progress}
	| {type: 'build-node'; step: StepId; node: BuildNode}
	| {type: 'log'; step: StepId; chunk: LogChunk}
	| {type: 'check'; step: StepId; result: CheckResult}
	| {type: 'artifact'; step: StepId; artifact: Artifact}
	| {type: 'host'; cpu: number; memory: number; disks: readonly DiskReading[]}
	| {type: 'step-finished'; step: StepId; outcome: StepOutcome}
	/** `failure`: what the run failed of when that was no step of it, such as its record. */
	| {type: 'run-finished'; outcome: RunOutcome; failure?: Failure};

export type RunOutcome = 'passed' | 'failed' | 'cancelled';

/** `seq` counts from 1 without gaps; `at` is milliseconds since the epoch. */
export type PipelineEvent = {seq: number; at: number} & PipelineEventBody;

/** A reader of the stream. `accept` may queue but never blocks and never throws into the run. */
export type Sink = {accept(event: PipelineEvent): void; close?(): Promise<void>};
