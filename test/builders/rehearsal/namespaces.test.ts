import {expect, test} from 'vitest';
import {asRoot, confined, confinedOffline, ownMounts} from '../../../source/builders/rehearsal/namespaces.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

test('an ordinary user builds as root of a user namespace, root without one, and both die with us', () => {
	const {machine} = fakeHost();
	const root = {machine: {...machine, user: {...machine.user, uid: 0}}};
	expect(asRoot(root)).toEqual([]);
	expect(asRoot({machine})).toEqual(['buildah', 'unshare', '--']);
	expect(confined(root).slice(0, 4)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--']);
	const own = confined({machine});
	expect(own.filter(word => word === '--pdeathsig')).toHaveLength(2);
	expect(own.slice(0, 7)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--', 'buildah', 'unshare', '--']);
	expect(confinedOffline({machine}).slice(-2)).toEqual(['--net', '--']);
});

// unshare ends with "cannot change root filesystem propagation: Invalid argument" there, and the check blamed a container.
test('in a plain chroot, whose / is no mount point, root gets a / of its own before any namespace is made private', () => {
	const {machine} = fakeHost();
	const chrooted = {machine: {...machine, rootIsMounted: false, user: {...machine.user, uid: 0}}};
	const script = expect.stringMatching(/own-root\.sh$/);
	const unchanged = ['unshare', '--mount', '--propagation', 'unchanged', '--', 'sh', script];
	expect(ownMounts(chrooted)).toEqual(unchanged);
	expect(confined(chrooted).slice(4, 11)).toEqual(unchanged);
});
