import {join} from 'node:path';
import type {Host} from '../../host/host.ts';
import {rehearsalFolder} from './rehearsal-overlay.ts';

/**
 * Arguments that run a program as root: nothing for root, buildah's user namespace (subordinate ids) for an ordinary user.
 */
export function asRoot({machine}: Pick<Host, 'machine'>): readonly string[] {
	return machine.user.uid === 0 ? [] : ['buildah', 'unshare', '--'];
}

/**
 * Arguments that keep the mounts of a short program from staying. As root buildah mounts its storage onto itself and never
 * unmounts it; an ordinary user's buildah enters namespaces of its own anyway.
 */
export function ownMounts({machine}: Pick<Host, 'machine'>): readonly string[] {
	return machine.user.uid !== 0 ? [] : machine.rootIsMounted ? ['unshare', '--mount', '--'] : ownRoot;
}

/**
 * Arguments that run a program as root in namespaces of its own for mounts and processes. Its mounts and whatever it
 * starts are gone when it ends, and all of it ends when we do, even when we are killed.
 */
export function confined(host: Pick<Host, 'machine'>): readonly string[] {
	const root = asRoot(host);
	// The process that enters a user namespace forks, and a death signal isn't inherited by forks: one on each side.
	const around = root.length > 0 ? [...dieWithParent, ...root] : [];
	return [...around, ...dieWithParent, ...(host.machine.rootIsMounted ? [] : ownRoot), ...ownNamespaces];
}

/** As `confined`, and without any network but an own, idle loopback. */
export function confinedOffline(host: Pick<Host, 'machine'>): readonly string[] {
	return [...confined(host).slice(0, -1), '--net', '--'];
}

const dieWithParent = ['setpriv', '--pdeathsig', 'KILL', '--'];
// A mount namespace whose / isn't a mount point keeps the propagation of the mount around it (EINVAL from unshare).
const ownRoot = [
	...['unshare', '--mount', '--propagation', 'unchanged', '--'],
	...['sh', join(rehearsalFolder, 'own-root.sh')],
];
const ownNamespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
