import type {Settings} from '../../settings/settings.ts';

/** What runs a guest: its architecture and QEMU's -cpu value. */
export type Guest = {arch: 'amd64' | 'arm64'; cpu: string};

/** What of the settings decides about it. */
export type AcceleratorWish = Pick<Settings, 'arch' | 'cpu' | 'accelerator'>;

/**
 * How the guest's processor is run. `seen`: what has run on this machine's KVM so far; firmware that speaks proves little.
 * `reason`: why it is not KVM; `hint`: what would change that.
 */
export type Accelerator =
	| {kind: 'kvm'; cpu: string; seen: 'kernel' | 'firmware'}
	| {kind: 'tcg'; cpu: string; reason: string; hint?: string};

/** By how much everything in the guest takes longer than with KVM, at most; timeouts are multiplied by it. */
export function slowness({kind}: Pick<Accelerator, 'kind'>) {
	return kind === 'kvm' ? 1 : 5;
}

/** For people: "KVM, CPU host", or "software emulation (no permission to open /dev/kvm)". */
export function describeAccelerator(accelerator: Accelerator) {
	return accelerator.kind === 'kvm' ? `KVM, CPU ${accelerator.cpu}` : `software emulation (${accelerator.reason})`;
}

/**
 * Software emulation of the guest. QEMU refuses the model "host" without KVM; on arm64, "max" spends most of its time on
 * pointer authentication unless told otherwise.
 */
export function emulation({arch, cpu}: Guest, {reason, hint}: {reason: string; hint?: string}) {
	const model = cpu !== 'host' ? cpu : arch === 'arm64' ? 'max,pauth-impdef=on' : 'max';
	return {kind: 'tcg', cpu: model, reason, ...(hint !== undefined && {hint})} satisfies Accelerator;
}
