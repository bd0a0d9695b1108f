/** What waits to be written, over all files of a run. A disk may be slower than the programs that print. */
export type Backlog = {
	/** So many bytes wait from now on. */
	add(bytes: number): void;
	/** So many of them are written, or given up. */
	remove(bytes: number): void;
	/** Whether so much waits that nothing more should be read; from then on until half of it is gone. */
	isFull(): boolean;
	/** Resolves when it isn't full. */
	room(): Promise<void>;
};

const mostBytes = 4 * 1024 * 1024;

export function createBacklog(most = mostBytes): Backlog {
	let waiting = 0;
	let full: {room: Promise<void>; make(): void} | undefined;
	return {
		add(bytes) {
			waiting += bytes;
			if (waiting <= most || full) return;
			const {promise, resolve} = promiseToCome();
			full = {room: promise, make: resolve};
		},
		remove(bytes) {
			waiting -= bytes;
			if (!full || waiting > most / 2) return;
			full.make();
			full = undefined;
		},
		isFull: () => full !== undefined,
		room: async () => full?.room,
	};
}

function promiseToCome() {
	let resolve = () => {};
	const promise = new Promise<void>(settle => {
		resolve = settle;
	});
	return {promise, resolve};
}
