import type {Host} from '../../../../host/host.ts';

/** Writes console text to a file as it comes, in order. A disk that is full is told once and doesn't end the build. */
export async function openConsoleFile(
	{files, backlog}: Pick<Host, 'files' | 'backlog'>,
	path: string,
	onProblem: (sentence: string) => void,
): Promise<{write(text: string): void; close(): Promise<void>}> {
	const file = await files.open(path, 'a');
	let last: Promise<unknown> = Promise.resolve();
	let broken = false;
	return {
		write(text) {
			backlog.add(text.length);
			last = last.then(async () => {
				if (!broken)
					await file.write(`${text}\n`).catch((error: Error) => {
						broken = true;
						onProblem(`${path} could not be written on: ${error.message}`);
					});
				backlog.remove(text.length);
			});
		},
		async close() {
			await last;
			await file.close();
		},
	};
}
