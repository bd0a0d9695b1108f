import {join} from 'node:path';
import type {Host} from '../../host/host.ts';
import {overlayFolder} from '../overlay-files.ts';

export const rehearsalFolder = join(overlayFolder, 'rehearsal');

/** Every date in what a rehearsal makes of it (SOURCE_DATE_EPOCH): equal inputs give equal bytes. */
export const fixedDate = '1577836800';

/** A text file of a folder; `path` is relative to it. */
export type FolderFile = {path: string; mode: number; content: string};

/**
 * All files below a folder, sorted, with their text. Modes are 0755 for what may be run and 0644 for the rest: what else
 * a checkout's umask did to them doesn't count.
 */
export async function readFolder(host: Host, folder: string, below = ''): Promise<FolderFile[]> {
	const files: FolderFile[] = [];
	for (const name of await host.files.list(join(folder, below))) {
		const path = join(below, name);
		const info = await host.files.info(join(folder, path));
		if (info?.kind === 'folder') files.push(...(await readFolder(host, folder, path)));
		if (info?.kind !== 'file') continue;
		const content = (await host.files.readText(join(folder, path))) ?? '';
		files.push({path, mode: info.mode & 0o100 ? 0o755 : 0o644, content});
	}
	return files;
}
