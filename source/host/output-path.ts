import {dirname} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Files} from './files.ts';

/**
 * Where a file that a person named is really written: a link stays, and what it leads to is replaced.
 * @param code Of the refusal, where no file can be there.
 */
export async function fileToWrite(files: Files, named: string, code: string): Promise<string> {
	const file = (await files.realFile(named)) ?? named;
	const refused = (why: string) =>
		new FixableError(code, `${file} cannot be written: ${why}`, {
			hint: 'Give the path of a file in a folder that is there.',
			exit: 'usage',
		});
	if ((await files.info(dirname(file), {follow: true}))?.kind !== 'folder') throw refused('there is no such folder');
	const found = await files.info(file);
	if (found && found.kind !== 'file') throw refused(notAFile[found.kind]);
	return file;
}

const notAFile = {
	folder: 'it is a folder',
	link: 'it is a link that leads to no file',
	other: 'it is no ordinary file',
} as const;
