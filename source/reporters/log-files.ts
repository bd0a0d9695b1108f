import {join} from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import type {LogChunk, Sink, StepId} from '../pipeline/events.ts';
import {formatClock} from '../text/durations.ts';
import type {Output} from './safe-output.ts';

/**
 * The complete record: `logs/<step>.log` for each step.
 * @param open Opens a file for writing.
 */
export function logFilesSink(folder: string, open: (path: string) => Output): Sink {
	const outputs = new Map<string, Output>();
	const outputAt = (path: string) => {
		const output = outputs.get(path) ?? open(path);
		outputs.set(path, output);
		return output;
	};
	const logOf = (step: StepId) => outputAt(join(folder, 'logs', `${step}.log`));
	const write = (step: StepId, at: number, {stream, text, target}: LogChunk) => {
		// QEMU itself keeps `serial.log`: it is complete even when we are killed.
		if (stream === 'serial') return;
		const prefix =
			stream === 'note' ? `${formatClock(at)} # ` : target ? `${formatClock(at)} ${target} | ` : `${formatClock(at)} `;
		const plain = text.includes('\u001B') ? stripVTControlCharacters(text) : text;
		logOf(step).write(`${prefix}${plain.replaceAll('\n', `\n${prefix}`)}\n`);
	};
	return {
		accept(event) {
			if (event.type === 'log') write(event.step, event.at, event.chunk);
			if (event.type === 'step-finished' && event.outcome.kind === 'failed') {
				const {message, hint} = event.outcome.failure;
				write(event.step, event.at, {stream: 'note', text: hint ? `${message}\n${hint}` : message});
			}
		},
		async close() {
			await Promise.all([...outputs.values()].map(output => output.drain()));
		},
	};
}
