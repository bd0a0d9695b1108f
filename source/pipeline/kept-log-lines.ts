import type {LogChunk, StepId} from './events.ts';

/** One line of a log as a pane keeps it. */
export type LogLine = {
	step: StepId;
	stream: LogChunk['stream'];
	target?: string;
	text: string;
	/** Milliseconds since the epoch. */
	at: number;
};

// How many of the newest lines of a step, and characters of them, are kept in memory; all of them are in its log file.
const keptLines = 5000;
const keptCharacters = 4 * 1024 * 1024;

/** The newest lines of a step's log, kept as they came: most are gone before anybody looks, so they are cut late. */
export class KeptLogLines {
	#chunks: KeptChunk[] = [];
	#lines = 0;
	#characters = 0;
	#dropped = 0;

	push(step: StepId, {stream, text, target}: LogChunk, at: number) {
		const chunk = {step, stream, target, text, at, count: countOf(text)};
		this.#chunks.push(chunk);
		this.#lines += chunk.count;
		this.#characters += text.length;
		for (let first = this.#chunks[0]; first !== undefined && first !== chunk; first = this.#chunks[0]) {
			if (this.#lines - first.count < keptLines && this.#characters <= keptCharacters) return;
			this.#forget(first);
		}
	}

	/** Forgets the oldest until so many characters are gone, or all but the newest. */
	forget(characters: number) {
		const until = this.#characters - characters;
		for (let first = this.#chunks[0]; first !== undefined && this.#chunks.length > 1; first = this.#chunks[0]) {
			if (this.#characters <= until) return;
			this.#forget(first);
		}
	}

	get characters(): number {
		return this.#characters;
	}

	#forget(first: KeptChunk) {
		this.#chunks.shift();
		this.#lines -= first.count;
		this.#characters -= first.text.length;
		this.#dropped += first.count;
	}

	/** The same lines to go on from, without touching these. */
	copy(): KeptLogLines {
		const copy = new KeptLogLines();
		copy.#chunks = [...this.#chunks];
		copy.#lines = this.#lines;
		copy.#characters = this.#characters;
		copy.#dropped = this.#dropped;
		return copy;
	}

	/** A copy, oldest first, and how many older ones only the log file has. */
	read(): {lines: readonly LogLine[]; dropped: number} {
		const lines = this.#chunks.flatMap(linesOf);
		const surplus = Math.max(0, lines.length - keptLines);
		return {lines: lines.slice(surplus), dropped: this.#dropped + surplus};
	}
}

type KeptChunk = LogLine & {
	count: number;
	/** The lines, once somebody looked. */
	lines?: readonly LogLine[];
};

function linesOf(chunk: KeptChunk): readonly LogLine[] {
	const {step, stream, target, text, at} = chunk;
	chunk.lines ??= text.split('\n').map(line => ({step, stream, target, text: line, at}));
	return chunk.lines;
}

function countOf(text: string) {
	let count = 1;
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
	return count;
}
