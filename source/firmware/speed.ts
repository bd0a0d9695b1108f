import type {Host} from '../host/host.ts';

/** Bytes per second over the last few seconds, from readings of a growing total. */
export const createRateMeter = ({windowMs = 5000}: {windowMs?: number} = {}) => {
	const readings: {at: number; total: number}[] = [];
	return (at: number, total: number): number | undefined => {
		readings.push({at, total});
		while (readings.length > 2 && at - (readings[1]?.at ?? at) >= windowMs) readings.shift();
		const [first] = readings;
		// A first moment says nothing: the bytes of a resumed file aren't speed.
		return first && at - first.at >= 200 ? ((total - first.total) * 1000) / (at - first.at) : undefined;
	};
};

/**
 * A speed limit shared by all connections: after taking bytes, a connection pauses until the returned promise settles.
 * A quarter of a second's worth may come at once.
 */
export const createLimiter = (
	bytesPerSecond: number | undefined,
	{now, sleep, signal}: Pick<Host, 'now' | 'sleep'> & {signal: AbortSignal},
) => {
	let credit = 0;
	let last = now();
	let total = 0;
	return {
		/** All that was taken. */
		get total() {
			return total;
		},
		taken(bytes: number): Promise<void> | undefined {
			total += bytes;
			if (bytesPerSecond === undefined) return undefined;
			const at = now();
			credit = Math.min(bytesPerSecond / 4, credit + ((at - last) * bytesPerSecond) / 1000) - bytes;
			last = at;
			return credit >= 0 ? undefined : sleep(Math.ceil((-credit * 1000) / bytesPerSecond), signal);
		},
	};
};

export type Limiter = ReturnType<typeof createLimiter>;
