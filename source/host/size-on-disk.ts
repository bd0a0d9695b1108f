import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';

/** Bytes that a file or folder takes on disk; links are not followed, a file linked twice below it counts once. */
export async function sizeOnDisk(path: string, seen = new Set<string>()): Promise<number> {
	const info = await lstat(path).catch(() => undefined);
	if (!info) return 0;
	const identity = `${info.dev}:${info.ino}`;
	if (seen.has(identity)) return 0;
	seen.add(identity);
	const own = info.blocks * 512;
	if (!info.isDirectory()) return own;
	const names = await readdir(path).catch(() => []);
	let total = own;
	for (const name of names) total += await sizeOnDisk(join(path, name), seen);
	return total;
}
