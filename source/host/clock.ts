/** Milliseconds of a clock that only ever goes on, for how long something takes; what it counts from means nothing. */
export const elapsed = (): number => performance.now();

/** A clock that tells milliseconds since the epoch as they are now, and goes on evenly when the machine's clock is set. */
export function steadyClock(): () => number {
	const offset = Date.now() - elapsed();
	return () => Math.round(offset + elapsed());
}
