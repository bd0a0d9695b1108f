import type {NodeState} from '../../../../pipeline/events.ts';
import type {CommandFields, TargetFields} from './parse-record.ts';

/** A command as its records add up. */
export type Command = CommandFields & {
	/** It printed something or took time, so a later "cached" only says that the graph was solved once more. */
	ran: boolean;
	/** What it printed last, oldest first. */
	lines: string[];
};

/** Takes over status and times. The graph is solved several times, so a state may come again, and out of order. */
export function mergeStatus(known: TargetFields, fields: TargetFields) {
	known.startedAt ??= fields.startedAt;
	if (fields.status === undefined || known.status === 'failure') return;
	if (fields.status !== 'running') {
		known.endedAt ??= fields.endedAt;
		known.status = fields.status;
		return;
	}
	// A start counts again only when it is later than the end.
	const startedAgain = (fields.startedAt ?? 0) > (known.endedAt ?? Number.POSITIVE_INFINITY);
	if (known.status !== undefined && !startedAgain) return;
	known.status = 'running';
	known.endedAt = undefined;
}

/** Takes over what one more record says of a command. */
export function mergeCommand(known: Command, fields: CommandFields) {
	mergeStatus(known, fields);
	known.name = fields.name ?? known.name;
	known.targetId = fields.targetId ?? known.targetId;
	known.category = fields.category ?? known.category;
	known.source = fields.source ?? known.source;
	known.percent = fields.percent ?? known.percent;
	known.error = fields.error ?? known.error;
	if (!known.cached) known.ran ||= tookTime(known);
	known.cached = fields.cached ?? known.cached;
}

/** @param over Whether the build has ended, so that nothing can be waiting any more. */
export function nodeState(item: TargetFields & {error?: string}, over: boolean): NodeState {
	switch (item.status) {
		case undefined:
			return over ? 'skipped' : 'waiting';
		case 'running':
			return 'running';
		case 'success':
			return 'done';
		case 'failure':
			return wasCancelled(item) ? 'cancelled' : 'failed';
		case 'cancelled':
			return 'cancelled';
		default:
			return item.status satisfies never;
	}
}

/** Earthly gives a command that was cancelled because another one failed the status of a failure. */
export const wasCancelled = ({error}: {error?: string}) => error?.includes('context canceled') ?? false;

/** When it ended, for the states that are ends. */
export const endOf = ({startedAt, endedAt}: TargetFields, state: NodeState) =>
	state === 'waiting' || state === 'running' || endedAt === undefined
		? undefined
		: Math.max(endedAt, startedAt ?? endedAt);

/** Ends what a build left running: Earthly sends no end for targets of a build that failed elsewhere. */
export function closeItem(item: TargetFields, ended: 'success' | 'failure' | 'cancelled', at: number | undefined) {
	if (item.status !== 'running') return;
	item.status = ended === 'success' ? 'success' : 'cancelled';
	item.endedAt = at;
}

/** Whether of two records of one step the first one tells more: a failure, then a real execution, then any state. */
export const outranks = (one: Command, other: Command) => one !== other && rank(one) > rank(other);

function rank({status, ran}: Command) {
	if (status === 'failure') return 3;
	if (ran && status !== undefined && status !== 'running') return 2;
	return status === undefined ? 0 : 1;
}

const tookTime = ({startedAt, endedAt}: TargetFields) =>
	startedAt !== undefined && endedAt !== undefined && endedAt > startedAt;

/** The target of a command. Commands of targets are called TARGET/NUMBER; those of a Dockerfile and of BuildKit sha256:…. */
export const targetOf = ({id, targetId}: Command) => targetId ?? /^([^/\s]+)\/\d+$/.exec(id)?.[1];
