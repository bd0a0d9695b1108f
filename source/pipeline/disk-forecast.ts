import type {DiskReading} from './events.ts';

/** What was free of a disk, oldest first, over the last few minutes. */
export type Filling = readonly {at: number; freeBytes: number}[];

const everyMs = 10_000;
const keptReadings = 30;
const leastReadings = 7;
// Other programs write too; a build that fills a disk does so by gigabytes.
const leastFallBytes = 200_000_000;
const farthestMs = 2 * 3_600_000;

/** The fillings of all disks after one more reading of them, at most one every ten seconds. */
export function afterReading(
	fillings: ReadonlyMap<string, Filling>,
	{at, disks}: {at: number; disks: readonly DiskReading[]},
): ReadonlyMap<string, Filling> {
	const next = new Map(fillings);
	for (const {path, freeBytes} of disks) {
		const before = fillings.get(path) ?? [];
		if (at - (before.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < everyMs) continue;
		next.set(path, [...before, {at, freeBytes}].slice(-keptReadings));
	}
	return next;
}

/**
 * Milliseconds until the disk is full, if it goes on as in the last minutes; undefined where it isn't really falling, or
 * that is hours away. The slope is the median of those between all pairs of readings (Theil and Sen), so that a big file
 * that comes and goes does not count.
 */
export function fullInMs(filling: Filling): number | undefined {
	const [first, last] = [filling[0], filling.at(-1)];
	if (!first || !last || filling.length < leastReadings || first.freeBytes - last.freeBytes < leastFallBytes)
		return undefined;
	const slopes = filling.flatMap((one, index) =>
		filling.slice(index + 1).map(other => (other.freeBytes - one.freeBytes) / (other.at - one.at)),
	);
	const slope = slopes.toSorted((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
	const ms = slope < 0 ? last.freeBytes / -slope : Number.POSITIVE_INFINITY;
	return ms <= farthestMs ? ms : undefined;
}
