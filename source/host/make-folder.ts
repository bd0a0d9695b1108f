import {mkdirSync, statSync} from 'node:fs';
import {dirname} from 'node:path';

/**
 * Makes a folder and what is missing above it. Node's own `recursive` tries for ever where the kernel says ENOENT below a
 * folder that is there, as it does in /proc.
 * @param mode Of every folder that is made.
 */
export function makeFolder(path: string, mode?: number): void {
	const missing = tryToMake(path, mode);
	if (!missing) return;
	if (dirname(path) === path) throw missing;
	makeFolder(dirname(path), mode);
	const still = tryToMake(path, mode);
	if (still) throw still;
}

/** @returns the error when the kernel says that something isn't there. */
function tryToMake(path: string, mode?: number): NodeJS.ErrnoException | undefined {
	try {
		mkdirSync(path, mode);
		return undefined;
	} catch (error) {
		if (isFolder(path)) return undefined;
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		return error as NodeJS.ErrnoException;
	}
}

function isFolder(path: string): boolean {
	try {
		return statSync(path).isDirectory();
	} catch {
		return false;
	}
}
