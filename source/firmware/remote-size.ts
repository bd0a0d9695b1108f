import type {Agents} from './network.ts';

/** Size of a file as the first source that answers a HEAD request states it; undefined when none does. */
export const remoteBytes = async (
	urls: readonly string[],
	{http, https}: Agents,
	signal: AbortSignal,
): Promise<number | undefined> => {
	const {default: got} = await import('got');
	for (const url of urls) {
		try {
			const {headers, ok} = await got.head(url, {
				agent: {http, https},
				signal,
				headers: {'accept-encoding': 'identity', 'user-agent': 'edge-builder'},
				timeout: {request: 10_000},
				retry: {limit: 0},
				throwHttpErrors: false,
			});
			const length = Number(headers['content-length']);
			if (ok && length > 0) return length;
		} catch {
			signal.throwIfAborted();
		}
	}
	return undefined;
};
