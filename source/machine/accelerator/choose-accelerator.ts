import {FixableError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import {createVmFolder} from '../vm/vm-folder.ts';
import {type Accelerator, type AcceleratorWish, emulation, type Guest} from './accelerator.ts';
import {whyNoKvm} from './kvm-availability.ts';
import {type RaceResult, raceAccelerators} from './kvm-race.ts';
import {memoryPath, recallKvm, rememberKvm} from './kvm-verdict-cache.ts';

/** Puts a Linux kernel for this guest into the folder and returns its path; undefined when there is none to be had. */
export type KernelSource = (folder: string) => Promise<string | undefined>;

/**
 * KVM when a kernel boots on it as quickly as under emulation, else emulation, with the reason. What a race has shown is
 * remembered until the machine is started anew; without a kernel at hand the firmware races, which proves only the worst.
 * @throws {FixableError} when KVM was asked for by name and can't be used.
 */
export async function chooseAccelerator(
	host: Host,
	wish: AcceleratorWish,
	{kernel, signal}: {kernel?: KernelSource; signal?: AbortSignal} = {},
): Promise<Accelerator> {
	if (wish.accelerator === 'tcg') return emulation(wish, {reason: 'as ACCELERATOR says'});
	const isForced = wish.accelerator === 'kvm';
	const accelerator = await find(host, wish, {kernel, signal, anew: isForced});
	if (!isForced || accelerator.kind === 'kvm') return accelerator;
	throw new FixableError('kvm-unusable', `KVM was asked for, but ${accelerator.reason}`, {
		hint: `${accelerator.hint ?? 'KVM of this machine does not run guests; a kernel or firmware update of it, or of its hypervisor, may help.'} Or set ACCELERATOR=auto, which goes on under emulation.`,
		exit: 'host',
	});
}

type Search = {kernel?: KernelSource; signal?: AbortSignal; anew: boolean};

async function find(host: Host, guest: Guest, {kernel, signal, anew}: Search): Promise<Accelerator> {
	const closed = await whyNoKvm(host, guest);
	if (closed) return emulation(guest, closed);
	const known = anew ? undefined : await recallKvm(host, guest);
	if (known?.works) return {kind: 'kvm', cpu: guest.cpu, seen: 'kernel'};
	if (known) return emulation(guest, {reason: known.reason, hint: `To try KVM again, remove ${memoryPath(host)}.`});
	const {result, seen} = await race(host, guest, {kernel, signal});
	if (result === 'undecided') return {kind: 'kvm', cpu: guest.cpu, seen: 'firmware'};
	if (result.lost === undefined) {
		if (seen === 'kernel') await rememberKvm(host, guest, {works: true});
		return {kind: 'kvm', cpu: guest.cpu, seen};
	}
	const reason = `KVM was tried and ${result.lost}`;
	await rememberKvm(host, guest, {works: false, reason});
	return emulation(guest, {reason});
}

async function race(
	host: Host,
	guest: Guest,
	{kernel, signal}: Pick<Search, 'kernel' | 'signal'>,
): Promise<{result: RaceResult; seen: 'kernel' | 'firmware'}> {
	// What is dead at its first instruction shows at once, and needs no kernel.
	const firmware = await raceAccelerators(host, guest, 'firmware', signal);
	if (!kernel || firmware === 'undecided' || firmware.lost !== undefined) return {result: firmware, seen: 'firmware'};
	const folder = await createVmFolder(host);
	try {
		const path = await kernel(folder.path);
		if (path === undefined) return {result: firmware, seen: 'firmware'};
		return {result: await raceAccelerators(host, guest, {kernel: path}, signal), seen: 'kernel'};
	} finally {
		await folder.remove();
	}
}
