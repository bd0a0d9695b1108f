import {gaps, type Range} from './byte-ranges.ts';

/** The part of a file that one connection is fetching. `at` is how far it has come; `end` may move. */
export type Segment = {start: number; at: number; end: number};

// Below this, a new connection costs more than what it would save.
const smallestShare = 512 * 1024;

/**
 * Deals out what is missing of a file, in order from its beginning so that hashing can follow, `blockBytes` at a time;
 * once everything is dealt out, half of what the slowest still has to do.
 */
export function createSegments({
	size,
	blockBytes,
	held,
}: {
	size: number;
	blockBytes: number;
	/** What is on disk, asked anew each time. */
	held(): readonly Range[];
}) {
	const active = new Set<Segment>();
	const free = () => {
		const taken = [...held(), ...[...active].map(({start, end}) => ({start, end}))].sort((a, b) => a.start - b.start);
		return gaps(taken, {start: 0, end: size});
	};
	const begin = (start: number, end: number) => {
		const segment = {start, at: start, end};
		active.add(segment);
		return segment;
	};
	return {
		/** The next piece of work, or undefined when the others can do the rest as quickly. */
		take(): Segment | undefined {
			const [next] = free();
			if (next) return begin(next.start, Math.min(next.end, next.start + blockBytes));
			const slowest = [...active].sort((a, b) => b.end - b.at - (a.end - a.at))[0];
			if (!slowest || slowest.end - slowest.at < 2 * smallestShare) return undefined;
			const half = slowest.at + Math.ceil((slowest.end - slowest.at) / 2);
			const stolen = begin(half, slowest.end);
			slowest.end = half;
			return stolen;
		},
		/** Lets a connection that came to the end of its piece go on with what follows, if nobody has that. */
		extend(segment: Segment): boolean {
			const next = free().find(({start}) => start === segment.end);
			if (!next) return false;
			segment.end = Math.min(next.end, segment.end + blockBytes);
			return true;
		},
		/** Gives back what a connection didn't get to disk. */
		release(segment: Segment): void {
			active.delete(segment);
		},
		get activeCount() {
			return active.size;
		},
	};
}

export type Segments = ReturnType<typeof createSegments>;

/** Block size that keeps the front near and the number of requests small: a 64th, 8 to 64 MiB. */
export const blockBytesFor = (size: number): number =>
	Math.min(64 * 1024 * 1024, Math.max(8 * 1024 * 1024, Math.ceil(size / 64)));
