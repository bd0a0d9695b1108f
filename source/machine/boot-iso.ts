import {dirname} from 'node:path';
import type {Host} from '../host/host.ts';
import type {Cleanup} from '../pipeline/step.ts';
import type {Settings} from '../settings/settings.ts';
import {type Accelerator, type AcceleratorWish, describeAccelerator} from './accelerator/accelerator.ts';
import {mayFallBack} from './accelerator/fallback-to-emulation.ts';
import {silenceLimit, type WatchedVm, watchBoot} from './boot/boot-timeouts.ts';
import {memoryAndCores} from './vm/memory-and-cores.ts';
import {startVm, type Vm} from './vm/start-vm.ts';
import {firmwareOf} from './vm/uefi-firmware.ts';

/** What of the settings makes the VM that boots an ISO. */
export type VmSettings = AcceleratorWish & Pick<Settings, 'memory' | 'cores' | 'vmFirmware' | 'bootTimeout'>;

export type IsoBoot = {
	/** Names the VM to QEMU and to those who read of its cleanup. */
	name: string;
	/** Absolute path. */
	iso: string;
	/** Absolute path; its folder is made. */
	serialLog: string;
	settings: VmSettings;
	/** False: a guest that restarts ends QEMU. */
	reboots: boolean;
	signal: AbortSignal;
	cleanup: Cleanup;
	/** Takes remarks for people: how the VM runs, and what it did not get. */
	note(text: string): void;
};

/**
 * Starts a VM that boots the ISO, with no disk and no network, and watches the boot. `watched` is that VM, which also
 * counts as gone when its boot comes to nothing.
 */
export async function bootIso(
	host: Host,
	boot: IsoBoot,
	accelerator: Accelerator,
): Promise<{vm: Vm; watched: WatchedVm}> {
	const {name, iso, serialLog, settings, reboots, note} = boot;
	const {notes, ...size} = memoryAndCores(settings, host.machine, {emulated: accelerator.kind === 'tcg'});
	const hints = accelerator.kind === 'tcg' && accelerator.hint ? [accelerator.hint] : [];
	for (const text of [`The VM runs with ${describeAccelerator(accelerator)}.`, ...hints, ...notes]) note(text);
	await host.files.makeFolder(dirname(serialLog));
	const {arch} = settings;
	const vm = await startVm(
		host,
		{name, arch, accelerator, ...size, firmware: firmwareOf(settings), iso, reboots, serialLog},
		boot,
	);
	const bootTimeoutMs = settings.bootTimeout * 1000;
	const silenceMs = silenceLimit(bootTimeoutMs, {mayFallBack: mayFallBack(settings, accelerator)});
	return {vm, watched: watchBoot(vm, host, {bootTimeoutMs, silenceMs})};
}
