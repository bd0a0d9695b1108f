import {createHash, randomBytes} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {
	access,
	chmod,
	type FileHandle,
	lstat,
	open,
	readdir,
	readFile,
	readlink,
	realpath,
	rename,
	rm,
	stat,
	unlink,
} from 'node:fs/promises';
import {dirname, isAbsolute, join, relative, resolve} from 'node:path';
import {FixableError} from '../errors.ts';
import {makeFolder} from './make-folder.ts';
import {readRegularFile} from './read-file.ts';

export type FileInfo = {
	kind: 'file' | 'folder' | 'link' | 'other';
	size: number;
	mode: number;
	uid: number;
	inode: number;
	device: number;
	modifiedAt: number;
	changedAt: number;
};

/** Files of the host. Paths are absolute. Missing files read as undefined; everything else that fails throws. */
export type Files = {
	/** @throws {FixableError} for what is no file, such as a FIFO, or larger than `limit` bytes. */
	readText(path: string, options?: {limit?: number}): Promise<string | undefined>;
	/** Written aside, synced, renamed: the old content or the new, never half. A mode that is given holds whatever the umask. */
	write(path: string, content: string | Uint8Array, options?: {mode?: number}): Promise<void>;
	/** Information about the path itself, or with `follow` about what a link leads to. */
	info(path: string, options?: {follow?: boolean}): Promise<FileInfo | undefined>;
	exists(path: string): Promise<boolean>;
	/** Where the ordinary file at `path` really lies, links followed; undefined when there is none. */
	realFile(path: string): Promise<string | undefined>;
	/** What a link says; undefined when there is none. */
	readLink(path: string): Promise<string | undefined>;
	/** Names in a folder, sorted; empty when there is no such folder. */
	list(folder: string): Promise<string[]>;
	makeFolder(path: string, options?: {mode?: number}): Promise<void>;
	/** Renames; across filesystems copies aside, syncs, renames, then removes. */
	move(from: string, to: string): Promise<void>;
	/**
	 * Removes a file or a whole folder below `within`. Links are removed, never followed.
	 * @throws {FixableError} outside `within`, or when something is mounted below the path.
	 */
	remove(path: string, within: string): Promise<void>;
	/** Hex sha256 of a file. */
	sha256(path: string, options?: {signal?: AbortSignal; onProgress?(doneBytes: number): void}): Promise<string>;
	setMode(path: string, mode: number): Promise<void>;
	open(path: string, flags: string | number, mode?: number): Promise<FileHandle>;
};

export const realFiles: Files = {
	readText: (path, options) => readRegularFile(path, options),
	write: writeAtomically,
	info,
	exists: path =>
		access(path).then(
			() => true,
			() => false,
		),
	realFile: async path => {
		const real = await realpath(path).catch(undefinedWhenMissing);
		return real !== undefined && (await info(real))?.kind === 'file' ? real : undefined;
	},
	readLink: path => readlink(path).catch(() => undefined),
	list: async folder => ((await readdir(folder).catch(undefinedWhenMissing)) ?? []).sort(),
	makeFolder: async (path, {mode} = {}) => {
		makeFolder(path, mode);
	},
	move,
	remove,
	sha256,
	setMode: chmod,
	open,
};

/** Whether `path` is below `folder` (not the folder itself), without touching the disk. */
export function isBelow(path: string, folder: string) {
	const way = relative(resolve(folder), resolve(path));
	return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

async function writeAtomically(path: string, content: string | Uint8Array, {mode}: {mode?: number} = {}) {
	makeFolder(dirname(path));
	const aside = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
	const file = await open(aside, 'wx', mode ?? 0o644).catch(error => {
		// What was to be written says more than the name it has until then.
		throw Object.assign(error, {path});
	});
	try {
		if (mode !== undefined) await file.chmod(mode);
		await file.writeFile(content);
		await file.sync();
		await file.close();
		await rename(aside, path);
	} catch (error) {
		await file.close().catch(() => undefined);
		await unlink(aside).catch(() => undefined);
		throw error;
	}
}

async function info(path: string, {follow = false}: {follow?: boolean} = {}): Promise<FileInfo | undefined> {
	const s = await (follow ? stat : lstat)(path).catch(undefinedWhenMissing);
	if (!s) return undefined;
	const kind = s.isFile() ? 'file' : s.isDirectory() ? 'folder' : s.isSymbolicLink() ? 'link' : 'other';
	return {
		kind,
		size: s.size,
		mode: s.mode & 0o7777,
		uid: s.uid,
		inode: s.ino,
		device: s.dev,
		modifiedAt: s.mtimeMs,
		changedAt: s.ctimeMs,
	};
}

async function move(from: string, to: string) {
	makeFolder(dirname(to));
	try {
		await rename(from, to);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
		const {copyFile} = await import('node:fs/promises');
		const aside = join(dirname(to), `.${randomBytes(6).toString('hex')}.tmp`);
		try {
			await copyFile(from, aside);
			const file = await open(aside, 'r');
			await file.sync();
			await file.close();
			await rename(aside, to);
		} catch (failure) {
			await unlink(aside).catch(() => undefined);
			throw failure;
		}
		await unlink(from);
	}
}

async function remove(path: string, within: string) {
	const parent = await realpath(dirname(path)).catch(undefinedWhenMissing);
	const root = await realpath(within).catch(undefinedWhenMissing);
	if (parent === undefined || root === undefined) return;
	const real = join(parent, path.slice(dirname(path).length).replace(/^\/+/, ''));
	if (!isBelow(real, root)) {
		throw new FixableError('outside-workspace', `${path} is not below ${within}, so it is left alone`, {
			hint: 'Remove it yourself if it is no longer needed.',
		});
	}
	const mounted = (await mountPoints()).find(point => point === real || isBelow(point, real));
	if (mounted !== undefined) {
		throw new FixableError('still-mounted', `${mounted} is still mounted, so ${path} was not removed`, {
			hint: `Unmount it (umount ${mounted}) and try again.`,
		});
	}
	await rm(real, {recursive: true, force: true, maxRetries: 3});
}

/** Mount points of this process's mount namespace. */
export async function mountPoints(): Promise<string[]> {
	const table = (await readFile('/proc/self/mountinfo', 'utf8').catch(undefinedWhenMissing)) ?? '';
	return table
		.split('\n')
		.map(line => line.split(' ')[4] ?? '')
		.filter(Boolean)
		.map(point => point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))));
}

async function sha256(
	path: string,
	{signal, onProgress}: {signal?: AbortSignal; onProgress?(doneBytes: number): void} = {},
) {
	const hash = createHash('sha256');
	let done = 0;
	for await (const bytes of createReadStream(path, {highWaterMark: 1024 * 1024, signal})) {
		hash.update(bytes as Buffer);
		done += (bytes as Buffer).length;
		onProgress?.(done);
	}
	return hash.digest('hex');
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
	// ELOOP: a link to itself leads nowhere, as one whose target is gone.
	if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return undefined;
	throw error;
}
