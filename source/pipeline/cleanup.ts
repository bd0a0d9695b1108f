import type {Cleanup} from './step.ts';

/**
 * Undo actions, run last first and each exactly once. A failing one is reported to `onProblem` and doesn't keep the others
 * from running.
 */
export function createCleanup(onProblem: (what: string, error: unknown) => void): Cleanup & {runAll(): Promise<void>} {
	const stack: {what: string; undo: () => Promise<void>}[] = [];
	return {
		add(what, undo) {
			let done: Promise<void> | undefined;
			const once = () => {
				done ??= (async () => undo())();
				return done;
			};
			stack.push({what, undo: once});
			return once;
		},
		async runAll() {
			for (let entry = stack.pop(); entry; entry = stack.pop()) {
				const {what, undo} = entry;
				await undo().catch(error => onProblem(what, error));
			}
		},
	};
}
