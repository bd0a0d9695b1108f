import {dirname} from 'node:path';
import {ToolError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {DownloadError} from './download-error.ts';

// For the state file, the lock and whatever else is written meanwhile.
const spareBytes = 16 * 1024 * 1024;

/**
 * Makes sure that the missing bytes of a file fit, and sets them aside where the filesystem can (fallocate; a file that
 * is merely made longer has no room reserved). The file keeps its length.
 * @throws {DownloadError} `disk-full` with what is free and what is needed.
 */
export async function reserveSpace(
	host: Host,
	path: string,
	{size, missing, signal}: {size: number; missing: number; signal: AbortSignal},
): Promise<void> {
	const {freeBytes} = await host.disk(dirname(path));
	const isRoomy = freeBytes >= missing + spareBytes;
	// A small file is written before another program could take its place.
	if (isRoomy && missing < 4 * spareBytes) return;
	// What an earlier attempt set aside counts as used, so a disk that looks too small may do.
	if ((isRoomy || missing < size) && (await setAside(host, path, size, signal))) return;
	if (isRoomy) return;
	throw new DownloadError(
		'disk-full',
		`${dirname(path)} has ${megabytes(freeBytes)} free, but ${megabytes(missing)} are still to come, and ${megabytes(spareBytes)} have to stay free`,
	);
}

/** False where the filesystem can't (NFS, older ZFS) or hasn't the room. */
async function setAside(host: Host, path: string, size: number, signal: AbortSignal) {
	if (!(await host.which('fallocate'))) return false;
	try {
		await host.run({program: 'fallocate', args: ['--keep-size', '--length', String(size), path], signal});
		return true;
	} catch (error) {
		if (error instanceof ToolError) return false;
		throw error;
	}
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
