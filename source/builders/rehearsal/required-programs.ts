import type {Host, Machine} from '../../host/host.ts';

/** A program that the rehearsal calls, or files of which it needs one, and the Debian and Ubuntu package that has it. */
export type Needed = {
	program: string;
	files?: readonly string[];
	debianPackage: string;
	/** Needed to look into an image, too. */
	forImages?: true;
};

/** What a rehearsal calls on such a machine. */
export function programsFor({arch, os}: Pick<Machine, 'arch' | 'os'>): readonly Needed[] {
	return [
		{program: 'mmdebstrap', debianPackage: 'mmdebstrap'},
		{program: 'buildah', debianPackage: 'buildah', forImages: true},
		...(needsNetavark(os) ? [netavark] : []),
		// A user namespace with more than one id needs them; root builds without.
		{program: 'newuidmap', debianPackage: 'uidmap', forImages: true},
		{program: 'dpkg-deb', debianPackage: 'dpkg'},
		{program: 'apt-ftparchive', debianPackage: 'apt-utils'},
		{program: 'mksquashfs', debianPackage: 'squashfs-tools'},
		{program: 'xorriso', debianPackage: 'xorriso'},
		{program: 'mcopy', debianPackage: 'mtools'},
		{program: 'grub-mkimage', debianPackage: 'grub-common'},
		{program: 'setpriv', debianPackage: 'util-linux', forImages: true},
		{program: 'unshare', debianPackage: 'util-linux', forImages: true},
		...(arch === 'arm64'
			? [{program: 'GRUB for UEFI', files: ['/usr/lib/grub/arm64-efi/normal.mod'], debianPackage: 'grub-efi-arm64-bin'}]
			: [
					{program: 'GRUB for BIOS', files: ['/usr/lib/grub/i386-pc/normal.mod'], debianPackage: 'grub-pc-bin'},
					{
						program: 'GRUB for UEFI',
						files: ['/usr/lib/grub/x86_64-efi/normal.mod'],
						debianPackage: 'grub-efi-amd64-bin',
					},
				]),
	];
}

// From 1.33 on buildah ends without it, whatever network it is told to use, and its package only recommends it.
const netavark: Needed = {
	program: 'netavark',
	files: ['local/libexec', 'local/lib', 'libexec', 'lib'].map(folder => `/usr/${folder}/podman/netavark`),
	debianPackage: 'netavark',
	forImages: true,
};

const needsNetavark = ({id, versionId}: Machine['os']) => !['debian 12', 'ubuntu 22.04'].includes(`${id} ${versionId}`);

/** Those that are not there. */
export async function missingPrograms(host: Host, needed: readonly Needed[]): Promise<Needed[]> {
	const there = await Promise.all(
		needed.map(async ({program, files}) => {
			if (files === undefined) return (await host.which(program)) !== undefined;
			return (await Promise.all(files.map(host.files.exists))).some(Boolean);
		}),
	);
	return needed.filter((_, index) => !there[index]);
}
