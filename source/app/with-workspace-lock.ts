import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {Host} from '../host/host.ts';
import {createHost} from '../host/real-host.ts';
import {lockWorkspace} from '../host/workspace-lock.ts';
import type {Progress} from '../pipeline/events.ts';
import {type Workspace, workspaceLock} from '../pipeline/workspace.ts';
import {formatProgress} from '../reporters/plain-lines.ts';
import {cleanUpKilled} from './clean-up-killed.ts';
import type {Invocation} from './invocation.ts';
import {freeRunId} from './run-id.ts';
import {openJournal} from './run-journal.ts';

export type Held = {host: Host; workspace: Workspace; signal: AbortSignal; onProgress(progress: Progress): void};

const progressEveryMs = 2000;

/**
 * Work in the workspace that is no run, with what a run has: the lock, the cleaning up after killed runs, a journal for
 * the case that it is killed itself, and an end on Ctrl-C. Progress is told now and then.
 */
export async function holdingWorkspace(invocation: Invocation, work: (held: Held) => Promise<void>): Promise<ExitCode> {
	const {workspace, env, tell, quiet, host: plainHost} = invocation;
	const runId = await freeRunId(plainHost.files, workspace, 'download', plainHost.now());
	const lock = await lockWorkspace(workspaceLock(workspace), {
		runId,
		command: invocation.commandLine,
		now: plainHost.now(),
	});
	const controller = new AbortController();
	const stopListening = invocation.onInterrupt(() => controller.abort(new DOMException('Cancelled', 'AbortError')));
	let due = plainHost.elapsed() + progressEveryMs;
	const onProgress = (progress: Progress) => {
		if (quiet || plainHost.elapsed() < due) return;
		due = plainHost.elapsed() + progressEveryMs;
		tell(`  ${formatProgress(progress)}\n`);
	};
	try {
		for (const sentence of await cleanUpKilled(plainHost, workspace)) tell(`${sentence}\n`);
		const journal = await openJournal(workspace, runId);
		try {
			const host = await createHost({env, journal, runId});
			await work({host, workspace, signal: controller.signal, onProgress});
		} finally {
			journal.close();
		}
		return exitCodes.done;
	} catch (error) {
		if (controller.signal.aborted) return exitCodes.cancelled;
		throw error;
	} finally {
		stopListening();
		await lock.release();
	}
}
