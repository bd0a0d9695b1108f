import {constants, copyFile, link, readFile, symlink} from 'node:fs/promises';
import {dirname} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';

export type StagingWay = 'reflink' | 'hard-link' | 'copy';

type StagingOptions = {
	signal?: AbortSignal;
	onProgress?(doneBytes: number): void;
	/** A linked file keeps its mode: where the person's own must stay as it is. */
	keepsMode?: boolean;
};

/**
 * Puts a file into the source tree without copying its bytes where the filesystem can: a reflink, else a hard link, else
 * a copy. With a hard link both names are one file, so it is made read-only; {@link watchUnchanged} tells whether the
 * build respected that.
 * @param to Replaced when it exists.
 */
export async function stageFile(
	host: Host,
	from: string,
	to: string,
	{signal, onProgress, keepsMode = false}: StagingOptions = {},
): Promise<StagingWay> {
	signal?.throwIfAborted();
	await host.files.makeFolder(dirname(to));
	await host.files.remove(to, dirname(to));
	if (await worked(copyFile(from, to, constants.COPYFILE_FICLONE_FORCE))) {
		onProgress?.((await host.files.info(to))?.size ?? 0);
		return 'reflink';
	}
	// A failed clone may leave an empty file.
	await host.files.remove(to, dirname(to));
	if (await worked(link(from, to))) {
		const info = await host.files.info(to);
		// Another owner's file can be linked, but not be made read-only: then a link would let the build change it.
		if (keepsMode || (await worked(host.files.setMode(to, (info?.mode ?? 0o644) & 0o555)))) {
			onProgress?.(info?.size ?? 0);
			return 'hard-link';
		}
		await host.files.remove(to, dirname(to));
	}
	await copy(host, from, to, {signal, onProgress});
	return 'copy';
}

/** Puts a copy of a file into the source tree, with that mode; a link stays one. What it is made of is only read. */
export async function stageCopy(
	host: Host,
	from: string,
	to: string,
	{mode, within}: {mode: number; within: string},
): Promise<void> {
	await host.files.makeFolder(dirname(to));
	await host.files.remove(to, within);
	const target = await host.files.readLink(from);
	if (target !== undefined) return symlink(target, to);
	await copyFile(from, to, constants.COPYFILE_FICLONE);
	await host.files.setMode(to, mode);
}

/** Puts a small file into the source tree that only its owner may read; a link would share its mode with the person's own. */
export async function stageSecret(host: Host, from: string, to: string): Promise<void> {
	await host.files.write(to, await readFile(from), {mode: 0o600});
}

/**
 * Remembers what a staged file is; the returned function looks again, after the build.
 * @throws {FixableError} `firmware-modified`, from the returned function, when the build wrote into the file.
 */
export async function watchUnchanged(host: Host, file: {path: string; sha256: string}) {
	const before = await host.files.info(file.path);
	return async ({signal}: {signal?: AbortSignal} = {}): Promise<void> => {
		const after = await host.files.info(file.path);
		const isSameFile = after?.kind === 'file' && after.inode === before?.inode && after.size === before.size;
		if (isSameFile && (await host.files.sha256(file.path, {signal})) === file.sha256) return;
		throw new FixableError('firmware-modified', `${file.path} was changed while it was used for the build`, {
			hint: 'Delete it and run again; it will be fetched anew. Do not use what this build made.',
			exit: 'firmware',
		});
	};
}

// These say that the filesystems can't, not that something is wrong. ENOTTY and EINVAL: no clone there.
const unable = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EINVAL', 'ENOSYS', 'ENOTTY', 'EPERM', 'EMLINK', 'EBADF']);

async function worked(attempt: Promise<void>) {
	try {
		await attempt;
		return true;
	} catch (error) {
		if (unable.has((error as NodeJS.ErrnoException).code ?? '')) return false;
		throw error;
	}
}

const copyBytes = 4 * 1024 * 1024;

async function copy(
	host: Host,
	from: string,
	to: string,
	{signal, onProgress}: {signal?: AbortSignal; onProgress?(doneBytes: number): void},
) {
	const source = await host.files.open(from, 'r');
	try {
		const target = await host.files.open(to, 'wx', 0o644);
		try {
			const buffer = Buffer.allocUnsafeSlow(copyBytes);
			for (let done = 0; ; ) {
				signal?.throwIfAborted();
				const {bytesRead} = await source.read(buffer, 0, copyBytes, done);
				if (bytesRead === 0) break;
				for (let written = 0; written < bytesRead; ) {
					written += (await target.write(buffer, written, bytesRead - written, done + written)).bytesWritten;
				}
				done += bytesRead;
				onProgress?.(done);
			}
		} catch (error) {
			await host.files.remove(to, dirname(to));
			throw error;
		} finally {
			await target.close();
		}
	} finally {
		await source.close();
	}
}
