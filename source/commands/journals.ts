import {join} from 'node:path';
import type {Host} from '../host/host.ts';
import type {Workspace} from '../pipeline/workspace.ts';

type Place = {host: Host; workspace: Workspace};

/** Folder of the journals of a workspace. */
export const journalsOf = (workspace: Workspace) => join(workspace.state, 'journal');

/**
 * Cleans up what killed runs left, before a menu or a console opens, and tells each thing. Where no journal lies there is
 * nothing to load for it.
 */
export const cleanUpFirst = async ({host, workspace}: Place, tell: (sentence: string) => void) => {
	if ((await host.files.list(journalsOf(workspace))).length === 0) return;
	const {cleanUpKilled} = await import('./work.ts');
	for (const sentence of await cleanUpKilled(host, workspace)) tell(`Cleaned up after an earlier run: ${sentence}.\n`);
};
