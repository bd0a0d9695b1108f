import {createHash, randomBytes} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {
	access,
	chmod,
	type FileHandle,
	lstat,
	mkdir,
	open,
	readdir,
	readFile,
	realpath,
	rename,
	rm,
	unlink,
} from 'node:fs/promises';
import {dirname, isAbsolute, join, relative, resolve} from 'node:path';
import {FixableError} from '../errors.ts';

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
	readText(path: string): Promise<string | undefined>;
	/** Written aside, synced, renamed: the old content or the new, never half. */
	write(path: string, content: string | Uint8Array, options?: {mode?: number}): Promise<void>;
	/** Information about the path itself; a link is not followed. */
	info(path: string): Promise<FileInfo | undefined>;
	exists(path: string): Promise<boolean>;
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
	open(path: string, flags: string, mode?: number): Promise<FileHandle>;
};

export const realFiles: Files = {
	readText: path => readFile(path, 'utf8').catch(undefinedWhenMissing),
	write: writeAtomically,
	info,
	exists: path =>
		access(path).then(
			() => true,
			() => false,
		),
	list: async folder => ((await readdir(folder).catch(undefinedWhenMissing)) ?? []).sort(),
	makeFolder: async (path, {mode} = {}) => {
		await mkdir(path, {recursive: true, mode});
	},
	move,
	remove,
	sha256,
	setMode: chmod,
	open,
};

/** Whether `path` is below `folder` (not the folder itself), without touching the disk. */
export const isBelow = (path: string, folder: string) => {
	const way = relative(resolve(folder), resolve(path));
	return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
};

async function writeAtomically(path: string, content: string | Uint8Array, {mode = 0o644}: {mode?: number} = {}) {
	await mkdir(dirname(path), {recursive: true});
	const aside = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
	const file = await open(aside, 'wx', mode);
	try {
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

async function info(path: string): Promise<FileInfo | undefined> {
	const s = await lstat(path).catch(undefinedWhenMissing);
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
	await mkdir(dirname(to), {recursive: true});
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
export const mountPoints = async (): Promise<string[]> => {
	const table = (await readFile('/proc/self/mountinfo', 'utf8').catch(undefinedWhenMissing)) ?? '';
	return table
		.split('\n')
		.map(line => line.split(' ')[4] ?? '')
		.filter(Boolean)
		.map(point => point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))));
};

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

const undefinedWhenMissing = (error: NodeJS.ErrnoException): undefined => {
	if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
	throw error;
};
