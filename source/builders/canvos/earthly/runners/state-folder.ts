import {join} from 'node:path';
import type {Host} from '../../../../host/host.ts';

/** Folder for what outlives a run and belongs to no workspace (XDG base directory specification). */
export const stateFolder = ({env, machine}: Pick<Host, 'env' | 'machine'>, ...names: string[]) =>
	join(env.XDG_STATE_HOME || join(machine.user.home, '.local', 'state'), 'edge-builder', ...names);

/**
 * A home folder for Earthly. The empty marker file spares the 18 seconds that Earthly would otherwise try to reach its
 * switched-off login service before every build (Earthly's own marker, written by its logout command).
 */
export const makeEarthlyHome = async (host: Host, home: string, installation: string) => {
	await host.files.makeFolder(home, {mode: 0o700});
	// Made here, or Docker would make the mount point as root.
	await host.files.makeFolder(join(home, '.docker'), {mode: 0o700});
	const marker = join(home, `.${installation}`, 'do-not-login-automatically');
	if (!(await host.files.exists(marker))) await host.files.write(marker, '');
};
