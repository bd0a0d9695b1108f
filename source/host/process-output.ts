import type {Readable} from 'node:stream';
import {createLineSplitter} from '../text/lines.ts';
import type {Backlog} from './backlog.ts';
import {readAtPace} from './reading-pace.ts';

const keptBytes = 16 * 1024 * 1024;
// Whoever gets the lines as they come has them.
const keptBesideLines = 1024 * 1024;
const silenceMs = 500;

/** The output of a program as it comes in. */
export type Collected = {
	text(): string;
	/** Hands on what came after the last line feed. */
	flush(): void;
	/** Whether something came since this was last asked, or may not come in now. */
	isGoingOn(): boolean;
};

/**
 * A process that left the group may still hold the pipes of a program that ended; after a silence they are closed.
 * @returns a function that stops the watch.
 */
export function closeWhenAbandoned(streams: readonly (Readable | null)[], isGoingOn: () => boolean) {
	isGoingOn();
	const timer = setInterval(() => {
		// After a look for what arrived while we were busy ourselves.
		setImmediate(() => {
			if (!isGoingOn()) for (const stream of streams) stream?.destroy();
		});
	}, silenceMs);
	return () => clearInterval(timer);
}

/**
 * Keeps the end of a stream and hands on its whole lines, or hands on its bytes and keeps nothing.
 * @param handsOn Whether somebody gets the lines, and less of them has to be kept.
 */
export function collect(
	stream: Readable | null,
	onText: (text: string) => void,
	{backlog, handsOn, onBytes}: {backlog: Backlog; handsOn: boolean; onBytes?: (bytes: Uint8Array) => void},
): Collected {
	const kept: Buffer[] = [];
	let size = 0;
	let isNew = false;
	const most = handsOn ? keptBesideLines : keptBytes;
	const lines = createLineSplitter(onText);
	const take = (bytes: Buffer) => {
		isNew = true;
		if (onBytes) {
			onBytes(bytes);
			return;
		}
		kept.push(bytes);
		size += bytes.length;
		while (size > most && kept.length > 1) size -= kept.shift()?.length ?? 0;
		lines.push(bytes);
	};
	const pace = stream && readAtPace(stream, take, backlog);
	return {
		text: () => Buffer.concat(kept).toString(),
		flush: lines.flush,
		isGoingOn() {
			const goesOn = isNew || pace?.isHeld() === true;
			// What is held back comes after that, so it is not the end yet when it no longer is.
			isNew = pace?.isHeld() === true;
			return goesOn;
		},
	};
}
