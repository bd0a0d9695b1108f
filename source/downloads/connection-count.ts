// Twice the connections would at best double the rate; less than this is noise, or a link that is full.
const worthIt = 1.15;
// This share of a perfect gain says that the server limits each connection: no need to feel the way from there.
const nearlyPerfect = 0.6;
// One bad reading may be a hiccup of the network or of this machine.
const badReadings = 2;
const firstRestMs = 2000;
const longestRestMs = 60_000;

/**
 * How many connections a download should have: one at first, then four, then twice as many each time (four times when all
 * gained) as long as that made it faster, and back again when it didn't. Asked at regular times, when all connections
 * are at work; after settling it tries again now and then, ever more rarely, for a network changes.
 */
export function createConnectionCount({most}: {most: number}) {
	let limit = most;
	let wanted = 1;
	let last: {at: number; bytes: number} | undefined;
	let before: {count: number; rate: number} | undefined;
	let bad = 0;
	let restUntil = 0;
	let restMs = firstRestMs;
	return {
		get wanted() {
			return Math.min(wanted, limit);
		},
		/** Begins to measure at time `at` (ms), with so many bytes received: what came before doesn't count. */
		begin(at: number, bytes: number): void {
			last = {at, bytes};
		},
		/** A reading: the number of connections to have from now on. */
		reading(at: number, bytes: number): number {
			const rate = (bytes - (last?.bytes ?? 0)) / Math.max(1, at - (last?.at ?? 0));
			last = {at, bytes};
			if (at < restUntil) return this.wanted;
			if (before && rate < before.rate * worthIt) {
				bad++;
				if (bad < badReadings) return this.wanted;
				wanted = before.count;
				before = undefined;
				restUntil = at + restMs;
				restMs = Math.min(longestRestMs, restMs * 2);
			} else if (this.wanted < limit) {
				const count = this.wanted;
				const gained = before ? rate / before.rate / (count / before.count) : 0;
				before = {count, rate};
				wanted = Math.max(4, count * (gained > nearlyPerfect ? 4 : 2));
			}
			bad = 0;
			return this.wanted;
		},
		/** The server turned a connection away: there will be no more than `count`. */
		cap(count: number): void {
			limit = Math.max(1, Math.min(limit, count));
		},
	};
}

/** As many as are ever of use; more than the 16 of other programs, but only where each of them was seen to help. */
export const mostConnectionsEver = 24;

/** Most connections for a file of this size: one for each two blocks. */
export const mostConnections = (size: number, blockBytes: number): number =>
	Math.min(mostConnectionsEver, Math.max(1, Math.floor(size / (2 * blockBytes))));

export type ConnectionCount = ReturnType<typeof createConnectionCount>;
