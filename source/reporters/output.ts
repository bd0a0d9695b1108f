import type {Writable} from 'node:stream';

/** Text going out to a stream or file that may break under us (closed pipe, full disk). */
export type Output = {
	write(text: string): void;
	/** Everything written so far is handed to the system, or the output is known to be broken. */
	drain(): Promise<void>;
	/** What broke it, if anything did. */
	failure(): Error | undefined;
};

/** Writes to a stream and never throws: after the first error it stays silent and remembers why. */
export const outputTo = (stream: Writable, {end = false}: {end?: boolean} = {}): Output => {
	let failure: Error | undefined;
	stream.on('error', error => {
		failure ??= error;
	});
	return {
		write(text) {
			if (!failure) stream.write(text);
		},
		async drain() {
			if (failure || stream.writableFinished || stream.destroyed) return;
			await new Promise<void>(resolve => {
				stream.once('error', () => resolve());
				if (end) stream.end(() => resolve());
				else stream.write('', () => resolve());
			});
		},
		failure: () => failure,
	};
};
