import {appendFileSync, rmSync} from 'node:fs';
import {dirname} from 'node:path';
import {makeFolder} from './make-folder.ts';
import {identityOf} from './process-table.ts';
import {markOf} from './run-mark.ts';

/** Something that a killed run would leave behind. Recorded before it is made, forgotten when it is gone. */
export type Leftover =
	| {kind: 'folder'; path: string}
	| {kind: 'file'; path: string}
	/** A buildah working container, by its exact name. */
	| {kind: 'buildah-container'; name: string}
	/** A tag in buildah's storage, by its exact name. */
	| {kind: 'buildah-image'; name: string}
	/** What the run made in Docker: containers and a tag, found by the run. */
	| {kind: 'docker'};

export type Journal = {
	/** Notes it on disk at once; the returned function forgets it. */
	record(leftover: Leftover): () => void;
	/** The run's mark: what lies outside the workspace has it in its name. */
	mark: string;
};

/** One line of a journal file. The first line says whose it is. */
export type JournalLine =
	| {type: 'owner'; runId: string; pid: number; identity: string}
	| {type: 'made'; id: number; leftover: Leftover}
	| {type: 'gone'; id: number};

/** A journal in a file of its own; `close` removes the file when nothing is left in it. */
export function createJournal(file: string, runId: string): Journal & {close(): void} {
	makeFolder(dirname(file));
	const open = new Map<number, Leftover>();
	let count = 0;
	let begun = false;
	const append = (line: JournalLine) => appendFileSync(file, `${JSON.stringify(line)}\n`, {mode: 0o600});
	const begin = () => {
		if (begun) return;
		begun = true;
		append({type: 'owner', runId, pid: process.pid, identity: identityOf(process.pid) ?? ''});
	};
	begin();
	return {
		mark: markOf(runId),
		record(leftover) {
			begin();
			const id = ++count;
			open.set(id, leftover);
			append({type: 'made', id, leftover});
			return () => {
				if (!open.delete(id)) return;
				try {
					append({type: 'gone', id});
				} catch {
					// A full disk: the next start looks for it and finds that it is gone.
				}
			};
		},
		close() {
			if (open.size > 0) return;
			rmSync(file, {force: true});
			// Whoever records something after all begins a new file, with an owner.
			begun = false;
		},
	};
}

/** A journal that remembers nothing, for commands that make nothing. */
export const noJournal: Journal = {record: () => () => undefined, mark: 'none'};
