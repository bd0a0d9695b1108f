import type {Host} from '../../host/host.ts';
import type {Accelerator} from '../accelerator/accelerator.ts';
import type {Flash} from './uefi-firmware.ts';

/** `variables` is this machine's own copy; the template stays as it is. */
export type VmFirmware = {kind: 'bios'} | {kind: 'uefi'; code: Flash; variables: Flash};

/** One virtual machine, fully decided; paths are absolute. */
export type VmDescription = {
	name: string;
	arch: 'amd64' | 'arm64';
	accelerator: Accelerator;
	memoryMib: number;
	cores: number;
	firmware: VmFirmware;
	iso: string;
	/** False: a guest that restarts ends QEMU, so that a boot loop is noticed. */
	reboots: boolean;
	serialSocket: string;
	serialLog: string;
	qmpSocket: string;
};

/** The program that runs guests of this architecture. */
export const qemuProgram = (arch: VmDescription['arch']) =>
	arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64';

/** The program so that it ends with us: when we are killed outright nobody could stop it; util-linux lets the kernel do it. */
export async function dyingWithUs(host: Host, program: string, args: readonly string[]) {
	const setpriv = (await host.which(program)) && (await host.which('setpriv'));
	return setpriv ? {program: setpriv, args: ['--pdeathsig', 'KILL', '--', program, ...args]} : {program, args};
}

/**
 * QEMU's arguments. The machine starts paused; QEMU connects to both sockets, so it listens on nothing.
 * Minimum: QEMU 6.0.
 */
export const qemuArguments = (vm: VmDescription): string[] => [
	...['-name', escaped(vm.name), '-nodefaults', '-no-user-config', '-display', 'none', '-S'],
	...['-machine', machine(vm), '-cpu', vm.accelerator.cpu, '-smp', String(vm.cores), '-m', String(vm.memoryMib)],
	...['-rtc', 'base=utc', '-boot', 'menu=off,strict=on'],
	...(vm.reboots ? [] : ['-no-reboot']),
	...firmware(vm.firmware),
	...screen(vm.arch),
	...['-chardev', `socket,id=serial,path=${escaped(vm.serialSocket)},logfile=${escaped(vm.serialLog)},logappend=off`],
	...['-serial', 'chardev:serial'],
	...['-chardev', `socket,id=control,path=${escaped(vm.qmpSocket)}`, '-mon', 'chardev=control,mode=control'],
	...['-device', 'virtio-rng-pci'],
	...cd(vm.arch, vm.iso),
	// An image with an edge host token must not register a throw-away machine.
	...['-nic', 'none'],
];

/** A value inside one of QEMU's comma-separated options. */
export const escaped = (value: string) => value.replaceAll(',', ',,');

// i440fx, not q35: Debian's and Ubuntu's cloud kernels have no AHCI, so on q35 the live system would not find its CD.
// graphics=off makes SeaBIOS mirror the text screen to the serial line; the installer's own GRUB does not write there.
const machine = ({arch, accelerator}: VmDescription) =>
	arch === 'arm64' ? `virt,accel=${accelerator.kind}` : `pc,accel=${accelerator.kind},graphics=off`;

const firmware = (chosen: VmFirmware) =>
	chosen.kind === 'bios'
		? []
		: [
				...['-drive', `if=pflash,unit=0,readonly=on,format=${chosen.code.format},file=${escaped(chosen.code.path)}`],
				...['-drive', `if=pflash,unit=1,format=${chosen.variables.format},file=${escaped(chosen.variables.path)}`],
			];

// Nobody sees the screen, but a screenshot of it tells what the serial line does not. The keyboard is for the boot menu.
const screen = (arch: VmDescription['arch']) =>
	arch === 'arm64' ? ['-device', 'virtio-gpu-pci', '-device', 'qemu-xhci', '-device', 'usb-kbd'] : ['-vga', 'std'];

const cd = (arch: VmDescription['arch'], iso: string) => [
	...['-drive', `if=none,id=cd,media=cdrom,format=raw,readonly=on,file=${escaped(iso)}`],
	// The virt machine has no IDE.
	...(arch === 'arm64'
		? ['-device', 'virtio-scsi-pci', '-device', 'scsi-cd,drive=cd,bootindex=1']
		: ['-device', 'ide-cd,drive=cd,bootindex=1']),
];
