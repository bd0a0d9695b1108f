import type {Host, Machine} from '../../host/host.ts';

/** A program that the rehearsal calls, or a file it reads, and the Debian and Ubuntu package that has it. */
export type Needed = {program: string; file?: string; debianPackage: string};

/** What a rehearsal calls on a machine of this architecture. */
export const programsFor = (arch: Machine['arch']): readonly Needed[] => [
	{program: 'mmdebstrap', debianPackage: 'mmdebstrap'},
	{program: 'buildah', debianPackage: 'buildah'},
	// A user namespace with more than one id needs them; root builds without.
	{program: 'newuidmap', debianPackage: 'uidmap'},
	{program: 'dpkg-deb', debianPackage: 'dpkg'},
	{program: 'apt-ftparchive', debianPackage: 'apt-utils'},
	{program: 'mksquashfs', debianPackage: 'squashfs-tools'},
	{program: 'xorriso', debianPackage: 'xorriso'},
	{program: 'mcopy', debianPackage: 'mtools'},
	{program: 'grub-mkimage', debianPackage: 'grub-common'},
	{program: 'setpriv', debianPackage: 'util-linux'},
	{program: 'unshare', debianPackage: 'util-linux'},
	...(arch === 'arm64'
		? [{program: 'GRUB for UEFI', file: '/usr/lib/grub/arm64-efi/normal.mod', debianPackage: 'grub-efi-arm64-bin'}]
		: [
				{program: 'GRUB for BIOS', file: '/usr/lib/grub/i386-pc/normal.mod', debianPackage: 'grub-pc-bin'},
				{program: 'GRUB for UEFI', file: '/usr/lib/grub/x86_64-efi/normal.mod', debianPackage: 'grub-efi-amd64-bin'},
			]),
];

/** Those that are not there. */
export const missingPrograms = async (host: Host, needed: readonly Needed[]): Promise<Needed[]> => {
	const there = await Promise.all(
		needed.map(({program, file}) =>
			file === undefined ? host.which(program).then(path => path !== undefined) : host.files.exists(file),
		),
	);
	return needed.filter((_, index) => !there[index]);
};
