import type {Host} from '../../../../host/host.ts';

/** Writes console text to a file as it comes, in order. A disk that is full is told once and doesn't end the build. */
export async function openConsoleFile(
	{files}: Pick<Host, 'files'>,
	path: string,
	onProblem: (sentence: string) => void,
): Promise<{write(text: string): void; close(): Promise<void>}> {
	const file = await files.open(path, 'a');
	let last: Promise<unknown> = Promise.resolve();
	let broken = false;
	return {
		write(text) {
			last = last.then(async () => {
				if (broken) return;
				await file.write(`${text}\n`).catch((error: Error) => {
					broken = true;
					onProblem(`${path} could not be written on: ${error.message}`);
				});
			});
		},
		async close() {
			await last;
			await file.close();
		},
	};
}
