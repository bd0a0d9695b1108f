import {basename, dirname, join} from 'node:path';
import {FixableError} from '../errors.ts';
import {isLocked} from './file-lock.ts';
import {isBelow} from './files.ts';
import type {Host} from './host.ts';
import type {Leftover} from './journal.ts';
import {identityOf, processesOf} from './process-table.ts';
import {readJournal} from './read-journal.ts';
import {bearsMark, bearsMarkOrId} from './run-mark.ts';

/** How what engines keep is removed; each knows its engine, and tells how much there was. */
export type Removers = {
	buildahContainer(host: Host, name: string): Promise<number>;
	buildahImage(host: Host, name: string): Promise<number>;
	docker(host: Host, runId: string): Promise<number>;
};

/**
 * Removes what runs that were killed left behind: processes first, then what their journals name, last made first.
 * @param journals Folder of the journal files.
 * @param root Workspace; outside it only what bears the run's mark is touched.
 * @returns one sentence for each thing that was removed, one for each that had to be left, and the kinds of what the
 * journals named.
 */
export async function reap(
	host: Host,
	{journals, root, removers}: {journals: string; root: string; removers: Removers},
): Promise<{removed: string[]; left: string[]; kinds: ReadonlySet<Leftover['kind']>}> {
	const removed: string[] = [];
	const left: string[] = [];
	const kinds = new Set<Leftover['kind']>();
	for (const name of (await host.files.list(journals)).filter(file => file.endsWith('.ndjson'))) {
		const file = join(journals, name);
		const journal = await readJournal(file).catch((error: Error) => {
			left.push(`Left a journal alone: ${error.message}`);
			return undefined;
		});
		if (!journal || identityOf(journal.pid) === journal.identity || (await isLocked(file))) continue;
		const {runId, leftovers, unknown} = journal;
		removed.push(...(await endProcesses(host, runId)));
		// Another version may know what this one doesn't.
		if (unknown > 0)
			left.push(
				`Left ${unknown} line${unknown === 1 ? '' : 's'} of ${file} alone, which this version does not understand`,
			);
		let complete = unknown === 0;
		const told: {path?: string; sentence: string}[] = [];
		for (const leftover of leftovers.reverse()) {
			kinds.add(leftover.kind);
			try {
				const sentence = await release(host, leftover, {runId, root, removers});
				if (sentence !== undefined) told.push({path: 'path' in leftover ? leftover.path : undefined, sentence});
			} catch (error) {
				complete = false;
				left.push(`Could not remove ${nameOf(leftover)}: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
		removed.push(
			...told.filter(({path}) => !told.some(other => isInside(path, other.path))).map(({sentence}) => sentence),
		);
		if (complete) await host.files.remove(file, journals);
	}
	return {removed, left, kinds};
}

// Told once, with the folder that it lies in.
const isInside = (path: string | undefined, folder: string | undefined) =>
	path !== undefined && folder !== undefined && isBelow(path, folder);

/** Ends every process that carries the marker of a run. */
export async function endProcesses(host: Host, runId: string): Promise<string[]> {
	const found = processesOf(runId);
	if (found.length === 0) return [];
	for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
		for (const pid of processesOf(runId)) tryKill(pid, signal);
		for (let tries = 0; tries < 100 && processesOf(runId).length > 0; tries++) await host.sleep(30);
	}
	return [`Ended ${found.length} process${found.length === 1 ? '' : 'es'} that run ${runId} left running`];
}

function tryKill(pid: number, signal: NodeJS.Signals) {
	try {
		process.kill(pid, signal);
	} catch {
		// It ended between the look and the signal.
	}
}

async function release(
	host: Host,
	leftover: Leftover,
	{runId, root, removers}: {runId: string; root: string; removers: Removers},
): Promise<string | undefined> {
	switch (leftover.kind) {
		case 'buildah-container':
		case 'buildah-image': {
			const {kind, name} = leftover;
			// A registry and its slashes stand before the name of an image.
			if (!bearsMarkOrId(basename(name), runId)) throw notOurs(name);
			const isContainer = kind === 'buildah-container';
			const count = await (isContainer ? removers.buildahContainer : removers.buildahImage)(host, name);
			return count === 0 ? undefined : `Removed the ${isContainer ? 'build container' : 'image name'} ${name}`;
		}
		case 'docker': {
			const count = await removers.docker(host, runId);
			return count === 0
				? undefined
				: `Removed ${count} thing${count === 1 ? '' : 's'} that run ${runId} left in Docker`;
		}
		case 'file':
		case 'folder': {
			const {path} = leftover;
			if (!(await host.files.info(path))) return undefined;
			if (bearsMark(basename(path), runId)) await host.files.remove(path, dirname(path));
			else await removeOurs(host, path, root);
			return `Removed ${path}`;
		}
		default:
			return leftover satisfies never;
	}
}

const notOurs = (what: string) => new FixableError('outside-workspace', `${what} is not ours to remove`);

/**
 * Removes a file or folder below the workspace. Files that a user namespace made belong to subordinate ids; those need the
 * namespace again.
 */
export async function removeOurs(host: Host, path: string, root: string) {
	// People put build/ on a larger disk and link it here; what is below it is still ours.
	const build = join(root, 'build');
	const within = isBelow(path, build) ? build : isBelow(path, root) ? root : undefined;
	if (within === undefined) throw notOurs(path);
	try {
		await host.files.remove(path, within);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if ((code !== 'EACCES' && code !== 'EPERM') || host.machine.user.uid === 0 || !(await host.which('buildah')))
			throw error;
		await host.run({
			program: 'buildah',
			args: ['unshare', 'rm', '-rf', '--one-file-system', '--', path],
			what: `Removing ${path}`,
		});
	}
}

const nameOf = (leftover: Leftover) =>
	'path' in leftover ? leftover.path : 'name' in leftover ? leftover.name : 'what is in Docker';
