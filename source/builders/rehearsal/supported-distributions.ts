import {FixableError} from '../../errors.ts';
import type {Machine} from '../../host/host.ts';

/** What a rehearsal takes from one distribution. */
export type Distribution = {
	id: 'debian' | 'ubuntu';
	title: string;
	/** Releases that were thought of; others may work. */
	releases: readonly string[];
	/** The smallest kernel of the distribution that boots in a virtual machine, and its headers. */
	kernel: (arch: Machine['arch']) => {image: string; headers: string};
	/** Components of its archive that an image may need. */
	components: readonly string[];
};

export const distributions: readonly Distribution[] = [
	{
		id: 'debian',
		title: 'Debian',
		releases: ['12', '13'],
		kernel: arch => ({image: `linux-image-cloud-${arch}`, headers: `linux-headers-cloud-${arch}`}),
		components: ['main'],
	},
	{
		id: 'ubuntu',
		title: 'Ubuntu',
		releases: ['22.04', '24.04'],
		kernel: () => ({image: 'linux-image-virtual', headers: 'linux-headers-virtual'}),
		// dkms, lldpd and grepcidr are in universe.
		components: ['main', 'universe'],
	},
];

/** The distribution of a machine, or undefined when rehearsals don't know it. */
export function distributionOf(os: Machine['os']): Distribution | undefined {
	return distributions.find(({id}) => id === os.id);
}

/** @throws {FixableError} on a machine that is neither Debian nor Ubuntu. */
export function neededDistribution(os: Machine['os']): Distribution {
	const found = distributionOf(os);
	if (found) return found;
	throw new FixableError('rehearsal-distribution', `A rehearsal needs Debian or Ubuntu, and this is ${os.name}`, {
		hint: 'Rehearse on Debian 12 or 13, Ubuntu 22.04 or 24.04, or build with CanvOS (--builder canvos).',
		exit: 'host',
	});
}

/**
 * Packages of the base image. Headers bring a compiler with them on Debian, which a standard image must not have; an
 * edge appliance has them from the start, because a mirror may drop those of the cached kernel.
 */
export function basePackages(distribution: Distribution, arch: Machine['arch'], edgeAppliance: boolean) {
	const {image, headers} = distribution.kernel(arch);
	return [
		'systemd',
		'systemd-sysv',
		'udev',
		'dbus',
		'login',
		'passwd',
		'kmod',
		'iproute2',
		'dmsetup',
		'ca-certificates',
		// Live systems find their root filesystem with these.
		'dracut',
		'dracut-live',
		'squashfs-tools',
		// Named by dracut's live modules, which complain aloud without it.
		'parted',
		image,
		...(edgeAppliance ? [headers] : []),
	];
}
