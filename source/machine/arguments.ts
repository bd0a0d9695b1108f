import type {Accelerator} from './accelerator.ts';
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
	/** A qcow2 file, new for each run: an installation on an old one would boot instead of the ISO. */
	disk?: string;
	/** User-mode network with Internet access. Without it the guest has no network card. */
	network: boolean;
	/** False: a guest that restarts ends QEMU, so that a boot loop is noticed. */
	reboots: boolean;
	serialSocket: string;
	serialLog: string;
	qmpSocket: string;
};

export const qemuProgram = (arch: VmDescription['arch']) =>
	arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64';

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
	...disk(vm.disk),
	...cd(vm.arch, vm.iso),
	...(vm.network ? ['-nic', 'user,model=virtio-net-pci'] : ['-nic', 'none']),
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

// The empty disk comes first: nothing boots from it until something was installed, and then it should.
const disk = (path: string | undefined) =>
	path === undefined
		? []
		: [
				...['-drive', `if=none,id=disk,format=qcow2,discard=unmap,file=${escaped(path)}`],
				...['-device', 'virtio-blk-pci,drive=disk,bootindex=0'],
			];

const cd = (arch: VmDescription['arch'], iso: string) => [
	...['-drive', `if=none,id=cd,media=cdrom,format=raw,readonly=on,file=${escaped(iso)}`],
	// The virt machine has no IDE.
	...(arch === 'arm64'
		? ['-device', 'virtio-scsi-pci', '-device', 'scsi-cd,drive=cd,bootindex=1']
		: ['-device', 'ide-cd,drive=cd,bootindex=1']),
];
