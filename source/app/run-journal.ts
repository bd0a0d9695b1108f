import {join} from 'node:path';
import {lockFile} from '../host/file-lock.ts';
import {createJournal} from '../host/journal.ts';
import {journalsOf, type Workspace} from '../pipeline/workspace.ts';

/** The journal of a run, locked while the run lives: its process number means nothing in another container. */
export async function openJournal(workspace: Workspace, runId: string) {
	const file = join(journalsOf(workspace), `${runId}.ndjson`);
	const lock = await lockFile(file, {keep: true, mode: 0o600});
	const journal = createJournal(file, runId);
	return {
		...journal,
		close() {
			journal.close();
			lock?.release();
		},
	};
}
