import {basename} from 'node:path';
import type {JournalLine, Leftover} from './journal.ts';
import {readRegularFile} from './read-file.ts';

/** What a journal says: whose it is, what that run made and didn't remove, and how many lines make no sense here. */
export type ReadJournal = {pid: number; identity: string; runId: string; leftovers: Leftover[]; unknown: number};

// A run notes some hundred bytes for each of a few dozen things.
const largestJournal = 1024 * 1024;

/**
 * Reads the journal of a run. Whoever may write into the workspace may have written it: every field is judged.
 * @returns undefined without an owner, as when it was just begun.
 * @throws {FixableError} when it is no file, or too large.
 */
export async function readJournal(file: string): Promise<ReadJournal | undefined> {
	const lines = ((await readRegularFile(file, {limit: largestJournal, follow: false})) ?? '').split('\n');
	// Whole lines end in a line feed; the last one may be a killed writer's.
	lines.pop();
	const read = lines.map(parseLine);
	const owner = read.find(line => line?.type === 'owner');
	// Its name ties a journal to its run: a line can't make it another run's.
	if (!owner || `${owner.runId}.ndjson` !== basename(file)) return undefined;
	const gone = new Set(read.flatMap(line => (line?.type === 'gone' ? [line.id] : [])));
	return {
		...owner,
		leftovers: read.flatMap(line => (line?.type === 'made' && !gone.has(line.id) ? [line.leftover] : [])),
		unknown: read.filter(line => line === undefined).length,
	};
}

function parseLine(text: string): JournalLine | undefined {
	try {
		const {type, id, runId, pid, identity, leftover} = JSON.parse(text) as Record<string, unknown>;
		if (type === 'owner' && typeof runId === 'string' && typeof pid === 'number' && typeof identity === 'string')
			return {type, runId, pid, identity};
		if (typeof id !== 'number') return undefined;
		if (type === 'gone') return {type, id};
		return type === 'made' && isLeftover(leftover) ? {type, id, leftover} : undefined;
	} catch {
		return undefined;
	}
}

function isLeftover(value: unknown): value is Leftover {
	const {kind, path, name} = (value ?? {}) as Record<string, unknown>;
	if (kind === 'file' || kind === 'folder') return typeof path === 'string';
	if (kind === 'buildah-container' || kind === 'buildah-image') return typeof name === 'string';
	return kind === 'docker';
}
