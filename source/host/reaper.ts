import {basename, join} from 'node:path';
import {FixableError} from '../errors.ts';
import {isBelow, mountPoints} from './files.ts';
import type {Host} from './host.ts';
import type {JournalLine, Leftover} from './journal.ts';
import {identityOf, processesOf} from './process-table.ts';

/** How containers are removed; each knows its engine, and tells how many there were. */
export type ContainerRemovers = {
	buildah(host: Host, name: string): Promise<number>;
	docker(host: Host, runId: string): Promise<number>;
};

/**
 * Removes what runs that were killed left behind: processes first, then what their journals name, last made first.
 * @param journals Folder of the journal files.
 * @param root Workspace; outside it only our own temporary folders are touched.
 * @returns one sentence for each thing removed or found impossible to remove.
 */
export const reap = async (
	host: Host,
	{journals, root, removers}: {journals: string; root: string; removers: ContainerRemovers},
): Promise<string[]> => {
	const said: string[] = [];
	for (const name of (await host.files.list(journals)).filter(file => file.endsWith('.ndjson'))) {
		const file = join(journals, name);
		const journal = parseJournal((await host.files.readText(file)) ?? '');
		if (!journal || identityOf(journal.pid) === journal.identity) continue;
		said.push(...(await endProcesses(host, journal.runId)));
		let complete = true;
		for (const leftover of journal.leftovers.reverse()) {
			try {
				const sentence = await release(host, leftover, root, removers);
				if (sentence !== undefined) said.push(sentence);
			} catch (error) {
				complete = false;
				said.push(`Could not remove ${nameOf(leftover)}: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
		if (complete) await host.files.remove(file, journals);
	}
	return said;
};

/** Ends every process that carries the marker of a run. */
export const endProcesses = async (host: Host, runId: string): Promise<string[]> => {
	const found = processesOf(runId);
	if (found.length === 0) return [];
	for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
		for (const pid of processesOf(runId)) tryKill(pid, signal);
		for (let tries = 0; tries < 100 && processesOf(runId).length > 0; tries++) await host.sleep(30);
	}
	return [`Ended ${found.length} process${found.length === 1 ? '' : 'es'} that run ${runId} left running`];
};

const tryKill = (pid: number, signal: NodeJS.Signals) => {
	try {
		process.kill(pid, signal);
	} catch {
		// It ended between the look and the signal.
	}
};

const release = async (
	host: Host,
	leftover: Leftover,
	root: string,
	removers: ContainerRemovers,
): Promise<string | undefined> => {
	switch (leftover.kind) {
		case 'mount': {
			if (!(await mountPoints()).includes(leftover.path)) return undefined;
			await host.run({program: 'umount', args: ['--', leftover.path], what: 'Unmounting a leftover'});
			return `Unmounted ${leftover.path}`;
		}
		case 'buildah-container': {
			const count = await removers.buildah(host, leftover.name);
			return count === 0 ? undefined : `Removed the build container ${leftover.name}`;
		}
		case 'docker-container': {
			const count = await removers.docker(host, leftover.runId);
			return count === 0 ? undefined : `Removed ${count} container${count === 1 ? '' : 's'} of run ${leftover.runId}`;
		}
		case 'file':
		case 'folder': {
			if (!(await host.files.info(leftover.path))) return undefined;
			await removeOurs(host, leftover.path, root);
			return `Removed ${leftover.path}`;
		}
		default:
			return leftover satisfies never;
	}
};

/**
 * Removes a file or folder of ours: anything below the workspace, elsewhere only what bears our name.
 * Files that a user namespace made belong to subordinate ids; those need the namespace again.
 */
export const removeOurs = async (host: Host, path: string, root: string) => {
	// People put build/ on a larger disk and link it here; what is below it is still ours.
	const build = join(root, 'build');
	const inWorkspace = isBelow(path, build) ? build : isBelow(path, root) ? root : undefined;
	const within = inWorkspace ?? (basename(path).startsWith('edge-builder-') ? join(path, '..') : undefined);
	if (within === undefined) throw new FixableError('outside-workspace', `${path} is not ours to remove`);
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
};

const nameOf = (leftover: Leftover) =>
	'path' in leftover ? leftover.path : 'name' in leftover ? leftover.name : `containers of run ${leftover.runId}`;

const parseJournal = (text: string) => {
	const lines = text.split('\n').flatMap((line): JournalLine[] => {
		try {
			return line === '' ? [] : [JSON.parse(line) as JournalLine];
		} catch {
			return []; // The last line of a killed writer.
		}
	});
	const owner = lines.find(line => line.type === 'owner');
	if (!owner) return undefined;
	const gone = new Set(lines.filter(line => line.type === 'gone').map(({id}) => id));
	const leftovers = lines
		.filter(line => line.type === 'made')
		.filter(({id}) => !gone.has(id))
		.map(({leftover}) => leftover);
	return {pid: owner.pid, identity: owner.identity, runId: owner.runId, leftovers};
};
