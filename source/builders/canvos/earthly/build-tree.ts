import type {BuildNode, NodeState} from '../../../pipeline/events.ts';
import {
	type Command,
	closeItem,
	endOf,
	mergeCommand,
	mergeStatus,
	nodeState,
	outranks,
	wasCancelled,
} from './command-state.ts';
import type {CommandFields, FailureFields, StreamRecord, TargetFields} from './records.ts';
import {sourceIn} from './source-line.ts';
import {createStepOutput} from './step-output.ts';
import {
	type CommandFailure,
	displayName,
	isAdvertisement,
	isNoise,
	plainText,
	type SaidOutcome,
	type TreeEvent,
} from './tree-events.ts';

/** All records of one step: Dockerfile steps come again with new ids, all cached, for each IF that is evaluated. */
type Group = {id: string; shown: Command; parent?: string};

const keptLines = 200;

/**
 * Folds records of the log stream into tree events. Nothing is taken for granted: records may be missing, come twice or
 * in another order.
 */
export const createBuildTree = () => {
	const targets = new Map<string, TargetFields>();
	const commands = new Map<string, Command>();
	const groups = new Map<string, Group>();
	const groupOf = new Map<string, Group>();
	const shown = new Map<string, string>();
	let pending: TreeEvent[] = [];
	let outcome: SaidOutcome;
	let failure: FailureFields | undefined;
	let firstError: Command | undefined;
	let dockerfileTarget: string | undefined;
	let lastTime: number | undefined;
	let over = false;

	const show = (node: BuildNode) => {
		const text = JSON.stringify(node);
		if (shown.get(node.id) === text) return;
		shown.set(node.id, text);
		pending.push({type: 'node', node});
	};

	const showTarget = (target: TargetFields) => {
		if (target.name === undefined) return;
		const state = nodeState(target, over);
		const {id, name, startedAt} = target;
		show({id, kind: 'target', name, state, startedAt, endedAt: endOf(target, state)});
	};

	const showGroup = ({id, parent, shown: command}: Group) => {
		const state = nodeState(command, over);
		show({
			id,
			parent,
			kind: 'command',
			name: displayName(command.name ?? ''),
			state,
			cached: (command.cached && !command.ran) || undefined,
			percent: percentOf(command, state),
			source: command.source,
			startedAt: command.startedAt,
			endedAt: endOf(command, state),
			failure: state === 'failed' ? command.error : undefined,
		});
	};

	const commandOf = (id: string): Command => {
		const command = commands.get(id) ?? {id, ran: false, lines: []};
		commands.set(id, command);
		return command;
	};

	const groupFor = (command: Command): Group | undefined => {
		const known = groupOf.get(command.id);
		if (known || command.name === undefined || isNoise(command.name, command.category)) return known;
		const target = targetOf(command);
		const key = target === undefined ? `${command.category ?? ''}\0${command.name}` : command.id;
		const parent = target ?? (isOutsideTargets(command) ? undefined : dockerfileTarget);
		const group = groups.get(key) ?? {id: command.id, shown: command, parent};
		groups.set(key, group);
		groupOf.set(command.id, group);
		return group;
	};

	const showCommand = (command: Command) => {
		const group = groupFor(command);
		if (!group) return;
		if (outranks(command, group.shown)) group.shown = command;
		showGroup(group);
	};

	const seeTimes = (...times: (number | undefined)[]) => {
		for (const time of times) lastTime = Math.max(lastTime ?? 0, time ?? 0);
	};

	const acceptTarget = (fields: TargetFields) => {
		const target = targets.get(fields.id) ?? {id: fields.id};
		targets.set(fields.id, target);
		mergeStatus(target, fields);
		target.name = fields.name ?? target.name;
		seeTimes(fields.startedAt, fields.endedAt);
		showTarget(target);
	};

	const acceptCommand = (fields: CommandFields) => {
		const command = commandOf(fields.id);
		mergeCommand(command, fields);
		seeTimes(fields.startedAt, fields.endedAt);
		if (command.status === 'failure' && !wasCancelled(command)) firstError ??= command;
		if (command.name?.startsWith('FROM DOCKERFILE')) dockerfileTarget = command.targetId ?? dockerfileTarget;
		if (fields.status !== undefined && fields.status !== 'running') output.flush(command.id);
		showCommand(command);
	};

	const acceptOutput = ({commandId, targetId, stream, data}: StreamRecord & {kind: 'output'}) => {
		const command = commandOf(commandId);
		command.ran = true;
		command.targetId ??= targetId;
		output.push(commandId, stream, data);
		showCommand(command);
	};

	const output = createStepOutput((commandId, stream, lines) => {
		const command = commandOf(commandId);
		command.lines.push(...lines.slice(-keptLines));
		command.lines.splice(0, command.lines.length - keptLines);
		const isMessage = commandId.startsWith('_generic:');
		const told = isMessage ? lines.filter(line => line !== '' && !isAdvertisement(line)) : lines;
		if (told.length > 0) pending.push({type: 'log', chunk: {stream, text: told.join('\n'), target: labelOf(command)}});
	});

	const labelOf = (command: Command) => {
		const {id} = command;
		if (id.startsWith('_generic:')) return id === '_generic:default' ? undefined : id.slice('_generic:'.length);
		const target = targetOf(command) ?? groupOf.get(id)?.parent;
		return target === undefined ? undefined : targets.get(target)?.name;
	};

	const take = () => {
		const events = pending;
		pending = [];
		return events;
	};

	return {
		/** The events that one more record causes. */
		accept(record: StreamRecord): TreeEvent[] {
			if (record.kind === 'output') acceptOutput(record);
			if (record.kind === 'state') {
				seeTimes(record.run.at);
				if (record.run.status && record.run.status !== 'running') outcome = record.run.status;
				failure = record.run.failure ?? failure;
				for (const target of record.targets) acceptTarget(target);
				for (const command of record.commands) acceptCommand(command);
			}
			return take();
		},
		/** How Earthly said it ended, so far. */
		outcome: () => outcome,
		/** Closes everything that is still open; `how` counts where the stream stopped without an outcome. */
		finish(how: NonNullable<SaidOutcome>): TreeEvent[] {
			over = true;
			output.flushAll();
			for (const target of targets.values()) {
				closeItem(target, outcome ?? how, lastTime);
				showTarget(target);
			}
			for (const group of groups.values()) {
				closeItem(group.shown, outcome ?? how, lastTime);
				showGroup(group);
			}
			return take();
		},
		/** The failed command, also where Earthly only said "Canceled" (as it does when images cannot be loaded). */
		failure(): CommandFailure | undefined {
			const command = failure?.commandId?.startsWith('_generic:')
				? undefined
				: failure
					? commands.get(failure.commandId ?? '')
					: firstError;
			if (!failure && !command) return undefined;
			const message = failure?.message || (command?.error ?? '');
			return {
				type: failure?.type,
				command: command?.name,
				target: targets.get(failure?.targetId ?? (command && targetOf(command)) ?? '')?.name ?? targetIn(message),
				source: sourceIn(message) ?? command?.source,
				message,
				output: command && command.lines.length > 0 ? [...command.lines] : linesOf(failure?.output ?? ''),
			};
		},
	};
};

// Commands of targets are called TARGET/NUMBER; those of a Dockerfile and of BuildKit sha256:….
const targetOf = ({id, targetId}: Command) => targetId ?? /^([^/\s]+)\/\d+$/.exec(id)?.[1];

// Metadata of images and the output belong to no target; steps of a Dockerfile to the one that has FROM DOCKERFILE.
const isOutsideTargets = ({name = '', category = ''}: Command) =>
	category === 'output' || /^load metadata /i.test(name);

// For the export it flips between 0 and 100, once for each layer: activity, not a percentage.
const percentOf = ({name, percent}: Command, state: NodeState) =>
	state === 'running' && name !== 'exporting outputs' ? percent : undefined;

// "in		+base-image" below a message names the target, innermost first.
const targetIn = (message: string) => /^in\s+(\S*\+\S+)$/m.exec(message)?.[1];

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n').map(plainText));
