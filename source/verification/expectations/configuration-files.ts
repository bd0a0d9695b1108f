import type {Settings} from '../../settings/settings.ts';
import {type Expectation, fail, pass, words} from './expectation-type.ts';

const hint = 'The overlay was not copied into the image: see the step install-files in the build log.';

const present = (id: string, title: string, why: string, ...paths: readonly string[]): Expectation => ({
	id,
	title,
	why,
	hint,
	needs: ['files'],
	verdictOn({files}) {
		const missing = paths.filter(path => !words(files).includes(path));
		return missing.length === 0 ? pass(paths.join(', ')) : fail(`${missing.join(', ')} is missing or empty`);
	},
});

/** The configuration files of every image; the two for modprobe lie where the initrd takes them from, too. */
export const configurationFiles: readonly Expectation[] = [
	present(
		'file-nouveau',
		'nouveau is kept out',
		'nouveau takes the GPU before NVIDIA’s driver can, and from the initrd on.',
		'/etc/modprobe.d/blacklist-nouveau.conf',
		'/usr/lib/modprobe.d/blacklist-nouveau.conf',
	),
	present(
		'file-ib-core',
		'RDMA network namespaces',
		'Pods get RDMA devices of their own only in exclusive mode, and the initrd loads the module.',
		'/etc/modprobe.d/ib_core.conf',
		'/usr/lib/modprobe.d/ib_core.conf',
	),
	present(
		'file-lldpd',
		'LLDP announcements',
		'Switch ports are matched to NICs by interface name.',
		'/etc/lldpd.d/rcp-lldpd.conf',
	),
];

const nfsModules = '/etc/modules-load.d/nfsrdma.conf';

/** NFS over RDMA is loaded at boot exactly where its package is. */
export const nfsOverRdmaFile = ({
	edgeAppliance,
	nfsOverRdma,
}: Pick<Settings, 'edgeAppliance' | 'nfsOverRdma'>): Expectation =>
	edgeAppliance && nfsOverRdma
		? present('file-nfsrdma', 'NFS over RDMA modules', 'Storage over RDMA needs them at boot.', nfsModules)
		: {
				id: 'file-nfsrdma',
				title: 'No NFS over RDMA modules at boot',
				why: 'Without NVIDIA’s package (NFS_OVER_RDMA) the kernel’s own rpcrdma cannot be loaded beside NVIDIA’s drivers.',
				hint: 'The base image brings it along, or another overlay.',
				needs: ['files'],
				verdictOn: ({files}) => (words(files).includes(nfsModules) ? fail(`${nfsModules} is there`) : pass('absent')),
			};
