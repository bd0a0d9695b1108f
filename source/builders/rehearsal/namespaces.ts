import type {Host} from '../../host/host.ts';

/**
 * Arguments that run a program as root: nothing for root, buildah's user namespace (subordinate ids) for an ordinary user.
 */
export const asRoot = ({machine}: Pick<Host, 'machine'>): readonly string[] =>
	machine.user.uid === 0 ? [] : ['buildah', 'unshare', '--'];

/**
 * Arguments that keep the mounts of a short program from staying. As root buildah mounts its storage onto itself and never
 * unmounts it; an ordinary user's buildah enters namespaces of its own anyway.
 */
export const ownMounts = ({machine}: Pick<Host, 'machine'>): readonly string[] =>
	machine.user.uid === 0 ? ['unshare', '--mount', '--'] : [];

/**
 * Arguments that run a program as root in namespaces of its own for mounts and processes. Its mounts and whatever it
 * starts are gone when it ends, and all of it ends when we do, even when we are killed.
 */
export const confined = (host: Pick<Host, 'machine'>): readonly string[] => {
	const root = asRoot(host);
	// The process that enters a user namespace forks, and a death signal isn't inherited by forks: one on each side.
	return [...(root.length > 0 ? [...dieWithParent, ...root] : []), ...dieWithParent, ...ownNamespaces];
};

/** As `confined`, and without any network but an own, idle loopback. */
export const confinedOffline = (host: Pick<Host, 'machine'>): readonly string[] => [
	...confined(host).slice(0, -1),
	'--net',
	'--',
];

const dieWithParent = ['setpriv', '--pdeathsig', 'KILL', '--'];
const ownNamespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
