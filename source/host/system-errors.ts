import {ownCommand} from '../own-command.ts';

/** Something that the system refused: which file, why, and what to try. */
export type Refusal = {code: string; message: string; hint: string};

export const fullDiskHint = `Free some space (${ownCommand('clean')} shows what can go) or choose another \`--workspace\`, then run again.`;

/** What an error of the file system means to a person; undefined for every other error. */
export function refusalOf(error: unknown): Refusal | undefined {
	const {code, path: known, syscall = ''} = (error ?? {}) as NodeJS.ErrnoException;
	const path = known ?? 'The workspace';
	if (isFullDisk(error))
		return {
			code: 'disk-full',
			message: `No space is left on the disk${known ? ` for ${known}` : ''}`,
			hint: fullDiskHint,
		};
	if (code === 'EROFS')
		return {
			code: 'not-writable',
			message: `${path} cannot be written: it is on a read-only file system (EROFS)`,
			hint: 'Mount it writable, or choose a folder on another disk with --workspace.',
		};
	// Programs, processes and sockets are refused by the same codes.
	if ((code === 'EACCES' || code === 'EPERM') && known !== undefined && !syscall.startsWith('spawn'))
		return {
			code: 'not-writable',
			message: `${path} may not be ${refusedDeed(syscall)} (${code})`,
			hint: 'Make it yours (an earlier run as root may have made it), or choose a folder of your own with --workspace.',
		};
	if (code === 'ENOTDIR' || (syscall === 'mkdir' && code === 'EEXIST'))
		return {
			code: 'not-a-folder',
			message: `${path} cannot be a folder: a file is in the way`,
			hint: 'Choose another --workspace.',
		};
	// Node tells a folder that can’t be made on a read-only disk so, and a parent that went away.
	if (syscall === 'mkdir' && code === 'ENOENT')
		return {
			code: 'no-folder',
			message: `${path} cannot be made here`,
			hint: 'Choose a folder of your own with --workspace.',
		};
	return undefined;
}

/** Whether a disk or a quota is full. */
export const isFullDisk = (error: unknown): boolean =>
	['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');

// What is opened may be read or written.
const refusedDeed = (syscall: string) => (opens.has(syscall) ? 'opened' : onlyReads.has(syscall) ? 'read' : 'written');

const opens = new Set(['open', 'access', 'realpath']);
const onlyReads = new Set(['scandir', 'opendir', 'stat', 'lstat', 'readlink', 'read']);
