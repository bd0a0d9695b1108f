// Runs in a worker thread: sha256 of a growing file, read back from the page cache behind the download's front.
import {createHash} from 'node:crypto';
import {closeSync, openSync, readSync} from 'node:fs';
import {parentPort, workerData} from 'node:worker_threads';
import type {FromWorker, HashStart, ToWorker} from './front-hash.ts';

const chunkBytes = 1024 * 1024;
// Between two looks at the mailbox.
const burstBytes = 16 * chunkBytes;
const decideBytes = 16 * chunkBytes;
const decideMs = 300;
// hash-wasm does some 250 MB/s anywhere; node:crypto 400 to 1800, but its state can't be saved. What arrives faster
// than this is read again in a fraction of the time that it took to arrive, so saving the state would buy little.
const fastBytesPerMs = 32_000;
// Reading so little again costs nothing worth mentioning.
const cheapBytes = 128 * chunkBytes;
const longestLag = 256 * chunkBytes;

type Engine = {update(bytes: Uint8Array): void; digest(): string; save?(): Uint8Array};

const port = parentPort;
if (!port) throw new Error('hash-worker runs as a worker thread');
const {path, saved} = workerData as HashStart;
const file = openSync(path, 'r');
const chunk = Buffer.allocUnsafe(chunkBytes);

let engine: Engine | undefined = saved && (await resumable(saved.state));
let done = saved?.bytes ?? 0;
let front = 0;
let firstAt = 0;
let size: number | undefined;
let working = false;

port.on('message', (message: ToWorker) => {
	if (message.type === 'save') {
		const state = engine?.save?.();
		answer({type: 'saved', saved: state && {bytes: done, state: Buffer.from(state).toString('base64')}});
		return;
	}
	if (message.type === 'finish') size = message.size;
	front = Math.max(front, message.type === 'finish' ? message.size : message.bytes);
	firstAt ||= message.at;
	if (!working) void work().catch(error => answer({type: 'failed', message: String(error)}));
});

async function work() {
	working = true;
	while (done < front || size !== undefined) {
		if (mustBeFast()) {
			engine = fast();
			done = 0;
		} else if (!engine) {
			if (front < decideBytes && Date.now() - firstAt < decideMs) break;
			engine = await resumable();
		}
		const until = Math.min(front, done + burstBytes);
		while (done < until) {
			const read = readSync(file, chunk, 0, Math.min(chunkBytes, until - done), done);
			if (read === 0) throw new Error(`${path} ends at ${done} bytes, before the ${front} that were written`);
			engine.update(chunk.subarray(0, read));
			done += read;
		}
		if (done === size) {
			closeSync(file);
			answer({type: 'digest', sha256: engine.digest()});
			return;
		}
		await new Promise(setImmediate);
	}
	working = false;
}

function mustBeFast() {
	const isArrivingFast = front >= decideBytes && front / Math.max(1, Date.now() - firstAt) > fastBytesPerMs;
	if (!engine) return size !== undefined || isArrivingFast;
	return engine.save !== undefined && (front - done > longestLag || (done < cheapBytes && isArrivingFast));
}

function answer(message: FromWorker) {
	port?.postMessage(message);
}

function fast(): Engine {
	const hash = createHash('sha256');
	return {update: bytes => void hash.update(bytes), digest: () => hash.digest('hex')};
}

async function resumable(state?: string): Promise<Engine> {
	// Loaded when it is needed: most files come so fast, or are so small, that it isn't.
	const {createSHA256} = await import('hash-wasm');
	const hash = await createSHA256();
	if (state === undefined) hash.init();
	else hash.load(Buffer.from(state, 'base64'));
	return {update: bytes => void hash.update(bytes), digest: () => hash.digest('hex'), save: () => hash.save()};
}
