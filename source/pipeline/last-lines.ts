import type {LogChunk, StepId} from './events.ts';

/** What was printed last, and when. */
export type LastLine = {text: string; at: number};

/** As much of a line as any pane is wide; the rest is in the log. */
const keptLength = 400;

/** The last line that each target of a build printed: one a target, whatever the storm. */
export class LastLines {
	#lines: Map<string, LastLine>;

	constructor(lines: ReadonlyMap<string, LastLine> = new Map()) {
		this.#lines = new Map(lines);
	}

	see(step: StepId, {stream, text, target}: LogChunk, at: number) {
		if (stream !== 'out' && stream !== 'err') return;
		const line = lastLineIn(text);
		if (line !== undefined) this.#lines.set(keyOf(step, target), {text: line.slice(0, keptLength), at});
	}

	/** @param target Its name; undefined for what no target printed. */
	of(step: StepId, target?: string): LastLine | undefined {
		return this.#lines.get(keyOf(step, target));
	}

	/** The same lines, which go on apart from these. */
	copy() {
		return new LastLines(this.#lines);
	}
}

const keyOf = (step: StepId, target = '') => `${step} ${target}`;

/** The last line with anything on it. */
function lastLineIn(text: string): string | undefined {
	let end = text.length;
	while (end > 0) {
		const start = text.lastIndexOf('\n', end - 1) + 1;
		const line = text.slice(start, Math.min(end, start + keptLength));
		if (line.trim() !== '') return line;
		end = start - 1;
	}
	return undefined;
}
