import {spawn} from 'node:child_process';
import {closeSync, constants, fstatSync, ftruncateSync, lstatSync, openSync, unlinkSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {FixableError} from '../errors.ts';
import {makeFolder} from './make-folder.ts';

export type FileLock = {
	/** Replaces the text of the file, for those who are kept out; a full disk leaves it empty, and the lock stands. */
	tell(text: string): void;
	/** Removes the file, unless it is to be kept, and lets go. */
	release(): void;
};

/**
 * Locks a file by flock(2), and makes it where it is missing. The kernel lets go whatever way we end, so no lock goes stale;
 * it knows nothing of process numbers, so none is stolen from another pid namespace; and it needs no hard links, which vfat
 * and CIFS don't have. A lock that lives by its timestamp would be lost while we are stopped by Ctrl-Z.
 * @param tries Looks before it counts as held; somebody who only asks `isLocked` holds it for a moment, too.
 * @param keep Leaves the file there afterwards.
 * @returns undefined when another process holds it.
 * @throws {FixableError} `not-a-file` when something else has the name.
 */
export async function lockFile(
	path: string,
	{tries = 5, keep = false, mode = 0o644}: {tries?: number; keep?: boolean; mode?: number} = {},
): Promise<FileLock | undefined> {
	makeFolder(dirname(path));
	for (let tried = 0; tried < tries; tried++) {
		if (tried > 0) await delay(30);
		const descriptor = openLock(path, constants.O_RDWR | constants.O_CREAT, mode);
		if (descriptor === undefined) continue;
		// Its last holder removed the file before letting go: the name may be another file's by now.
		if (await lockOpened(descriptor, path)) return held(descriptor, keep ? undefined : path);
		closeSync(descriptor);
	}
	return undefined;
}

/**
 * Locks a file that is open already, until it is closed.
 * @returns false when another process holds it, or it has lost that name meanwhile.
 */
export const lockOpened = async (descriptor: number, path: string): Promise<boolean> =>
	(await flock(descriptor, 'exclusive')) && isAt(descriptor, path);

/** Whether a process holds the lock. */
export async function isLocked(path: string): Promise<boolean> {
	const descriptor = openLock(path, constants.O_RDONLY);
	if (descriptor === undefined) return false;
	try {
		return !(await flock(descriptor, 'shared'));
	} finally {
		closeSync(descriptor);
	}
}

function held(descriptor: number, removed: string | undefined): FileLock {
	let isHeld = true;
	const release = () => {
		if (!isHeld) return;
		isHeld = false;
		process.off('exit', release);
		try {
			if (removed !== undefined && isAt(descriptor, removed)) unlinkSync(removed);
		} catch {
			// Without the right to remove it, it stays, and nobody holds it.
		}
		closeSync(descriptor);
	};
	// For a Ctrl-C that ends us before anybody could release it.
	process.once('exit', release);
	return {
		tell(text) {
			try {
				ftruncateSync(descriptor);
				writeSync(descriptor, text, 0);
			} catch {
				// Whoever is kept out doesn't learn by whom.
			}
		},
		release,
	};
}

// Undefined when it went between two looks, or was never there. A FIFO must not keep us waiting, a link not lead us away.
function openLock(path: string, flags: number, mode?: number): number | undefined {
	const refused = () =>
		new FixableError('not-a-file', `${path} is not a file, so it cannot be locked`, {
			hint: 'Remove it; edge-builder makes a file of this name.',
			exit: 'host',
		});
	try {
		const found = lstatSync(path, {throwIfNoEntry: false});
		if (found && !found.isFile()) throw refused();
		return openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return undefined;
		throw code === 'ELOOP' || code === 'EISDIR' ? refused() : error;
	}
}

function isAt(descriptor: number, path: string) {
	const [ours, there] = [fstatSync(descriptor), lstatSync(path, {throwIfNoEntry: false})];
	return ours.ino === there?.ino && ours.dev === there.dev;
}

/** The lock is the open file's, not the process's: flock(1) takes it on our descriptor and may go. */
async function flock(descriptor: number, kind: 'exclusive' | 'shared'): Promise<boolean> {
	const program = spawn('flock', [`--${kind}`, '--nonblock', '3'], {
		// Part of every Debian and Ubuntu, also where PATH was narrowed.
		env: {PATH: `${process.env.PATH ?? ''}:/usr/bin:/bin`},
		stdio: ['ignore', 'ignore', 'pipe', descriptor],
	});
	let said = '';
	program.stderr?.on('data', bytes => (said += bytes));
	const exitCode = await new Promise(resolve => {
		program.once('close', resolve);
		program.once('error', error => {
			said = error.message;
			resolve('missing');
		});
	});
	if (exitCode === 0 || exitCode === 1) return exitCode === 0;
	throw new FixableError('lock-impossible', `The program flock cannot lock: ${said.trim()}`, {
		hint: exitCode === 'missing' ? 'Install util-linux.' : 'Choose a --workspace on a filesystem that has locks.',
		exit: 'host',
	});
}
