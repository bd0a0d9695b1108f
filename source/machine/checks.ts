import type {Host} from '../host/host.ts';
import type {CheckResult} from '../pipeline/events.ts';
import type {Settings} from '../settings/settings.ts';
import {describeAccelerator, probeAccelerator} from './accelerator.ts';
import {qemuProgram} from './arguments.ts';
import {installCommand} from './packages.ts';
import {findUefi} from './uefi-firmware.ts';
import {vmSize} from './vm-size.ts';

type VmSettings = Pick<Settings, 'arch' | 'cpu' | 'memory' | 'cores'>;

const oldestQemu = 6;
const leastMemoryMib = 2048;

/** Whether this machine can boot the ISO; never throws at the person. */
export const qemuChecks = async (host: Host, settings: VmSettings, signal?: AbortSignal): Promise<CheckResult[]> => {
	const qemu = await checkQemu(host, settings);
	const isThere = qemu.verdict !== 'fail';
	return Promise.all([
		qemu,
		isThere ? checkAcceleration(host, settings, signal) : skipped('kvm', 'Virtualisation (KVM)'),
		checkUefi(host, settings),
		checkMemory(host, settings),
	]);
};

const checkQemu = async (host: Host, {arch}: VmSettings): Promise<CheckResult> => {
	const program = qemuProgram(arch);
	const check = {id: 'qemu', title: 'QEMU', why: 'The smoke test and the console boot the ISO in it.'};
	const fix = installCommand(host.machine.os, 'qemu', arch);
	const install = {hint: fix ? `Install it: ${fix.join(' ')}` : `Install ${program}.`, fix};
	if ((await host.which(program)) === undefined) {
		return {...check, verdict: 'fail', detail: `${program} is not installed`, ...install};
	}
	try {
		const {stdout} = await host.run({program, args: ['--version'], timeoutMs: 10_000});
		const version = /version (\d+)(\.\d+)*/.exec(stdout);
		if (!version) return {...check, verdict: 'warn', detail: `${program} does not tell its version`};
		const detail = version[0].replace('version ', '');
		return Number(version[1]) < oldestQemu
			? {...check, verdict: 'warn', detail, hint: `QEMU ${oldestQemu}.0 or newer is what we test with.`}
			: {...check, verdict: 'pass', detail};
	} catch (error) {
		return {...check, verdict: 'fail', detail: (error as Error).message, ...install};
	}
};

const checkAcceleration = async (host: Host, {arch, cpu}: VmSettings, signal?: AbortSignal): Promise<CheckResult> => {
	const check = {
		id: 'kvm',
		title: 'Virtualisation (KVM)',
		why: 'Without it the VM is emulated: the boot test takes several times longer, and gets longer timeouts.',
	};
	const accelerator = await probeAccelerator(host, {arch, cpu}, signal);
	return accelerator.kind === 'kvm'
		? {...check, verdict: 'pass', detail: 'a guest ran on it'}
		: {...check, verdict: 'warn', detail: describeAccelerator(accelerator), hint: accelerator.hint};
};

const checkUefi = async (host: Host, {arch}: VmSettings): Promise<CheckResult> => {
	const check = {id: 'uefi', title: 'UEFI firmware for VMs', why: 'To boot the ISO as UEFI machines do.'};
	const uefi = await findUefi(host, arch);
	if (uefi) return {...check, verdict: 'pass', detail: uefi.code.path};
	const fix = installCommand(host.machine.os, 'uefi', arch);
	return {
		...check,
		// An arm64 machine has no other firmware; amd64 is tested with BIOS.
		verdict: arch === 'arm64' ? 'fail' : 'warn',
		detail: 'not installed',
		hint: fix ? `Install it: ${fix.join(' ')}` : 'Install OVMF (edk2) for QEMU.',
		fix,
	};
};

const checkMemory = async (host: Host, settings: VmSettings): Promise<CheckResult> => {
	const check = {
		id: 'vm-memory',
		title: 'Memory for the VM',
		why: 'The live system keeps all of its changes in memory.',
	};
	const {memoryMib, notes} = vmSize(settings, host.machine);
	if (memoryMib < leastMemoryMib && memoryMib < settings.memory) {
		return {
			...check,
			verdict: 'fail',
			detail: `${memoryMib} MiB at most`,
			hint: `The live system needs ${leastMemoryMib} MiB; run without the smoke test, or on a machine with more memory.`,
		};
	}
	const free = await availableMib(host);
	if (free !== undefined && free < memoryMib) {
		return {
			...check,
			verdict: 'warn',
			detail: `${memoryMib} MiB wanted, ${free} MiB free at the moment`,
			hint: 'Close what needs memory, or lower MEMORY.',
		};
	}
	return {...check, verdict: notes.length > 0 ? 'warn' : 'pass', detail: notes.join(' ') || `${memoryMib} MiB`};
};

const availableMib = async ({files}: Host) => {
	const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec((await files.readText('/proc/meminfo')) ?? '')?.[1];
	return kibibytes === undefined ? undefined : Math.floor(Number(kibibytes) / 1024);
};

const skipped = (id: string, title: string): CheckResult => ({id, title, verdict: 'skip', detail: 'needs QEMU'});
