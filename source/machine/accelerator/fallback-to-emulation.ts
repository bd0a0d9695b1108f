import {FixableError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import {type BootStage, bootStages, stageTitles} from '../boot/boot-stages.ts';
import {type Accelerator, type AcceleratorWish, emulation} from './accelerator.ts';
import {rememberKvm} from './kvm-verdict-cache.ts';

/** A boot that came to nothing under KVM, and how to go on. */
export type KvmStall = {
	/** For people: what happened, and what is done now. */
	message: string;
	emulation: Accelerator;
	/** Remembers that KVM of this machine is bad, once the emulated machine has come further than the other. */
	cameTo(stage: BootStage): Promise<void>;
};

/** Whether `accelerator` may be swapped for emulation when the boot stalls. */
export function mayFallBack({accelerator}: AcceleratorWish, {kind}: Accelerator) {
	return accelerator === 'auto' && kind === 'kvm';
}

/**
 * What to do after a boot that failed at `stage`: a machine that stood still, vanished or restarted before its login under
 * KVM boots once more under emulation, whose word counts. Undefined when KVM is not to blame, or was asked for by name.
 */
export function stallUnderKvm(
	host: Host,
	wish: AcceleratorWish,
	{accelerator, stage, error}: {accelerator: Accelerator; stage: BootStage; error: unknown},
): KvmStall | undefined {
	if (!mayFallBack(wish, accelerator) || !(error instanceof FixableError) || !suspicious.has(error.code))
		return undefined;
	if (!isBefore(stage, 'login')) return undefined;
	// A QEMU that never let the guest run and doesn't name KVM has reasons of its own.
	if (error.code === 'qemu-ended' && stage === 'power-on') return undefined;
	const reason = `a boot stalled under KVM at "${stageTitles[stage]}" and went on under emulation`;
	let isTold = false;
	return {
		message: `The boot stalled under KVM (${error.message}). It begins again under software emulation.`,
		emulation: emulation(wish, {reason: 'the boot stalled under KVM'}),
		async cameTo(next) {
			if (isTold || !isBefore(stage, next)) return;
			isTold = true;
			await rememberKvm(host, wish, {works: false, reason});
		},
	};
}

const suspicious = new Set([
	'boot-stalled',
	'menu-missing',
	'boot-timeout',
	'qemu-ended',
	'kvm-refused',
	'guest-switched-off',
]);

const isBefore = (one: BootStage, other: BootStage) => bootStages.indexOf(one) < bootStages.indexOf(other);
