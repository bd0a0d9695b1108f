/**
 * One line of Earthly's structured log stream (`--logstream-debug-file X.json`, v0.8.15). Protobuf's JSON form: 64-bit
 * integers are strings and default values are left out, so every field may be missing.
 */
export type StreamRecord =
	| {kind: 'state'; run: RunFields; targets: readonly TargetFields[]; commands: readonly CommandFields[]}
	| {kind: 'output'; commandId: string; targetId?: string; stream: 'out' | 'err'; data: Buffer}
	/** Resource statistics and the console text, which the stream carries twice besides the raw output. */
	| {kind: 'ignored'};

type RunStatus = 'running' | 'success' | 'failure' | 'cancelled';

type RunFields = {status?: RunStatus; failure?: FailureFields; at?: number};

/** The failure that Earthly names for the whole run. */
export type FailureFields = {
	/** For example `NONZERO_EXIT`, `FILE_NOT_FOUND`, `SYNTAX`, `OTHER`, `OOM_KILLED`. */
	type?: string;
	targetId?: string;
	commandId?: string;
	message: string;
	output: string;
};

/** What one record says of a target; times in milliseconds since the epoch. */
export type TargetFields = {
	id: string;
	name?: string;
	status?: RunStatus;
	startedAt?: number;
	endedAt?: number;
	/** Ids of the targets that it needs. */
	uses?: readonly string[];
};

/** The same of a command. */
export type CommandFields = TargetFields & {
	targetId?: string;
	category?: string;
	source?: string;
	cached?: boolean;
	percent?: number;
	error?: string;
};

/** The record of one line, or undefined where the line is cut or no record at all. Unknown fields are passed over. */
export function parseRecord(line: string): StreamRecord | undefined {
	// Half of a stream is console text; telling it by its first bytes saves parsing it.
	if (line.startsWith('{"deltaFormattedLog"')) return {kind: 'ignored'};
	let record: unknown;
	try {
		record = JSON.parse(line);
	} catch {
		return undefined;
	}
	const {deltaManifest, deltaLog} = objectOf(record);
	if (isObject(deltaManifest)) return stateOf(objectOf(deltaManifest.fields));
	if (isObject(deltaLog)) return outputOf(deltaLog);
	return isObject(record) ? {kind: 'ignored'} : undefined;
}

const resourceStatistics = 99;

function outputOf({commandId, targetId, stream, data}: Fields): StreamRecord {
	const id = textOf(commandId);
	const base64 = textOf(data);
	if (stream === resourceStatistics || id === undefined || base64 === undefined) return {kind: 'ignored'};
	return {
		kind: 'output',
		commandId: id,
		targetId: textOf(targetId),
		stream: stream === 2 ? 'err' : 'out',
		data: Buffer.from(base64, 'base64'),
	};
}

const stateOf = (fields: Fields): StreamRecord => ({
	kind: 'state',
	run: {
		status: statusOf(fields.status),
		failure: isObject(fields.failure) ? failureOf(fields.failure) : undefined,
		at: timeOf(fields.endedAtUnixNanos) ?? timeOf(fields.startedAtUnixNanos),
	},
	targets: entriesOf(fields.targets).map(([id, target]) => targetOf(id, target)),
	commands: entriesOf(fields.commands).map(([id, command]) => ({
		...targetOf(id, command),
		targetId: textOf(command.targetId),
		category: textOf(command.category),
		source: sourceOf(command.sourceLocation),
		cached: command.isCached === true || undefined,
		percent: command.hasProgress === true ? percentOf(command.progress) : undefined,
		error: textOf(command.errorMessage),
	})),
});

const targetOf = (id: string, fields: Fields): TargetFields => ({
	id,
	name: textOf(fields.name),
	status: statusOf(fields.status),
	startedAt: timeOf(fields.startedAtUnixNanos),
	endedAt: timeOf(fields.endedAtUnixNanos),
	uses: usesOf(fields.dependsOn),
});

/** A target lists ids, a command objects with ids. */
const usesOf = (value: unknown): readonly string[] | undefined =>
	Array.isArray(value) ? value.flatMap(one => textOf(one) ?? textOf(objectOf(one).targetId) ?? []) : undefined;

const failureOf = (fields: Fields): FailureFields => ({
	type: textOf(fields.type)?.replace(/^FAILURE_TYPE_/, ''),
	targetId: textOf(fields.targetId),
	commandId: textOf(fields.commandId),
	message: textOf(fields.errorMessage) ?? '',
	output: Buffer.from(textOf(fields.output) ?? '', 'base64').toString(),
});

const statuses: Readonly<Record<string, RunStatus>> = {
	RUN_STATUS_IN_PROGRESS: 'running',
	RUN_STATUS_SUCCESS: 'success',
	RUN_STATUS_FAILURE: 'failure',
	RUN_STATUS_CANCELED: 'cancelled',
};

const statusOf = (value: unknown): RunStatus | undefined =>
	typeof value === 'string' && Object.hasOwn(statuses, value) ? statuses[value] : undefined;

function sourceOf(value: unknown): string | undefined {
	const {file, startLine} = objectOf(value);
	const name = textOf(file);
	return name === undefined ? undefined : typeof startLine === 'number' ? `${name}:${startLine}` : name;
}

/** Milliseconds since the epoch. Nanoseconds exceed what a double holds exactly; milliseconds with a fraction don't. */
function timeOf(value: unknown): number | undefined {
	if (typeof value !== 'string' || !/^\d{7,20}$/.test(value)) return undefined;
	return Number(value.slice(0, -6)) + Number(value.slice(-6)) / 1e6;
}

const percentOf = (value: unknown) => (typeof value === 'number' ? Math.min(100, Math.max(0, value)) : 0);

type Fields = {readonly [key: string]: unknown};
const isObject = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Fields => (isObject(value) ? value : {});
const textOf = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined);
const entriesOf = (value: unknown) =>
	Object.entries(objectOf(value)).filter((entry): entry is [string, Fields] => isObject(entry[1]));
