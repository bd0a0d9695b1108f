import {exitCodes} from '../exit-codes.ts';
import type {Invocation} from './invocation.ts';

/**
 * Does work that Ctrl-C, SIGTERM and a closed terminal cancel. Where nobody listens they end the program at once, and with
 * it whatever it started; a second Ctrl-C still does.
 */
export async function untilInterrupted<T>(
	{onInterrupt}: Pick<Invocation, 'onInterrupt'>,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const controller = new AbortController();
	const stopListening = onInterrupt(signal => {
		if (signal === 'SIGINT' && controller.signal.aborted) process.exit(exitCodes.cancelled);
		controller.abort(new DOMException('Cancelled', 'AbortError'));
	});
	try {
		return await work(controller.signal);
	} finally {
		stopListening();
	}
}
