import type {PipelineEvent} from './events.ts';
import {parseEvents} from './replay.ts';
import type {Timeline} from './replay-player.ts';

/** Reads an event log from a place on into `buffer`, as FileHandle.read; answers how many bytes came, none at its end. */
export type ReadInto = (buffer: Buffer, from: number) => Promise<number>;

/** A recorded run of which only the times are in memory; its events are read where they are needed. */
export type Recording = Timeline & {
	/** When each event was, in milliseconds since the first. */
	times: readonly number[];
	/** The events from one number up to another, counted from 0. */
	read(from: number, to: number): Promise<readonly PipelineEvent[]>;
	/** The number of events that one reading should not go beyond, begun at this one: what takes a moment. */
	endOfPiece(from: number): number;
};

/** As much of a log as is read and folded in a moment. */
const usualPiece = 1024 * 1024;

/**
 * Reads a whole event log once, piece by piece, and notes where in it each event lies.
 * @param onEvents Told of the events of each piece, and how many came before it.
 */
export async function readRecording(
	readInto: ReadInto,
	onEvents: (events: readonly PipelineEvent[], before: number) => void,
	{pieceBytes = usualPiece}: {pieceBytes?: number} = {},
): Promise<Recording> {
	const times: number[] = [];
	const sounds: number[] = [];
	const steps: number[] = [];
	/** Place of each event in the log, and the end of the last. */
	const places: number[] = [0];
	let startedAt: number | undefined;
	let end = 0;
	const note = (event: PipelineEvent) => {
		startedAt ??= event.at;
		// The clock of a machine may be set back during a run.
		const time = Math.max(event.at - startedAt, times.at(-1) ?? 0);
		times.push(time);
		if (event.type !== 'host') sounds.push(time);
		if (event.type === 'step-started') steps.push(time);
	};
	const take = (lines: Buffer, from: number) => {
		const before = times.length;
		const events: PipelineEvent[] = [];
		for (let start = 0; start < lines.length; ) {
			const feed = lines.indexOf('\n', start);
			const stop = feed < 0 ? lines.length : feed + 1;
			// What is damaged is left out, as is what a kill cut off.
			const [event] = parseEvents(lines.toString('utf8', start, stop));
			if (event !== undefined) {
				note(event);
				events.push(event);
				places[times.length - 1] = from + start;
				places[times.length] = from + stop;
			}
			start = stop;
		}
		if (events.length > 0) onEvents(events, before);
	};
	// One buffer for all pieces: what is thrown away outside the heap is not freed soon.
	let buffer = Buffer.alloc(pieceBytes);
	let filled = 0;
	for (;;) {
		if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
		const length = await readInto(buffer.subarray(filled), end + filled);
		filled += length;
		const whole = length === 0 ? filled : buffer.lastIndexOf('\n', filled - 1) + 1;
		take(buffer.subarray(0, whole), end);
		buffer.copyWithin(0, whole, filled);
		filled -= whole;
		end += whole;
		if (length === 0) break;
	}

	return {
		times,
		sounds,
		steps,
		length: times.at(-1) ?? 0,
		async read(from, to) {
			if (to <= from) return [];
			const start = places[from] ?? 0;
			const size = (places[to] ?? 0) - start;
			if (buffer.length < size) buffer = Buffer.alloc(size);
			let length = 0;
			while (length < size) {
				const more = await readInto(buffer.subarray(length, size), start + length);
				if (more === 0) break;
				length += more;
			}
			return buffer
				.subarray(0, length)
				.toString('utf8')
				.split('\n')
				.flatMap(text => parseEvents(text));
		},
		endOfPiece(from) {
			const limit = (places[from] ?? 0) + pieceBytes;
			let to = from + 1;
			while (to < times.length && (places[to + 1] ?? 0) <= limit) to++;
			return Math.min(to, times.length);
		},
	};
}
