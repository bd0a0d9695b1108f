import {createHash, randomBytes} from 'node:crypto';
import {readFileSync, unlinkSync} from 'node:fs';
import {link, mkdir, readFile, unlink, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
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
			const found = await readLock(file);
			if (!found) continue; // Released between the two looks.
			if (isLive(found.holder)) throw lockedBy(found.holder);
			if (await removeStale(file, found.text, aside)) tookOver = found.holder;
		}
	} finally {
		await unlink(aside).catch(() => undefined);
	}
	const isOurs = (text: string) => text === JSON.stringify(own);
	// For a Ctrl-C that ends us before anybody could release it.
	const releaseAtExit = () => {
		try {
			if (isOurs(readFileSync(file, 'utf8'))) unlinkSync(file);
		} catch {
			// It is gone already.
		}
	};
	process.once('exit', releaseAtExit);
	return {
		tookOver,
		async release() {
			process.off('exit', releaseAtExit);
			const found = await readLock(file);
			if (found && isOurs(found.text)) await unlink(file).catch(() => undefined);
		},
	};
};

/** The live holder of a workspace's lock, if any. */
export const workspaceHolder = async (file: string): Promise<Holder | undefined> => {
	const found = await readLock(file);
	return found && isLive(found.holder) ? found.holder : undefined;
};

// What isn't a holder at all (an emptied file, somebody's own text) holds nothing.
const isLive = (holder: Holder | undefined): holder is Holder =>
	typeof holder?.identity === 'string' && identityOf(holder.pid) === holder.identity;

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

const readLock = async (file: string): Promise<{text: string; holder?: Holder} | undefined> => {
	const text = await readFile(file, 'utf8').catch(undefinedWhenMissing);
	if (text === undefined) return undefined;
	try {
		return {text, holder: JSON.parse(text) as Holder};
	} catch {
		return {text};
	}
};

/**
 * Removes a lock of exactly this text. Several takers may see the same stale lock, and the quickest may have put its own
 * in the place by the time the others remove it; so the right to remove is a lock too, one for each stale text.
 * @returns false when another one was quicker.
 */
const removeStale = async (file: string, text: string, aside: string): Promise<boolean> => {
	const claim = `${file}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
	while (!(await linked(aside, claim))) {
		const other = await readLock(claim);
		if (other && isLive(other.holder)) await delay(5);
		else if (other) await removeStale(claim, other.text, aside);
		if ((await readLock(file))?.text !== text) return false;
	}
	try {
		if ((await readLock(file))?.text !== text) return false;
		await unlink(file);
		return true;
	} finally {
		await unlink(claim);
	}
};

const undefinedWhenMissing = (error: NodeJS.ErrnoException): undefined => {
	if (error.code === 'ENOENT') return undefined;
	throw error;
};
