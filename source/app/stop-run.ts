import {FixableError} from '../errors.ts';
import {hasOpen} from '../host/process-table.ts';
import {workspaceLock} from '../pipeline/workspace.ts';
import {holderOf, type Place} from './past-runs.ts';

/**
 * Asks the process of a run to stop, in order; asked again it doesn't wait for programs that take their time. It cleans up
 * by itself.
 * @throws {FixableError} when the run doesn't go on, or its process is not ours to stop.
 */
export async function stopRun(place: Place, id: string): Promise<void> {
	const holder = await holderOf(place);
	if (holder?.runId !== id) {
		throw new FixableError('not-going-on', `Run ${id} does not go on any more`, {exit: 'usage'});
	}
	const {pid} = holder;
	// A number may be another process by now, or in another container, or be written by whoever owns the workspace: it is
	// the run's only when it has the lock open.
	const isHolder = Number.isInteger(pid) && pid > 1 ? hasOpen(pid, workspaceLock(place.workspace)) : false;
	if (isHolder === 'unknown')
		throw notOurs(id, `belongs to another user (process ${pid})`, 'Ask them, or root, to stop it.');
	if (!isHolder)
		throw notOurs(
			id,
			'cannot be reached from here',
			'Stop it on the machine or in the container where it was started.',
		);
	try {
		process.kill(pid, 'SIGTERM');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
		throw notOurs(id, `may not be stopped by this user (process ${pid})`, 'Stop it as the user who started it.');
	}
}

const notOurs = (id: string, why: string, hint: string) =>
	new FixableError('not-ours', `Run ${id} ${why}`, {hint, exit: 'host'});
