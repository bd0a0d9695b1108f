import {FixableError} from '../errors.ts';
import {isLocked, lockFile} from './file-lock.ts';
import {readRegularFile} from './read-file.ts';

/** Who holds a workspace. `pid` is only told: in another container it means another process. */
export type Holder = {pid: number; runId: string; command: string; since: number};

/**
 * Takes the lock file of a workspace; one that a dead process left is taken over.
 * @throws {FixableError} `workspace-locked` (exit 9) naming the holder.
 */
export async function lockWorkspace(
	file: string,
	{runId, command, now}: {runId: string; command: string; now: number},
): Promise<{release(): Promise<void>}> {
	// The command line will be in it.
	const lock = await lockFile(file, {mode: 0o600});
	if (!lock) throw lockedBy(await readHolder(file));
	lock.tell(JSON.stringify({pid: process.pid, runId, command, since: now} satisfies Holder));
	return {
		async release() {
			lock.release();
		},
	};
}

/** The live holder of a workspace's lock, if any; what is no lock file is held by nobody. */
export const workspaceHolder = async (file: string): Promise<Holder | undefined> =>
	(await isLocked(file).catch(() => false)) ? readHolder(file) : undefined;

function lockedBy(holder: Holder | undefined) {
	const since = holder && new Date(holder.since).toLocaleString('sv-SE', {timeZoneName: 'short'});
	return new FixableError(
		'workspace-locked',
		holder
			? `Run ${holder.runId} (process ${holder.pid}, \`${holder.command}\`) holds this workspace since ${since}`
			: 'Another run holds this workspace',
		{
			hint: 'Wait for it to end, stop it, or use another workspace with --workspace DIR.',
			exit: 'locked',
		},
	);
}

// A holder that has only just taken it, or had no space to write, hasn't told who it is.
async function readHolder(file: string): Promise<Holder | undefined> {
	try {
		const holder = JSON.parse((await readRegularFile(file, {limit: 64 * 1024, follow: false})) ?? '') as Holder;
		return typeof holder.runId === 'string' && Number.isFinite(holder.since) ? holder : undefined;
	} catch {
		return undefined;
	}
}
