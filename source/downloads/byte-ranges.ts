/** Bytes from `start` up to, not including, `end`. */
export type Range = {start: number; end: number};

/** `ranges` (sorted, apart from each other) with one more; touching and overlapping ones become one. */
export function withRange(ranges: readonly Range[], added: Range): Range[] {
	if (added.end <= added.start) return [...ranges];
	const before = ranges.filter(({end}) => end < added.start);
	const after = ranges.filter(({start}) => start > added.end);
	const touching = ranges.slice(before.length, ranges.length - after.length);
	return [
		...before,
		{
			start: Math.min(added.start, touching[0]?.start ?? added.start),
			end: Math.max(added.end, touching.at(-1)?.end ?? added.end),
		},
		...after,
	];
}

/** What of `within` none of the sorted ranges covers. */
export function gaps(ranges: readonly Range[], within: Range): Range[] {
	const found: Range[] = [];
	let at = within.start;
	for (const {start, end} of ranges) {
		if (end <= at) continue;
		if (start >= within.end) break;
		if (start > at) found.push({start: at, end: start});
		at = Math.max(at, end);
	}
	if (at < within.end) found.push({start: at, end: within.end});
	return found;
}

/** Number of bytes in sorted, separate ranges. */
export const bytesIn = (ranges: readonly Range[]): number => ranges.reduce((sum, {start, end}) => sum + end - start, 0);

/** How far the file is whole from its beginning. */
export const frontOf = (ranges: readonly Range[]): number => (ranges[0]?.start === 0 ? ranges[0].end : 0);
