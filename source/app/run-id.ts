import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import type {Files} from '../host/files.ts';
import type {Workspace} from '../pipeline/workspace.ts';

/**
 * Id of a new run: `2026-11-22T07-30-05-rehearsal-3f9a`. Sorts by time; no colon, which some tools take for a host name.
 * The last part keeps runs apart that begin in the same second in other workspaces: children and containers are found,
 * and ended, by this id.
 * @param preset Any text: a preset given by path may have a name that is no good for a container.
 */
export async function freeRunId(
	files: Pick<Files, 'exists'>,
	workspace: Pick<Workspace, 'runs'>,
	preset: string,
	now: number,
): Promise<string> {
	const time = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
	const name = preset.replace(/[^a-zA-Z0-9_-]+/g, '-').slice(0, 64);
	for (;;) {
		const id = `${time}-${name}-${randomBytes(2).toString('hex')}`;
		if (!(await files.exists(join(workspace.runs, id)))) return id;
	}
}
