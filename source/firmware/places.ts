import {join} from 'node:path';
import type {Workspace} from '../pipeline/workspace.ts';

export type FirmwarePlaces = {
	/** Folder of the files. */
	folder: string;
	/** The lock file that says what each of them is. */
	lock: string;
};

/**
 * Where firmware lies in a workspace. A rehearsal's stand-ins may carry the names of real files, so they have a folder
 * and a lock file of their own and can neither replace a real file nor disturb what is recorded of it.
 */
export const firmwarePlaces = (workspace: Workspace, {rehearsal}: {rehearsal: boolean}): FirmwarePlaces => {
	const folder = rehearsal ? join(workspace.redist, 'rehearsal') : workspace.redist;
	return {folder, lock: join(rehearsal ? folder : workspace.root, 'firmware.lock.yaml')};
};
