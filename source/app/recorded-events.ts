import type {PipelineEvent} from '../pipeline/events.ts';
import {parseEvents} from '../pipeline/replay.ts';
import {runFolderOf} from '../pipeline/workspace.ts';
import {type Place, runIdOf, unknownRun} from './past-runs.ts';

/**
 * The recorded events of a run; `last` is the newest one.
 * @param tell Told in a sentence which lines are no events, if there are such.
 * @throws {FixableError} when there is no such run.
 */
export async function eventsOf(place: Place, id: string, tell?: (sentence: string) => void): Promise<PipelineEvent[]> {
	const {events: path} = runFolderOf(place.workspace, await runIdOf(place, id));
	const skipped: number[] = [];
	const events = parseEvents((await place.host.files.readText(path)) ?? unknownRun(id), line => skipped.push(line));
	if (skipped.length > 0) {
		const named = skipped.slice(0, mostNamed).join(', ');
		const more = skipped.length > mostNamed ? ` and ${skipped.length - mostNamed} more` : '';
		tell?.(`! ${path}: skipped what is no event: line ${named}${more}`);
	}
	return events;
}

const mostNamed = 5;
