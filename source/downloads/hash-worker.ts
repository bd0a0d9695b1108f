// Runs in a worker thread: sha256 of a growing file, read back from the page cache behind the download's front.
import {createHash} from 'node:crypto';
import {closeSync, openSync, readSync} from 'node:fs';
import {parentPort, workerData} from 'node:worker_threads';
import type {FromWorker, ToWorker} from './incremental-hash.ts';

const chunkBytes = 1024 * 1024;
// Between two looks at the mailbox.
const burstBytes = 16 * chunkBytes;

const port = parentPort;
if (!port) throw new Error('hash-worker runs as a worker thread');
const path = workerData as string;
const file = openSync(path, 'r');
const chunk = Buffer.allocUnsafe(chunkBytes);
const hash = createHash('sha256');

let done = 0;
let front = 0;
let size: number | undefined;
let working = false;

port.on('message', (message: ToWorker) => {
	if (message.type === 'finish') size = message.size;
	front = Math.max(front, message.type === 'finish' ? message.size : message.bytes);
	if (!working) void work().catch(error => answer({type: 'failed', message: String(error)}));
});

async function work() {
	working = true;
	while (done < front || size !== undefined) {
		const until = Math.min(front, done + burstBytes);
		while (done < until) {
			const read = readSync(file, chunk, 0, Math.min(chunkBytes, until - done), done);
			if (read === 0) throw new Error(`${path} ends at ${done} bytes, before the ${front} that were written`);
			hash.update(chunk.subarray(0, read));
			done += read;
		}
		if (done === size) {
			closeSync(file);
			answer({type: 'digest', sha256: hash.digest('hex')});
			return;
		}
		await new Promise(setImmediate);
	}
	working = false;
}

function answer(message: FromWorker) {
	port?.postMessage(message);
}
