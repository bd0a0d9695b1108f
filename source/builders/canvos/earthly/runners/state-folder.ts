import {join} from 'node:path';
import type {Host} from '../../../../host/host.ts';
import {waitForLock} from '../../../../host/wait-for-lock.ts';
import type {StepContext} from '../../../../pipeline/step.ts';

/** Folder for what outlives a run and belongs to no workspace (XDG base directory specification). */
export const stateFolder = ({env, machine}: Pick<Host, 'env' | 'machine'>, ...names: string[]) =>
	join(env.XDG_STATE_HOME || join(machine.user.home, '.local', 'state'), 'edge-builder', ...names);

/**
 * A home folder for Earthly. The empty marker file spares the 18 seconds that Earthly would otherwise try to reach its
 * switched-off login service before every build (Earthly's own marker, written by its logout command).
 */
export async function makeEarthlyHome(host: Host, home: string, installation: string) {
	await host.files.makeFolder(home, {mode: 0o700});
	// Made here, or Docker would make the mount point as root.
	await host.files.makeFolder(join(home, '.docker'), {mode: 0o700});
	const marker = join(home, `.${installation}`, 'do-not-login-automatically');
	if (!(await host.files.exists(marker))) await host.files.write(marker, '');
}

/** The lock of those builds of this person of which one goes on at a time. */
export const turnToBuild = (host: Pick<Host, 'env' | 'machine'>, lock: string) => stateFolder(host, 'turns', lock);

/**
 * Waits until no other build of this person has that lock, however long, and keeps it until the returned function is
 * called or the run ends.
 */
export async function buildAlone(
	{host, signal, report, cleanup}: StepContext,
	lock: string,
	whileWaiting: string,
): Promise<() => Promise<void>> {
	const release = await waitForLock(turnToBuild(host, lock), {
		signal,
		patienceMs: Number.POSITIVE_INFINITY,
		onWait: () => report.note(whileWaiting),
	});
	cleanup.add('the lock for building alone', release);
	return release;
}
