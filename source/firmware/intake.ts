import type {FileHandle} from 'node:fs/promises';
import type {Range} from './ranges.ts';
import type {Segment} from './segments.ts';
import type {Limiter} from './speed.ts';

const bufferBytes = 512 * 1024;
const bufferCount = 3;
// A buffer with less room than a read usually brings goes to disk.
const leastRoom = 64 * 1024;

/**
 * Takes the bytes of one connection and writes them to their place in the file, a few buffers at a time: memory stays
 * the same whatever the file's size, and a slow disk slows the connection down.
 */
export const createIntake = ({
	file,
	segment,
	extend,
	limiter,
	onHeld,
	onBytes,
}: {
	file: FileHandle;
	segment: Segment;
	/** Asked at the end of the segment whether to go on behind it. */
	extend(): boolean;
	limiter: Limiter;
	/** These bytes are in the file. */
	onHeld(range: Range): void;
	/** That many bytes came in. */
	onBytes(count: number): void;
}) => {
	const spare: Buffer[] = [];
	let made = 1;
	let buffer: Buffer | undefined = Buffer.allocUnsafeSlow(bufferBytes);
	let filled = 0;
	let room = Promise.withResolvers<void>();
	const writes = new Set<Promise<void>>();
	let failure: {error: unknown} | undefined;

	const write = (bytes: Buffer, count: number, start: number) => {
		const writing = writeFully(file, bytes, count, start)
			.then(() => onHeld({start, end: start + count}))
			.catch(error => {
				failure ??= {error};
			})
			.finally(() => {
				writes.delete(writing);
				spare.push(bytes);
				buffer ??= spare.pop();
				room.resolve();
			});
		writes.add(writing);
	};
	const flush = () => {
		if (!buffer || filled === 0) return;
		write(buffer, filled, segment.at - filled);
		filled = 0;
		buffer = spare.pop();
		if (buffer) return;
		if (made < bufferCount) {
			made++;
			buffer = Buffer.allocUnsafeSlow(bufferBytes);
		} else room = Promise.withResolvers();
	};

	return {
		/** Where the next bytes can be put directly; undefined when the disk has to catch up. */
		room: (): Uint8Array | undefined => buffer?.subarray(filled),
		/** `count` bytes were put into `room()`. @throws what a write failed with. */
		took(count: number): Next {
			let useful = Math.min(count, segment.end - segment.at);
			while (useful < count && extend()) useful = Math.min(count, segment.end - segment.at);
			filled += useful;
			segment.at += useful;
			onBytes(useful);
			const isDone = segment.at >= segment.end && !extend();
			if (isDone || !buffer || filled > buffer.length - leastRoom) flush();
			if (failure) throw failure.error;
			const pause = limiter.taken(useful);
			if (isDone) return 'done';
			if (!pause && buffer) return 'more';
			return {until: Promise.all([pause, buffer ? undefined : room.promise])};
		},
		/** Puts everything that came on disk. @throws what a write failed with. */
		async settle(): Promise<void> {
			flush();
			while (writes.size > 0) await Promise.all(writes);
			if (failure) throw failure.error;
		},
	};
};

export type Intake = ReturnType<typeof createIntake>;
/** How the connection should go on: read, stop, or pause until the disk or the speed limit lets it. */
export type Next = 'more' | 'done' | {until: Promise<unknown>};

const writeFully = async (file: FileHandle, bytes: Buffer, count: number, start: number) => {
	for (let written = 0; written < count; ) {
		const {bytesWritten} = await file.write(bytes, written, count - written, start + written);
		written += bytesWritten;
	}
};
