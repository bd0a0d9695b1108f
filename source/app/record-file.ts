import {close, openSync, write} from 'node:fs';
import {dirname} from 'node:path';
import {promisify} from 'node:util';
import {makeFolder} from '../host/make-folder.ts';
import type {Output} from '../reporters/safe-output.ts';

const writeSome = promisify(write);
const closeFile = promisify(close);

/**
 * A file of the record, in whole lines. When it can't be written, `onFailure` is told once, at once; the rest of the line
 * that was torn and the last lines are written by `drain`, when the run has given its space back, so that the record ends
 * in whole lines with the reason. A `drain` that can't write them either rejects; nothing is taken after it.
 */
export function recordFile(path: string, onFailure: (path: string, error: Error) => void): Output {
	makeFolder(dirname(path));
	const descriptor = openSync(path, 'w', 0o600);
	let waiting: Uint8Array[] = [];
	let working: Promise<void> | undefined;
	let isBroken = false;
	let isClosed = false;

	async function writeAll() {
		while (waiting.length > 0) {
			let bytes: Uint8Array = Buffer.concat(waiting);
			waiting = [];
			try {
				while (bytes.length > 0) bytes = bytes.subarray((await writeSome(descriptor, bytes)).bytesWritten);
			} catch (error) {
				waiting.unshift(bytes);
				throw error;
			}
		}
	}
	const begin = () => {
		working ??= writeAll()
			.catch((error: Error) => {
				isBroken = true;
				onFailure(path, error);
			})
			.finally(() => {
				working = undefined;
			});
	};
	return {
		write(text) {
			if (isClosed) return;
			waiting.push(Buffer.from(text));
			if (!isBroken) begin();
		},
		async drain() {
			while (working) await working;
			isClosed = true;
			if (isBroken) waiting = [shortened(Buffer.concat(waiting))];
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

// A program that prints without end goes on for a moment; its lines would take the space that the last ones need.
const mostLeftBytes = 64 * 1024;
const lineFeed = 10;

function shortened(bytes: Buffer) {
	if (bytes.length <= mostLeftBytes) return bytes;
	const endOfTorn = bytes.indexOf(lineFeed) + 1;
	const last = bytes.indexOf(lineFeed, bytes.length - mostLeftBytes) + 1;
	return Buffer.concat([bytes.subarray(0, endOfTorn), bytes.subarray(Math.max(endOfTorn, last))]);
}
