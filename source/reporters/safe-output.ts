import type {Writable} from 'node:stream';

/** Text going out to a stream or file that may break under us (closed pipe, full disk). */
export type Output = {
	write(text: string): void;
	/** Everything written so far is handed to the system, or the output is known to be broken. */
	drain(): Promise<void>;
};

/** Writes to a stream and never throws: after the first error it stays silent. */
export function outputTo(stream: Writable): Output {
	let isBroken = false;
	stream.on('error', () => {
		isBroken = true;
	});
	return {
		write(text) {
			if (!isBroken) stream.write(text);
		},
		async drain() {
			if (isBroken || stream.writableFinished || stream.destroyed) return;
			await new Promise<void>(resolve => {
				stream.once('error', () => resolve());
				stream.write('', () => resolve());
			});
		},
	};
}
