import {randomBytes} from 'node:crypto';
import {link, mkdir, readFile, rename, unlink, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {FixableError} from '../errors.ts';
import {identityOf} from './process-table.ts';

/** Who holds a workspace. */
export type Holder = {pid: number; identity: string; runId: string; command: string; since: number};

/**
 * Takes the lock file of a workspace; a lock of a dead process is taken over.
 * @returns the release, and whose stale lock was taken over.
 * @throws {FixableError} `workspace-locked` (exit 9) naming the holder.
 */
export const lockWorkspace = async (
	file: string,
	{runId, command, now}: {runId: string; command: string; now: number},
): Promise<{release(): Promise<void>; tookOver?: Holder}> => {
	const own: Holder = {pid: process.pid, identity: identityOf(process.pid) ?? '', runId, command, since: now};
	const aside = await writeAside(file, own);
	let tookOver: Holder | undefined;
	try {
		while (!(await linked(aside, file))) {
			const holder = await readHolder(file);
			if (holder && identityOf(holder.pid) === holder.identity) throw lockedBy(holder);
			if (await removeStale(file, holder)) tookOver = holder ?? tookOver;
		}
	} finally {
		await unlink(aside).catch(() => undefined);
	}
	return {
		tookOver,
		async release() {
			const holder = await readHolder(file);
			if (holder?.runId === runId && holder.pid === process.pid) await unlink(file).catch(() => undefined);
		},
	};
};

/** The live holder of a workspace's lock, if any. */
export const workspaceHolder = async (file: string): Promise<Holder | undefined> => {
	const holder = await readHolder(file);
	return holder && identityOf(holder.pid) === holder.identity ? holder : undefined;
};

const lockedBy = ({pid, command, since, runId}: Holder) =>
	new FixableError(
		'workspace-locked',
		`Run ${runId} (process ${pid}, \`${command}\`) holds this workspace since ${new Date(since).toLocaleTimeString()}`,
		{
			hint: 'Wait for it to end, stop it, or use another workspace with --workspace DIR.',
			exit: 'locked',
		},
	);

// link() fails when the name exists, and the file has its whole content from the first moment on.
const writeAside = async (file: string, holder: Holder) => {
	await mkdir(dirname(file), {recursive: true});
	const aside = join(dirname(file), `.lock-${process.pid}-${randomBytes(4).toString('hex')}`);
	await writeFile(aside, JSON.stringify(holder));
	return aside;
};

const linked = async (from: string, to: string) => {
	try {
		await link(from, to);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
};

const readHolder = async (file: string): Promise<Holder | undefined> => {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as Holder;
	} catch {
		return undefined;
	}
};

// Two takers may see the same stale lock; whoever moves away a fresh one by mistake puts it back.
const removeStale = async (file: string, stale: Holder | undefined) => {
	const away = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
	try {
		await rename(file, away);
	} catch {
		return false;
	}
	const moved = await readHolder(away);
	const isStale = moved?.runId === stale?.runId && moved?.pid === stale?.pid;
	if (!isStale) await link(away, file).catch(() => undefined);
	await unlink(away).catch(() => undefined);
	return isStale;
};
