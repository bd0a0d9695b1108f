import {ToolError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {vmError} from './vm-error.ts';

/** The error of a guest that ended QEMU; `reason` is QMP's ShutdownCause. */
export const endOfGuest = (reason: unknown, log: string) => {
	const how = endings[String(reason)] ?? 'was switched off';
	return vmError('guest-switched-off', `The VM ${how}`, {log});
};

const endings: Readonly<Record<string, string>> = {
	'guest-reset': 'restarted itself',
	'guest-panic': 'reported a panic',
	'guest-shutdown': 'switched itself off',
};

/** The error of a QEMU that failed, with the last it said; other errors stay as they are. */
export const endOfQemu = (error: unknown, words: readonly string[], log: string): Error => {
	if (!(error instanceof ToolError)) return error instanceof Error ? error : new Error(String(error));
	const said = words.filter(line => line.trim() !== '').slice(-3);
	const how = error.killedBy ? `was ended by ${error.killedBy}` : `ended with exit code ${error.exitCode}`;
	return vmError('qemu-ended', [`QEMU ${how}`, ...said].join(': '), {log});
};

/** The work's result, or the reason why the machine is gone, whichever comes first. */
export const orGone = async <T>(host: Host, work: Promise<T>, alive: AbortSignal): Promise<T> => {
	const {promise: gone, reject} = Promise.withResolvers<never>();
	gone.catch(() => undefined);
	const onGone = () => reject(alive.reason);
	if (alive.aborted) onGone();
	alive.addEventListener('abort', onGone, {once: true});
	try {
		return await Promise.race([work, gone]);
	} catch (error) {
		// The sockets close a moment before the process is seen to end, and only the process tells why.
		await Promise.race([gone, host.sleep(1000)]);
		throw error;
	} finally {
		alive.removeEventListener('abort', onGone);
	}
};
