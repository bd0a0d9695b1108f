import type {BuildNode} from '../../../../pipeline/events.ts';
import type {CommandFailure} from '../../failures/failure-rule.ts';
import {displayName, isNoise, type SaidOutcome, sourceIn, type TreeEvent, targetIn} from '../build-output.ts';
import {type ConsoleLine, isArgumentHeader, parseConsoleLine} from './parse-line.ts';

const keptLines = 60;

/**
 * The best tree that the console text gives, for runs without a log stream: a step of a target ends when its next one
 * starts, and steps beside each other can only be told by their target.
 */
export function createConsoleTree() {
	const nodes = new Map<string, BuildNode>();
	const current = new Map<string, BuildNode>();
	const lastLines = new Map<string, string[]>();
	const repeated: string[] = [];
	let failedPrefix: string | undefined;
	let error: string[] | undefined;
	let outcome: SaidOutcome;
	let pending: TreeEvent[] = [];
	let count = 0;

	const show = (node: BuildNode) => {
		nodes.set(node.id, node);
		pending.push({type: 'node', node});
	};

	const startStep = ({prefix, name, cached}: ConsoleLine & {kind: 'step'}, at: number) => {
		if (isNoise(name, prefix)) return;
		const isTarget = prefix.includes('+');
		if (isTarget && !nodes.has(prefix)) {
			show({id: prefix, kind: 'target', name: prefix, state: 'running', order: [++count], startedAt: at});
		}
		const previous = current.get(prefix);
		if (previous?.state === 'running') show({...previous, state: 'done', endedAt: at});
		const node: BuildNode = {
			id: `${prefix}#${++count}`,
			parent: isTarget ? prefix : undefined,
			kind: 'command',
			name: displayName(name),
			state: cached ? 'done' : 'running',
			cached: cached || undefined,
			// Lines that come together have one time.
			order: [count],
			startedAt: at,
			endedAt: cached ? at : undefined,
		};
		current.set(prefix, node);
		lastLines.set(prefix, []);
		show(node);
	};

	const keepOutput = (prefix: string, text: string) => {
		const lines = lastLines.get(prefix) ?? [];
		lastLines.set(prefix, lines);
		lines.push(text);
		if (lines.length > keptLines) lines.shift();
		pending.push({type: 'log', chunk: {stream: 'out', text, target: prefix}});
	};

	const readPlain = (text: string) => {
		if (error) error.push(text);
		else if (text.startsWith('Error: ')) error = [text.slice('Error: '.length)];
		else if (text === 'Canceled') outcome = 'cancelled';
		else if (/Earthly Build +✅ SUCCESS/.test(text)) outcome = 'success';
		pending.push({type: 'log', chunk: {stream: 'out', text}});
	};

	const failedCommand = () => (failedPrefix === undefined ? undefined : current.get(failedPrefix));

	const take = () => {
		const events = pending;
		pending = [];
		return events;
	};

	return {
		/** @param at When the line came, milliseconds since the epoch: the text carries no times. */
		accept(raw: string, at: number): TreeEvent[] {
			const line = parseConsoleLine(raw);
			switch (line.kind) {
				case 'step':
					startStep(line, at);
					break;
				case 'output':
					keepOutput(line.prefix, line.text);
					break;
				case 'repeated':
					failedPrefix ??= line.prefix;
					outcome = 'failure';
					repeated.push(line.text);
					break;
				case 'plain':
					readPlain(line.text);
					break;
				case 'nothing':
					break;
				default:
					line satisfies never;
			}
			return take();
		},
		outcome: (): SaidOutcome => (error ? 'failure' : outcome),
		/** Closes everything that is still open. */
		finish(how: NonNullable<SaidOutcome>, at: number): TreeEvent[] {
			const failed = failedCommand();
			for (const node of [...nodes.values()]) {
				const hasFailed = node.id === failed?.id || (node.kind === 'target' && node.id === failedPrefix);
				if (hasFailed) show({...node, state: 'failed', endedAt: at, failure: this.failure()?.message});
				else if (node.state === 'running') {
					show({...node, state: how === 'success' ? 'done' : 'cancelled', endedAt: at});
				}
			}
			return take();
		},
		/** The failed command: from the repeated block, or from the `Error:` line of failures outside of steps. */
		failure(): CommandFailure | undefined {
			if (failedPrefix === undefined && !error) return undefined;
			const start = repeated.findIndex(text => /^(ERROR|WARN) /.test(text));
			const message = error?.join('\n') ?? repeated.slice(Math.max(0, start)).join('\n');
			const printed = start < 0 ? repeated : repeated.slice(0, start);
			return {
				command: repeated.map(text => /^--> (.+)$/.exec(text)?.[1]).find(Boolean) ?? failedCommand()?.name,
				target: failedPrefix ?? targetIn(message),
				source: sourceIn(message),
				message,
				output: printed.filter(text => !text.startsWith('--> ') && !isArgumentHeader(text) && !isPadding(text)),
			};
		},
	};
}

const isPadding = (text: string) => text === 'Repeating the failure error...' || text === '[no output]';
