import {close, openSync, write} from 'node:fs';
import {dirname} from 'node:path';
import {promisify} from 'node:util';
import type {Backlog} from '../host/backlog.ts';
import {makeFolder} from '../host/make-folder.ts';
import type {Output} from '../reporters/safe-output.ts';
import {createByteQueue} from './byte-queue.ts';

const writeSome = promisify(write);
const closeFile = promisify(close);

/**
 * A file of the record, in whole lines. When it can't be written, `onFailure` is told once, at once; the rest of the line
 * that was torn and the last lines are written by `drain`, when the run has given its space back, so that the record ends
 * in whole lines with the reason. A `drain` that can't write them either rejects; nothing is taken after it.
 * @param backlog Counts what waits to be written.
 */
export function recordFile(path: string, onFailure: (path: string, error: Error) => void, backlog: Backlog): Output {
	makeFolder(dirname(path));
	const descriptor = openSync(path, 'w', 0o600);
	const waiting = createByteQueue();
	let counted = 0;
	let working: Promise<void> | undefined;
	let isBroken = false;
	let isClosed = false;

	const count = (bytes: number) => {
		counted += bytes;
		backlog.add(bytes);
	};
	const uncount = (bytes: number) => {
		const known = Math.min(bytes, counted);
		counted -= known;
		backlog.remove(known);
	};
	async function writeAll() {
		while (waiting.size() > 0) {
			let bytes: Uint8Array = waiting.take(pieceBytes);
			const {length} = bytes;
			try {
				while (bytes.length > 0) bytes = bytes.subarray((await writeSome(descriptor, bytes)).bytesWritten);
			} catch (error) {
				waiting.giveBack(bytes);
				throw error;
			}
			uncount(length);
		}
	}
	const begin = () => {
		working ??= writeAll()
			.catch((error: Error) => {
				isBroken = true;
				// Nobody has to wait for what can't be written.
				uncount(counted);
				onFailure(path, error);
			})
			.finally(() => {
				working = undefined;
			});
	};
	return {
		write(text) {
			if (isClosed) return;
			const bytes = Buffer.from(text);
			waiting.add(bytes);
			if (!isBroken) {
				count(bytes.length);
				begin();
			} else if (waiting.size() > pieceBytes) keepEnds(waiting);
		},
		async drain() {
			while (working) await working;
			isClosed = true;
			if (isBroken) keepEnds(waiting);
			try {
				await writeAll();
			} catch (error) {
				throw Object.assign(error as Error, {path});
			} finally {
				await closeFile(descriptor);
			}
		},
	};
}

const pieceBytes = 1024 * 1024;

// A program that prints without end goes on for a moment; its lines would take the space that the last ones need.
const mostLeftBytes = 64 * 1024;
const lineFeed = 10;

function keepEnds(waiting: ReturnType<typeof createByteQueue>) {
	if (waiting.size() <= mostLeftBytes) return;
	const bytes = waiting.take(waiting.size());
	const endOfTorn = bytes.indexOf(lineFeed) + 1;
	const last = bytes.indexOf(lineFeed, bytes.length - mostLeftBytes) + 1;
	waiting.add(Buffer.concat([bytes.subarray(0, endOfTorn), bytes.subarray(Math.max(endOfTorn, last))]));
}
