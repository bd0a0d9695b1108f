import type {Machine} from '../host/host.ts';

type Part = 'qemu' | 'uefi';
type Arch = 'amd64' | 'arm64';

/** The command that installs a part of what VMs need on this distribution; undefined for one we do not know. */
export function installCommand({id}: Pick<Machine['os'], 'id'>, part: Part, arch: Arch): readonly string[] | undefined {
	const family = families.find(({ids}) => ids.includes(id));
	return family && [...family.install, ...family.packages[part][arch]];
}

type Family = {
	ids: readonly string[];
	install: readonly string[];
	packages: Readonly<Record<Part, Readonly<Record<Arch, readonly string[]>>>>;
};

const families: readonly Family[] = [
	{
		ids: ['debian', 'ubuntu', 'linuxmint', 'pop', 'raspbian'],
		install: ['apt-get', 'install', '-y', '--no-install-recommends'],
		packages: {
			qemu: {
				amd64: ['qemu-system-x86', 'ovmf'],
				arm64: ['qemu-system-arm', 'qemu-efi-aarch64'],
			},
			uefi: {amd64: ['ovmf'], arm64: ['qemu-efi-aarch64']},
		},
	},
	{
		ids: ['fedora'],
		install: ['dnf', 'install', '-y'],
		packages: {
			qemu: {
				amd64: ['qemu-system-x86-core', 'edk2-ovmf'],
				arm64: ['qemu-system-aarch64-core', 'edk2-aarch64'],
			},
			uefi: {amd64: ['edk2-ovmf'], arm64: ['edk2-aarch64']},
		},
	},
	{
		ids: ['opensuse-leap', 'opensuse-tumbleweed', 'sles'],
		install: ['zypper', '--non-interactive', 'install'],
		packages: {
			qemu: {
				amd64: ['qemu-x86', 'qemu-ovmf-x86_64'],
				arm64: ['qemu-arm', 'qemu-uefi-aarch64'],
			},
			uefi: {amd64: ['qemu-ovmf-x86_64'], arm64: ['qemu-uefi-aarch64']},
		},
	},
];
