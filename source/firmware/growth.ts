// Twice the connections would at best double the rate; less than this is noise, or a link that is full.
const worthIt = 1.15;
const settledMs = 15_000;

/**
 * How many connections a download should have: one at first, four, then twice as many each time as long as that made it
 * faster, and back again when it didn't. Asked at regular times; after settling it tries again now and then, for a
 * network changes.
 */
export const createGrowth = ({most}: {most: number}) => {
	let limit = most;
	let wanted = 1;
	let last: {at: number; bytes: number} | undefined;
	let before: {count: number; rate: number} | undefined;
	let settledUntil = 0;
	return {
		get wanted() {
			return Math.min(wanted, limit);
		},
		/** A reading at time `at` (ms): bytes received so far. Returns the number of connections to have now. */
		reading(at: number, bytes: number): number {
			if (!last) {
				last = {at, bytes};
				return this.wanted;
			}
			const rate = (bytes - last.bytes) / Math.max(1, at - last.at);
			last = {at, bytes};
			if (at < settledUntil) return this.wanted;
			if (before && rate < before.rate * worthIt) {
				wanted = before.count;
				before = undefined;
				settledUntil = at + settledMs;
			} else if (this.wanted < limit) {
				before = {count: this.wanted, rate};
				wanted = Math.max(4, this.wanted * 2);
			}
			return this.wanted;
		},
		/** The server turned a connection away: there will be no more than `count`. */
		cap(count: number): void {
			limit = Math.max(1, Math.min(limit, count));
		},
	};
};

/** Most connections for a file of this size: one for each two blocks' worth, up to 16. */
export const mostConnections = (size: number, blockBytes: number): number =>
	Math.min(16, Math.max(1, Math.floor(size / (2 * blockBytes))));

export type Growth = ReturnType<typeof createGrowth>;
