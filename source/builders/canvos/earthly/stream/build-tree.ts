import {plainLine} from '../../../../text/ansi.ts';
import {createLineSplitter} from '../../../../text/lines.ts';
import type {CommandFailure} from '../../failures/failure-rule.ts';
import {isAdvertisement, type SaidOutcome, sourceIn, type TreeEvent, targetIn} from '../build-output.ts';
import {type Command, mergeCommand, mergeStatus, targetOf, wasCancelled} from './command-state.ts';
import type {CommandFields, FailureFields, StreamRecord, TargetFields} from './parse-record.ts';
import {createShownNodes} from './shown-nodes.ts';

const keptLines = 200;

/**
 * Folds records of the log stream into tree events. Nothing is taken for granted: records may be missing, come twice or
 * in another order.
 */
export function createBuildTree() {
	const targets = new Map<string, TargetFields>();
	const commands = new Map<string, Command>();
	let pending: TreeEvent[] = [];
	let outcome: SaidOutcome;
	let failure: FailureFields | undefined;
	let firstError: Command | undefined;
	let lastTime: number | undefined;
	const nodes = createShownNodes(node => pending.push({type: 'node', node}));

	const commandOf = (id: string): Command => {
		const command = commands.get(id) ?? {id, ran: false, lines: []};
		commands.set(id, command);
		return command;
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
		if (nodes.seeUses(target.id, undefined, fields.uses)) showTargets();
		nodes.showTarget(target);
	};

	const showTargets = () => {
		for (const target of targets.values()) nodes.showTarget(target);
	};

	const acceptCommand = (fields: CommandFields) => {
		const command = commandOf(fields.id);
		mergeCommand(command, fields);
		seeTimes(fields.startedAt, fields.endedAt);
		if (command.status === 'failure' && !wasCancelled(command)) firstError ??= command;
		nodes.seeDockerfile(command);
		if (nodes.seeUses(targetOf(command), command, fields.uses)) showTargets();
		if (fields.status !== undefined && fields.status !== 'running') output.flush(command.id);
		nodes.showCommand(command);
	};

	const acceptOutput = ({commandId, targetId, stream, data}: StreamRecord & {kind: 'output'}) => {
		const command = commandOf(commandId);
		command.ran = true;
		command.targetId ??= targetId;
		output.push(commandId, stream, data);
		nodes.showCommand(command);
	};

	const output = createStepOutput((commandId, stream, lines) => {
		const command = commandOf(commandId);
		command.lines.push(...lines.slice(-keptLines).map(plainLine));
		command.lines.splice(0, command.lines.length - keptLines);
		const isMessage = commandId.startsWith('_generic:');
		// Earthly colours its own words by what it knows of its console; programs meant what they print.
		const told = isMessage ? lines.map(plainLine).filter(line => line !== '' && !isAdvertisement(line)) : lines;
		if (told.length > 0) pending.push({type: 'log', chunk: {stream, text: told.join('\n'), target: labelOf(command)}});
	});

	const labelOf = (command: Command) => {
		const {id} = command;
		if (id.startsWith('_generic:')) return id === '_generic:default' ? undefined : id.slice('_generic:'.length);
		return targets.get(nodes.parentOf(command) ?? '')?.name;
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
			output.flushAll();
			nodes.close(targets.values(), outcome ?? how, lastTime);
			return take();
		},
		/** The failed command, also where Earthly only said "Canceled" (as it does when images cannot be loaded). */
		failure(): CommandFailure | undefined {
			const ofCommand = !failure?.commandId?.startsWith('_generic:');
			const command = !ofCommand ? undefined : failure ? commands.get(failure.commandId ?? '') : firstError;
			if (!failure && !command) return undefined;
			const message = failure?.message || (command?.error ?? '');
			return {
				type: failure?.type,
				command: command?.name,
				target: targets.get(failure?.targetId ?? (command && targetOf(command)) ?? '')?.name ?? targetIn(message),
				source: sourceIn(message) ?? command?.source,
				message,
				output: command && command.lines.length > 0 ? [...command.lines] : plainLines(failure?.output ?? ''),
			};
		},
	};
}

type OutputStream = 'out' | 'err';

/** Joins the output of each command, which comes in pieces cut anywhere, to whole lines. */
function createStepOutput(onLines: (commandId: string, stream: OutputStream, lines: string[]) => void) {
	const splitters = new Map<string, ReturnType<typeof createLineSplitter>>();
	const splitterOf = (commandId: string, stream: OutputStream) => {
		const key = `${commandId} ${stream}`;
		const splitter = splitters.get(key) ?? createLineSplitter(text => onLines(commandId, stream, text.split('\n')));
		splitters.set(key, splitter);
		return splitter;
	};
	return {
		push: (commandId: string, stream: OutputStream, data: Buffer) => splitterOf(commandId, stream).push(data),
		/** What a program printed last may lack its line feed. */
		flush(commandId: string) {
			for (const stream of ['out', 'err']) splitters.get(`${commandId} ${stream}`)?.flush();
		},
		flushAll() {
			for (const splitter of splitters.values()) splitter.flush();
		},
	};
}

const plainLines = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n').map(plainLine));
