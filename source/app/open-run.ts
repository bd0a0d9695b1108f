import type {Files} from '../host/files.ts';
import type {ReadInto} from '../pipeline/recording.ts';
import type {RunState} from '../pipeline/run-state.ts';
import {runFolderOf} from '../pipeline/workspace.ts';
import type {OpenRun} from './actions-on-runs.ts';
import {followRun} from './followed-run.ts';
import {holderOf, type Place, runIdOf, unknownRun} from './past-runs.ts';
import {replayRun} from './replayed-run.ts';

/**
 * A run from its record. One that goes on in another process is followed for as long as somebody looks.
 * @throws {FixableError} when there is no such run, or its record is damaged.
 */
export async function openRun(place: Place, id: string): Promise<OpenRun> {
	const {files} = place.host;
	const runId = await runIdOf(place, id);
	if ((await holderOf(place))?.runId === runId) return followRun(place, runId);
	const {events: path} = runFolderOf(place.workspace, runId);
	if (!(await files.exists(path))) unknownRun(id);
	// What has ended can be played again.
	return replayRun(bytesOf(files, path), {now: place.host.now, at: 'end'});
}

/**
 * A run from its record, played from the beginning.
 * @param speed How many times as fast as it was; otherwise as the whole takes about a minute.
 * @throws {FixableError} when there is no such run.
 */
export async function openReplay(
	place: Place,
	id: string,
	{speed}: {speed?: number},
): Promise<OpenRun & {ending: RunState}> {
	const {events: path} = runFolderOf(place.workspace, await runIdOf(place, id));
	if (!(await place.host.files.exists(path))) unknownRun(id);
	return replayRun(bytesOf(place.host.files, path), {now: place.host.now, at: 'beginning', speed});
}

const bytesOf =
	(files: Files, path: string): ReadInto =>
	async (buffer, from) => {
		const file = await files.open(path, 'r');
		try {
			return (await file.read(buffer, 0, buffer.length, from)).bytesRead;
		} finally {
			await file.close();
		}
	};
