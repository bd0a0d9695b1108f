import type {LogChunk, PipelineEvent, Sink, StepId} from './events.ts';
import {initialRunState, type RunState, reduceRun} from './run-state.ts';

/** One line of a log as a pane keeps it. */
export type LogLine = {step: StepId; stream: LogChunk['stream']; target?: string; text: string};

export type RunSnapshot = {
	state: RunState;
	/** Grows with every change; equal versions mean equal snapshots. */
	version: number;
	/** The newest lines of a step, oldest first, and how many older ones only the log file has. */
	linesOf(step: StepId): {lines: readonly LogLine[]; dropped: number};
	/** Raw serial output of the VM since its last power-on, newest 256 KiB. */
	serial: string;
	/** Recent rates of the download in bytes per second, one a second, newest last. */
	rates: readonly number[];
};

/** Folds the stream at once and tells its readers at most so many times a second. */
export type RunStore = Sink & {
	subscribe(listener: () => void): () => void;
	getSnapshot(): RunSnapshot;
	accept(event: PipelineEvent): void;
};

const keptLines = 5000;
const keptSerial = 256 * 1024;
const keptRates = 60;

/** @param framesPerSecond How often listeners are told at most. @default 15 */
export const createRunStore = ({framesPerSecond = 15}: {framesPerSecond?: number} = {}): RunStore => {
	let state = initialRunState;
	let version = 0;
	let serial = '';
	let rates: readonly number[] = [];
	let rateAt = 0;
	const rings = new Map<StepId, Ring>();
	const listeners = new Set<() => void>();
	let published = snapshot();
	let timer: NodeJS.Timeout | undefined;

	function snapshot(): RunSnapshot {
		// Rings are copied only when a pane asks, so a storm of lines costs no copies.
		const copies = new Map<StepId, {lines: readonly LogLine[]; dropped: number}>();
		return {
			state,
			version,
			serial,
			rates,
			linesOf(step) {
				const known = copies.get(step) ?? rings.get(step)?.read() ?? {lines: [], dropped: 0};
				copies.set(step, known);
				return known;
			},
		};
	}
	const publish = () => {
		timer = undefined;
		version++;
		published = snapshot();
		for (const listener of [...listeners]) listener();
	};
	const keep = (step: StepId, {stream, text, target}: LogChunk) => {
		if (stream === 'serial') {
			serial = (serial + text).slice(-keptSerial);
			return;
		}
		const ring = rings.get(step) ?? new Ring(keptLines);
		rings.set(step, ring);
		for (const line of text.split('\n')) ring.push({step, stream, target, text: line});
	};
	const keepRate = ({at}: PipelineEvent, rate: number | undefined) => {
		if (rate === undefined || at - rateAt < 1000) return;
		rateAt = at;
		rates = [...rates, rate].slice(-keptRates);
	};

	return {
		accept(event) {
			state = reduceRun(state, event);
			if (event.type === 'log') keep(event.step, event.chunk);
			if (event.type === 'step-progress') keepRate(event, event.progress.rate);
			if (event.type === 'run-finished') {
				clearTimeout(timer);
				publish();
				return;
			}
			timer ??= setTimeout(publish, 1000 / framesPerSecond).unref();
		},
		async close() {
			clearTimeout(timer);
			publish();
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getSnapshot: () => published,
	};
};

class Ring {
	#lines: LogLine[] = [];
	#start = 0;
	#dropped = 0;
	readonly #capacity: number;

	constructor(capacity: number) {
		this.#capacity = capacity;
	}

	push(line: LogLine) {
		if (this.#lines.length < this.#capacity) {
			this.#lines.push(line);
			return;
		}
		this.#lines[this.#start] = line;
		this.#start = (this.#start + 1) % this.#capacity;
		this.#dropped++;
	}

	read() {
		return {lines: [...this.#lines.slice(this.#start), ...this.#lines.slice(0, this.#start)], dropped: this.#dropped};
	}
}
