import {appendFileSync, mkdirSync, rmSync} from 'node:fs';
import {dirname} from 'node:path';
import {identityOf} from './process-table.ts';

/** Something that a killed run would leave behind. Recorded before it is made, forgotten when it is gone. */
export type Leftover =
	| {kind: 'folder'; path: string}
	| {kind: 'file'; path: string}
	| {kind: 'mount'; path: string}
	/** A buildah working container, by its exact name. */
	| {kind: 'buildah-container'; name: string}
	/** A Docker container, by the value of its label `edge-builder.run`. */
	| {kind: 'docker-container'; runId: string};

export type Journal = {
	/** Notes it on disk at once; the returned function forgets it. */
	record(leftover: Leftover): () => void;
};

/** One line of a journal file. The first line says whose it is. */
export type JournalLine =
	| {type: 'owner'; runId: string; pid: number; identity: string}
	| {type: 'made'; id: number; leftover: Leftover}
	| {type: 'gone'; id: number};

/** A journal in a file of its own; `close` removes the file when nothing is left in it. */
export const createJournal = (file: string, runId: string): Journal & {close(): void} => {
	mkdirSync(dirname(file), {recursive: true});
	const open = new Map<number, Leftover>();
	let count = 0;
	let begun = false;
	const append = (line: JournalLine) => appendFileSync(file, `${JSON.stringify(line)}\n`);
	const begin = () => {
		if (begun) return;
		begun = true;
		append({type: 'owner', runId, pid: process.pid, identity: identityOf(process.pid) ?? ''});
	};
	begin();
	return {
		record(leftover) {
			begin();
			const id = ++count;
			open.set(id, leftover);
			append({type: 'made', id, leftover});
			return () => {
				if (open.delete(id)) append({type: 'gone', id});
			};
		},
		close() {
			if (open.size > 0) return;
			rmSync(file, {force: true});
			// Whoever records something after all begins a new file, with an owner.
			begun = false;
		},
	};
};

/** A journal that remembers nothing, for commands that make nothing. */
export const noJournal: Journal = {record: () => () => undefined};
