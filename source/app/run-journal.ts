import {join} from 'node:path';
import {lockFile} from '../host/file-lock.ts';
import type {Host} from '../host/host.ts';
import {createJournal} from '../host/journal.ts';
import {journalsOf, type Workspace} from '../pipeline/workspace.ts';

type Place = {host: Host; workspace: Workspace};

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

/**
 * Cleans up what killed runs left, before a menu or a console opens, and tells each thing. Where no journal lies there is
 * nothing to load for it.
 */
export async function cleanUpFirst({host, workspace}: Place, tell: (sentence: string) => void) {
	if ((await host.files.list(journalsOf(workspace))).length === 0) return;
	const {cleanUpKilled} = await import('./clean-up-killed.ts');
	for (const sentence of await cleanUpKilled(host, workspace)) tell(`${sentence}\n`);
}
