import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import type {CheckResult} from '../pipeline/events.ts';
import type {Settings} from '../settings/settings.ts';
import {type AcceleratorWish, describeAccelerator} from './accelerator/accelerator.ts';
import {chooseAccelerator, type KernelSource} from './accelerator/choose-accelerator.ts';
import {installCommand} from './qemu-packages.ts';
import {memoryAndCores} from './vm/memory-and-cores.ts';
import {qemuProgram} from './vm/qemu-command.ts';
import {findUefi, firmwareOf} from './vm/uefi-firmware.ts';

type VmSettings = AcceleratorWish & Pick<Settings, 'memory' | 'cores' | 'vmFirmware'>;

const oldestQemu = 6;
const leastMemoryMib = 2048;

/** Whether this machine can boot the ISO; never throws at the person. `kernel`: of an ISO that is there already. */
export async function qemuChecks(
	host: Host,
	settings: VmSettings,
	o: {kernel?: KernelSource; signal?: AbortSignal} = {},
): Promise<CheckResult[]> {
	const qemu = await checkQemu(host, settings);
	const isThere = qemu.verdict !== 'fail';
	return Promise.all([
		qemu,
		isThere ? checkAcceleration(host, settings, o) : skipped('kvm', 'Virtualisation (KVM)'),
		checkUefi(host, settings),
		checkMemory(host, settings),
	]);
}

async function checkQemu(host: Host, {arch}: VmSettings): Promise<CheckResult> {
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
}

async function checkAcceleration(
	host: Host,
	settings: VmSettings,
	o: {kernel?: KernelSource; signal?: AbortSignal},
): Promise<CheckResult> {
	const check = {
		id: 'kvm',
		title: 'Virtualisation (KVM)',
		why: 'Without it the VM is emulated: the smoke test takes several times longer, and gets longer timeouts.',
	};
	try {
		const accelerator = await chooseAccelerator(host, settings, o);
		if (accelerator.kind === 'tcg') {
			const verdict = settings.accelerator === 'tcg' ? 'pass' : 'warn';
			return {...check, verdict, detail: describeAccelerator(accelerator), hint: accelerator.hint};
		}
		const seen = {
			kernel: 'a kernel booted on it',
			firmware: 'firmware runs on it; whether a kernel does, the smoke test finds out, and goes on without it if not',
		};
		return {...check, verdict: 'pass', detail: seen[accelerator.seen]};
	} catch (error) {
		if (!(error instanceof FixableError)) throw error;
		return {...check, verdict: 'fail', detail: error.message, hint: error.hint};
	}
}

async function checkUefi(host: Host, settings: VmSettings): Promise<CheckResult> {
	const {arch} = settings;
	const check = {id: 'uefi', title: 'UEFI firmware for VMs', why: 'To boot the ISO as UEFI machines do.'};
	const uefi = await findUefi(host, arch);
	if (uefi) return {...check, verdict: 'pass', detail: uefi.code.path};
	const fix = installCommand(host.machine.os, 'uefi', arch);
	return {
		...check,
		verdict: firmwareOf(settings) === 'uefi' ? 'fail' : 'warn',
		detail: 'not installed',
		hint: fix ? `Install it: ${fix.join(' ')}` : 'Install OVMF (edk2) for QEMU.',
		fix,
	};
}

async function checkMemory(host: Host, settings: VmSettings): Promise<CheckResult> {
	const check = {
		id: 'vm-memory',
		title: 'Memory for the VM',
		why: 'The live system keeps all of its changes in memory.',
	};
	const {memoryMib, notes} = memoryAndCores(settings, host.machine);
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
	if (notes.length === 0) return {...check, verdict: 'pass', detail: `${memoryMib} MiB`};
	return {
		...check,
		verdict: 'warn',
		detail: notes.join(' '),
		hint: 'That is enough for the smoke test. To be rid of this warning, lower MEMORY or CORES.',
	};
}

async function availableMib({files}: Host) {
	const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec((await files.readText('/proc/meminfo')) ?? '')?.[1];
	return kibibytes === undefined ? undefined : Math.floor(Number(kibibytes) / 1024);
}

const skipped = (id: string, title: string): CheckResult => ({id, title, verdict: 'skip', detail: 'needs QEMU'});
