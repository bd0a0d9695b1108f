import {Worker} from 'node:worker_threads';

export type ToWorker = {type: 'front'; bytes: number} | {type: 'finish'; size: number};
export type FromWorker = {type: 'digest'; sha256: string} | {type: 'failed'; message: string};

/**
 * Hashes a file in a worker thread while it is being written, following the front up to which it is whole. Out of
 * order parts wait in the page cache, so they are read back from memory as a rule. A resumed file is read again from its
 * beginning while the rest arrives.
 */
export function createFrontHash(path: string) {
	// In the bundle the worker is a file of its own beside it.
	const name = import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.mjs';
	const worker = new Worker(new URL(name, import.meta.url), {workerData: path});
	const {promise: digest, resolve, reject} = Promise.withResolvers<string>();
	digest.catch(() => undefined);
	worker.on('message', (message: FromWorker) => {
		if (message.type === 'digest') resolve(message.sha256);
		else reject(new Error(message.message));
	});
	worker.on('error', reject);
	worker.on('exit', () => reject(new Error('the hashing thread ended early')));
	const tell = (message: ToWorker) => worker.postMessage(message);
	return {
		/** The file is whole up to here. */
		advance: (bytes: number) => tell({type: 'front', bytes}),
		/** Hex sha256 once the file is whole. @throws the signal's reason when that comes first. */
		async finish(size: number, signal: AbortSignal): Promise<string> {
			signal.throwIfAborted();
			signal.addEventListener('abort', () => reject(signal.reason), {once: true});
			tell({type: 'finish', size});
			return digest;
		},
		close: async () => {
			await worker.terminate();
		},
	};
}

export type FrontHash = ReturnType<typeof createFrontHash>;
