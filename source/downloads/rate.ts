import type {Host} from '../host/host.ts';

/** Bytes per second over the last few seconds, from readings of a growing total. */
export function createRateMeter() {
	const readings: {at: number; total: number}[] = [];
	return (at: number, total: number): number | undefined => {
		readings.push({at, total});
		while (readings.length > 2 && at - (readings[1]?.at ?? at) >= 5000) readings.shift();
		const [first] = readings;
		// A first moment says nothing: the bytes of a resumed file aren't speed.
		return first && at - first.at >= 200 ? ((total - first.total) * 1000) / (at - first.at) : undefined;
	};
}

/**
 * A speed limit shared by all connections: after taking bytes, a connection pauses until the returned promise settles.
 * A quarter of a second's worth may come at once.
 */
export function createLimiter(
	bytesPerSecond: number | undefined,
	{elapsed, sleep, signal}: Pick<Host, 'elapsed' | 'sleep'> & {signal: AbortSignal},
) {
	let credit = 0;
	let last = elapsed();
	let total = 0;
	return {
		/** All that was taken. */
		get total() {
			return total;
		},
		taken(bytes: number): Promise<void> | undefined {
			total += bytes;
			if (bytesPerSecond === undefined) return undefined;
			const at = elapsed();
			credit = Math.min(bytesPerSecond / 4, credit + ((at - last) * bytesPerSecond) / 1000) - bytes;
			last = at;
			return credit >= 0 ? undefined : sleep(Math.ceil((-credit * 1000) / bytesPerSecond), signal);
		},
	};
}

export type Limiter = ReturnType<typeof createLimiter>;
