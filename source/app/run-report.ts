import {join} from 'node:path';
import {FixableError} from '../errors.ts';
import {ownCommand} from '../own-command.ts';
import {initialRunState, reduceRun} from '../pipeline/run-state.ts';
import {runFolderOf} from '../pipeline/workspace.ts';
import {htmlReport} from '../reporters/html-report.ts';
import type {Invocation} from './invocation.ts';
import {holderOf, type Place, runIdOf} from './past-runs.ts';
import {eventsOf} from './recorded-events.ts';

/**
 * Path of the report of a run; one that was killed before it could write it gets it now, from its events.
 * @throws {FixableError} when there is no such run, and for one that goes on.
 */
export async function reportOf(place: Place, asked: string): Promise<string> {
	const id = await runIdOf(place, asked);
	const path = join(runFolderOf(place.workspace, id).folder, 'report.html');
	if (await place.host.files.exists(path)) return path;
	if ((await holderOf(place))?.runId === id) {
		throw new FixableError('run-goes-on', `Run ${id} goes on; its report is written at its end`, {
			hint: `${ownCommand(`runs show ${id}`)} tells how far it is.`,
			exit: 'usage',
		});
	}
	const state = (await eventsOf(place, id)).reduce(reduceRun, initialRunState);
	await place.host.files.write(path, htmlReport(state), {mode: 0o600});
	return path;
}

/** Opens a report in the browser. @returns why that can't be done here, if so */
export async function openReport(
	{host, env}: Pick<Invocation, 'host' | 'env'>,
	path: string,
): Promise<string | undefined> {
	if (!(env.DISPLAY || env.WAYLAND_DISPLAY)) return 'There is no display here to open it on.';
	if ((await host.which('xdg-open')) === undefined) return 'xdg-open is not installed, which opens it.';
	// In a session of its own: the browser goes on when this program has ended.
	await host.run({program: 'setsid', args: ['--fork', 'xdg-open', path], what: 'Opening the report'});
	return undefined;
}
