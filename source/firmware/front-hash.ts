import {Worker} from 'node:worker_threads';

/** Hash of the first `bytes` of a file, to be continued; `state` is hash-wasm's, in base64. */
export type SavedHash = {bytes: number; state: string};

export type HashStart = {path: string; saved?: SavedHash};
/** `at`: when it was sent, for the thread may be busy. */
export type ToWorker =
	| {type: 'front'; bytes: number; at: number}
	| {type: 'save'}
	| {type: 'finish'; size: number; at: number};
export type FromWorker =
	| {type: 'saved'; saved?: SavedHash}
	| {type: 'digest'; sha256: string}
	| {type: 'failed'; message: string};

/**
 * Hashes a file in a worker thread while it is being written, following the front up to which it is whole. Out of
 * order parts wait in the page cache, so they are read back from memory as a rule.
 */
export const createFrontHash = (start: HashStart) => {
	// In the bundle the worker is a file of its own beside it.
	const name = import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.mjs';
	const worker = new Worker(new URL(name, import.meta.url), {workerData: start});
	const {promise: digest, resolve, reject} = Promise.withResolvers<string>();
	digest.catch(() => undefined);
	let onSaved: ((saved: SavedHash | undefined) => void) | undefined;
	let ended = false;
	const fail = (error: Error) => {
		ended = true;
		reject(error);
		onSaved?.(undefined);
	};
	worker.on('message', (message: FromWorker) => {
		if (message.type === 'digest') resolve(message.sha256);
		else if (message.type === 'saved') onSaved?.(message.saved);
		else fail(new Error(message.message));
	});
	worker.on('error', error => fail(error instanceof Error ? error : new Error(String(error))));
	worker.on('exit', () => fail(new Error('the hashing thread ended early')));
	const tell = (message: ToWorker) => worker.postMessage(message);
	return {
		/** The file is whole up to here. */
		advance: (bytes: number) => tell({type: 'front', bytes, at: Date.now()}),
		/** What is needed to go on after a restart; undefined where reading again is cheaper. */
		save: () =>
			new Promise<SavedHash | undefined>(settle => {
				if (ended) return settle(undefined);
				onSaved = settle;
				tell({type: 'save'});
			}),
		/** Hex sha256 once the file is whole. */
		finish: (size: number): Promise<string> => {
			tell({type: 'finish', size, at: Date.now()});
			return digest;
		},
		close: async () => {
			ended = true;
			await worker.terminate();
		},
	};
};

export type FrontHash = ReturnType<typeof createFrontHash>;
