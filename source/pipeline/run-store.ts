import type {LogChunk, PipelineEvent, Sink, StepId} from './events.ts';
import {KeptLogLines, type LogLine} from './kept-log-lines.ts';
import {type LastLine, LastLines} from './last-lines.ts';
import {createRedrawTimer} from './redraw-timer.ts';
import {initialRunState, type RunState, reduceRun} from './run-state.ts';

export type RunSnapshot = {
	state: RunState;
	/** Grows with every change; equal versions mean equal snapshots. */
	version: number;
	/** The newest lines of a step, oldest first, and how many older ones only the log file has. */
	linesOf(step: StepId): {lines: readonly LogLine[]; dropped: number};
	/** What a target of the build printed last; without a target, what the rest of the step did. */
	lastLineOf(step: StepId, target?: string): LastLine | undefined;
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
	/** Keeps what it has folded so far; calling the answer, as often as wanted, puts it back. Readers are told at the next event. */
	checkpoint(): () => void;
	/** Hands on every event from now on; with the state that the next one changes, so that nothing falls between. */
	listen(listener: (event: PipelineEvent) => void): {state: RunState; stop(): void};
};

const keptSerial = 256 * 1024;
const keptRates = 60;
// Of all steps together: what the first of them printed is forgotten first.
const keptCharacters = 16 * 1024 * 1024;

export function createRunStore(): RunStore {
	let state = initialRunState;
	let version = 0;
	let serial = '';
	let rates: readonly number[] = [];
	let rateAt = 0;
	let rings = new Map<StepId, KeptLogLines>();
	let lastLines = new LastLines();
	const listeners = new Set<() => void>();
	const hearers = new Set<(event: PipelineEvent) => void>();
	let published = snapshot();

	function snapshot(): RunSnapshot {
		// Lines are copied only when a pane asks, so a storm of lines costs no copies.
		const copies = new Map<StepId, {lines: readonly LogLine[]; dropped: number}>();
		return {
			state,
			version,
			serial,
			rates,
			lastLineOf: (step, target) => lastLines.of(step, target),
			linesOf(step) {
				const known = copies.get(step) ?? rings.get(step)?.read() ?? {lines: [], dropped: 0};
				copies.set(step, known);
				return known;
			},
		};
	}
	const publish = () => {
		version++;
		published = snapshot();
		for (const listener of [...listeners]) listener();
	};
	const redraw = createRedrawTimer(publish);
	const keep = (step: StepId, chunk: LogChunk, at: number) => {
		if (chunk.stream === 'serial') {
			serial = (serial + chunk.text).slice(-keptSerial);
			return;
		}
		const ring = rings.get(step) ?? new KeptLogLines();
		rings.set(step, ring);
		ring.push(step, chunk, at);
		forgetSurplus();
	};
	const forgetSurplus = () => {
		let kept = 0;
		for (const {characters} of rings.values()) kept += characters;
		for (const ring of kept > keptCharacters ? rings.values() : []) {
			const before = ring.characters;
			ring.forget(kept - keptCharacters);
			kept -= before - ring.characters;
			if (kept <= keptCharacters) return;
		}
	};
	const keepRate = ({at}: PipelineEvent, rate: number | undefined) => {
		if (rate === undefined || at - rateAt < 1000) return;
		rateAt = at;
		rates = [...rates, rate].slice(-keptRates);
	};

	return {
		accept(event) {
			state = reduceRun(state, event);
			if (event.type === 'log') {
				keep(event.step, event.chunk, event.at);
				lastLines.see(event.step, event.chunk, event.at);
			}
			if (event.type === 'step-progress') keepRate(event, event.progress.rate);
			for (const hear of [...hearers]) hear(event);
			if (event.type === 'run-finished') {
				redraw.now();
				return;
			}
			redraw.soon();
		},
		checkpoint() {
			const kept = {state, serial, rates, rateAt, rings: copyOf(rings), lastLines: lastLines.copy()};
			return () => {
				({state, serial, rates, rateAt} = kept);
				rings = copyOf(kept.rings);
				lastLines = kept.lastLines.copy();
			};
		},
		async close() {
			redraw.now();
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getSnapshot: () => published,
		listen(hear) {
			hearers.add(hear);
			return {state, stop: () => hearers.delete(hear)};
		},
	};
}

const copyOf = (rings: ReadonlyMap<StepId, KeptLogLines>) =>
	new Map([...rings].map(([step, ring]) => [step, ring.copy()]));
