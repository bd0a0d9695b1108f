import {createLineSplitter} from '../../../host/lines.ts';
import {plainText} from './tree-events.ts';

type OutputStream = 'out' | 'err';

/** Joins the output of each command, which comes in pieces cut anywhere, to whole lines without escape codes. */
export const createStepOutput = (onLines: (commandId: string, stream: OutputStream, lines: string[]) => void) => {
	const splitters = new Map<string, ReturnType<typeof createLineSplitter>>();
	const splitterOf = (commandId: string, stream: OutputStream) => {
		const key = `${commandId} ${stream}`;
		const splitter =
			splitters.get(key) ?? createLineSplitter(text => onLines(commandId, stream, text.split('\n').map(plainText)));
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
};
