import type {Host} from '../host/host.ts';
import {qemuProgram} from './arguments.ts';
import {findUefi} from './uefi-firmware.ts';

/** How the guest's processor is run. `reason`: why it is not KVM; `hint`: what would change that. */
export type Accelerator = {kind: 'kvm'; cpu: string} | {kind: 'tcg'; cpu: string; reason: string; hint?: string};

export type Guest = {arch: 'amd64' | 'arm64'; cpu: string};

// A real start answers in well under a second; one that hangs never does.
const trialMs = 10_000;

const found = new WeakMap<Host, Map<string, Promise<Accelerator>>>();

/**
 * KVM when a guest with this CPU model really ran on it, else TCG with the reason. Remembered for this process only:
 * permissions, the kernel and QEMU change between runs.
 */
export const probeAccelerator = (host: Host, guest: Guest, signal?: AbortSignal): Promise<Accelerator> => {
	const answers = found.get(host) ?? new Map<string, Promise<Accelerator>>();
	found.set(host, answers);
	const key = `${guest.arch} ${guest.cpu}`;
	const known = answers.get(key);
	if (known) return known;
	const answer = probe(host, guest, signal);
	answers.set(key, answer);
	answer.catch(() => answers.delete(key)); // A cancelled trial says nothing about the machine.
	return answer;
};

/** By how much everything in the guest takes longer than with KVM; timeouts are multiplied by it. */
export const slowness = ({kind}: Accelerator) => (kind === 'kvm' ? 1 : 10);

/** For people: "KVM", or "software emulation (no permission to open /dev/kvm)". */
export const describeAccelerator = (accelerator: Accelerator) =>
	accelerator.kind === 'kvm' ? `KVM, CPU ${accelerator.cpu}` : `software emulation (${accelerator.reason})`;

const probe = async (host: Host, guest: Guest, signal?: AbortSignal): Promise<Accelerator> => {
	if (guest.arch !== host.machine.arch) {
		return emulated(guest, `this machine is ${host.machine.arch}, the image is ${guest.arch}`);
	}
	const closed = await whyClosed(host);
	if (closed) return emulated(guest, closed.reason, closed.hint);
	const failure = await tryKvm(host, guest, signal);
	if (failure === undefined) return {kind: 'kvm', cpu: guest.cpu};
	return emulated(guest, `KVM was tried and ${failure}`);
};

// QEMU refuses "host" without KVM. On arm64, "max" spends most of its time on pointer authentication unless told otherwise.
const emulated = ({arch, cpu}: Guest, reason: string, hint?: string): Accelerator => ({
	kind: 'tcg',
	cpu: cpu !== 'host' ? cpu : arch === 'arm64' ? 'max,pauth-impdef=on' : 'max',
	reason,
	hint,
});

const whyClosed = async (host: Host) => {
	try {
		const device = await host.files.open('/dev/kvm', 'r+');
		await device.close();
		return undefined;
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') {
			return {
				reason: 'there is no /dev/kvm',
				hint: 'Switch on virtualisation in the firmware (or nested virtualisation in the hypervisor) and load kvm_intel or kvm_amd.',
			};
		}
		if (code === 'EACCES' || code === 'EPERM') {
			return {
				reason: 'no permission to open /dev/kvm',
				hint: `Add yourself to the group kvm (sudo usermod -aG kvm ${host.machine.user.name}) and log in again.`,
			};
		}
		return {reason: `/dev/kvm cannot be opened (${code ?? message})`};
	}
};

/**
 * Starts a machine without disks and waits until its firmware says a word on the serial line: the first sign that code ran
 * in the guest. A QMP greeting is none; QEMU sends it even where the guest then hangs at its first instruction.
 */
const tryKvm = async (host: Host, guest: Guest, signal?: AbortSignal): Promise<string | undefined> => {
	const spoke = Promise.withResolvers<undefined>();
	const stderr: string[] = [];
	const qemu = host.start({
		program: qemuProgram(guest.arch),
		args: await trialArguments(host, guest),
		onBytes: () => spoke.resolve(undefined),
		onLines: (text, stream) => void (stream === 'err' && stderr.push(...text.split('\n'))),
		signal,
		graceMs: 1000,
	});
	const over = new AbortController();
	try {
		return await Promise.race([
			spoke.promise,
			qemu.ended.then(
				() => 'QEMU ended at once',
				(error: Error) =>
					`QEMU ended at once: ${stderr.find(line => /error|fail/i.test(line)) ?? stderr[0] ?? error.message}`,
			),
			host.sleep(trialMs, over.signal).then(
				() => `the guest was silent for ${trialMs / 1000} s`,
				() => undefined,
			),
		]);
	} finally {
		over.abort();
		await qemu.stop();
		signal?.throwIfAborted();
	}
};

const trialArguments = async (host: Host, {arch, cpu}: Guest): Promise<string[]> => {
	const common = ['-nodefaults', '-no-user-config', '-display', 'none', '-cpu', cpu, '-m', '64', '-serial', 'stdio'];
	// With graphics=off SeaBIOS prints to the serial line, and there is nothing to boot from.
	if (arch === 'amd64') return ['-machine', 'pc,accel=kvm,graphics=off', ...common];
	const uefi = await findUefi(host, arch);
	const flash = uefi
		? ['-drive', `if=pflash,unit=0,readonly=on,format=${uefi.code.format},file=${uefi.code.path}`]
		: [];
	return ['-machine', 'virt,accel=kvm', ...flash, ...common];
};
