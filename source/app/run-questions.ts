import type {Person} from './readiness/make-ready.ts';

/** Something that a run needs of the person before it can go on. */
export type Ask =
	| {
			kind: 'agree';
			/** What would be done, in words that follow "to": `install 13 packages`. */
			purpose: string;
			commands: readonly (readonly string[])[];
			answer(yes: boolean): void;
	  }
	/** Wants the terminal for itself while `work` is done. */
	| {kind: 'terminal'; work(): Promise<void>; failed(error: unknown): void};

/** What a run asks, one thing at a time; shown by its dashboard. */
export type Asks = {
	subscribe(listener: () => void): () => void;
	getSnapshot(): Ask | undefined;
};

/** A person at the screens: what a run asks stands there until it is answered, or until the run is cancelled. */
export function createAsks(): Asks & Required<Person> {
	let current: Ask | undefined;
	const listeners = new Set<() => void>();
	const show = (ask: Ask | undefined) => {
		current = ask;
		for (const listener of [...listeners]) listener();
	};
	return {
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getSnapshot: () => current,
		async agrees({purpose, commands}, signal) {
			const answered = Promise.withResolvers<boolean>();
			const onAbort = () => answered.resolve(false);
			signal.addEventListener('abort', onAbort, {once: true});
			show({kind: 'agree', purpose, commands, answer: answered.resolve});
			try {
				return await answered.promise;
			} finally {
				signal.removeEventListener('abort', onAbort);
				show(undefined);
			}
		},
		async lend(work) {
			const ended = Promise.withResolvers<void>();
			const borrowed = async () => {
				try {
					await work();
					ended.resolve();
				} catch (error) {
					ended.reject(error);
				}
			};
			show({kind: 'terminal', work: borrowed, failed: ended.reject});
			try {
				await ended.promise;
			} finally {
				show(undefined);
			}
		},
	};
}
