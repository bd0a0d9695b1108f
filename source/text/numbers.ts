/** Share of a total in whole percent, 0 to 100; 100 only when it is all there. */
export function percentOf(done: number, total: number): number {
	if (!(total > 0)) return done >= total ? 100 : 0;
	if (done >= total) return 100;
	return Math.min(99, Math.max(0, Math.floor((done / total) * 100)));
}

/** A whole number as it is read easily: `1,204`. */
export const thousands = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** Order of two lists of numbers, by the first that differs; a beginning of the other comes first. */
export function compareNumbers(one: readonly number[], other: readonly number[]): number {
	for (const [index, number] of one.entries()) {
		const against = other[index];
		if (against === undefined) return 1;
		if (number !== against) return number < against ? -1 : 1;
	}
	return one.length - other.length;
}
