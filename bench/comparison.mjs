/** Prints `name: ratio (ours …, theirs …)` from measurements of both; above 1 we are better. */
export function compare(name, ours, theirs, inUnit) {
	const [our, their] = [median(ours), median(theirs)];
	console.log(`${name}: ${(their / our).toFixed(2)} (ours ${inUnit(our)}, theirs ${inUnit(their)})`);
}

/**
 * Measures everything by turns, so that other work on the machine burdens all alike, after one turn that only warms up.
 * @returns the measurements of each, under its name.
 */
export async function byTurns(measures, rounds) {
	const results = Object.fromEntries(Object.keys(measures).map(name => [name, []]));
	for (let round = -1; round < rounds; round++) {
		for (const [name, measure] of Object.entries(measures)) {
			const value = await measure();
			if (round >= 0) results[name].push(value);
		}
	}
	return results;
}

export const inMilliseconds = value => `${value.toFixed(0)} ms`;
export const inSeconds = value => `${value.toFixed(2)} s`;
export const inMegabytes = value => `${value.toFixed(0)} MB`;

export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const last = sorted.length - 1;
	return (sorted[Math.floor(last / 2)] + sorted[Math.ceil(last / 2)]) / 2;
}
