import {constants, type FileHandle} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {Host} from '../host/host.ts';

/**
 * Opens the part that is there when it is a plain file of one name. Anything else under that name (a link that leads
 * elsewhere, a file that has another name too) loses only the name, and a new file takes it.
 */
export async function openForUpdate(host: Host, path: string): Promise<{file: FileHandle; isNew: boolean}> {
	const existing = await host.files.info(path);
	if (existing?.kind === 'file') {
		const file = await host.files.open(path, constants.O_RDWR | constants.O_NOFOLLOW);
		const {nlink} = await file.stat();
		if (nlink === 1) return {file, isNew: false};
		await file.close();
	}
	if (existing) await host.files.remove(path, dirname(path));
	return {file: await host.files.open(path, 'wx+', 0o644), isNew: true};
}
