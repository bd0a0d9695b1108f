import type {LogChunk, StepId} from './events.ts';

/** One line of a log as a pane keeps it. */
export type LogLine = {step: StepId; stream: LogChunk['stream']; target?: string; text: string};

/** How many of the newest lines of a step are kept in memory; all of them are in its log file. */
const keptLines = 5000;

/** The newest lines of a step's log, as a ring: a new one takes the place of the oldest. */
export class KeptLogLines {
	#lines: LogLine[] = [];
	#start = 0;
	#dropped = 0;

	push(line: LogLine) {
		if (this.#lines.length < keptLines) {
			this.#lines.push(line);
			return;
		}
		this.#lines[this.#start] = line;
		this.#start = (this.#start + 1) % keptLines;
		this.#dropped++;
	}

	/** The same lines to go on from, without touching these. */
	copy(): KeptLogLines {
		const copy = new KeptLogLines();
		copy.#lines = [...this.#lines];
		copy.#start = this.#start;
		copy.#dropped = this.#dropped;
		return copy;
	}

	/** A copy, oldest first, and how many older ones only the log file has. */
	read(): {lines: readonly LogLine[]; dropped: number} {
		return {lines: [...this.#lines.slice(this.#start), ...this.#lines.slice(0, this.#start)], dropped: this.#dropped};
	}
}
