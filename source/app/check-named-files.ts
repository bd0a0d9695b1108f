import {constants} from 'node:fs';
import {access, stat} from 'node:fs/promises';
import {fields} from '../settings/fields.ts';
import type {Complaint} from '../settings/layers.ts';
import type {NamedPath} from '../settings/path-settings.ts';

/**
 * What is wrong with the files and folders that settings name; `placeOf` tells where each was given. Nothing is opened:
 * opening a pipe waits for its other end.
 */
export async function judgeNamedFiles(
	named: readonly NamedPath[],
	placeOf: (named: NamedPath) => string,
): Promise<Complaint[]> {
	const problems = await Promise.all(named.map(problemOf));
	return named.flatMap((one, index) => {
		const problem = problems[index];
		if (problem === undefined) return [];
		return [{key: one.key, place: placeOf(one), message: `${one.path} ${problem}`, hint: hintOf(one)}];
	});
}

const hintOf = ({key}: NamedPath) =>
	`Correct ${fields[key].name}, or leave it out; relative paths begin in the workspace.`;

async function problemOf({kind, path}: NamedPath): Promise<string | undefined> {
	try {
		const found = await stat(path);
		if (kind === 'folder') {
			if (!found.isDirectory()) return 'is a file, not a folder';
		} else if (found.isDirectory()) {
			if (kind === 'file') return 'is a folder, not a file';
		} else if (!found.isFile()) return 'is not an ordinary file';
		await access(path, found.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
		return undefined;
	} catch (error) {
		const {code = String(error)} = error as NodeJS.ErrnoException;
		return reasons[code] ?? `cannot be looked at (${code})`;
	}
}

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'does not exist',
	ENOTDIR: 'does not exist',
	EACCES: 'may not be read',
	ELOOP: 'is a link to itself',
	ENAMETOOLONG: 'has a name that is too long',
};
