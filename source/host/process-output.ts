import type {Readable} from 'node:stream';
import {createLineSplitter} from '../text/lines.ts';

const keptBytes = 16 * 1024 * 1024;
const silenceMs = 500;

/**
 * A process that left the group may still hold the pipes of a program that ended; after a silence they are closed.
 * @returns a function that stops the watch.
 */
export function closeWhenAbandoned(streams: readonly (Readable | null)[], received: () => number) {
	let before = received();
	const timer = setInterval(() => {
		// After a look for what arrived while we were busy ourselves.
		setImmediate(() => {
			const now = received();
			if (now === before) for (const stream of streams) stream?.destroy();
			before = now;
		});
	}, silenceMs);
	return () => clearInterval(timer);
}

/** Keeps the end of a stream and hands on its whole lines, or hands on its bytes and keeps nothing. */
export function collect(
	stream: Readable | null,
	onText: (text: string) => void,
	onBytes?: (bytes: Uint8Array) => void,
): {text(): string; flush(): void; received(): number} {
	const kept: Buffer[] = [];
	let size = 0;
	let received = 0;
	const lines = createLineSplitter(onText);
	stream?.on('data', (bytes: Buffer) => {
		received += bytes.length;
		if (onBytes) {
			onBytes(bytes);
			return;
		}
		kept.push(bytes);
		size += bytes.length;
		while (size > keptBytes && kept.length > 1) size -= kept.shift()?.length ?? 0;
		lines.push(bytes);
	});
	return {text: () => Buffer.concat(kept).toString(), flush: lines.flush, received: () => received};
}
