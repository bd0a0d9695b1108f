import type {Host} from '../../host/host.ts';
import type {AcceleratorWish, Guest} from './accelerator.ts';
import {recallKvm} from './kvm-verdict-cache.ts';

/** Why KVM is out of the question for this guest, without trying; undefined when the device can be opened. */
export async function whyNoKvm(host: Host, {arch}: Guest): Promise<{reason: string; hint?: string} | undefined> {
	if (arch !== host.machine.arch) return {reason: `this machine is ${host.machine.arch}, the image is ${arch}`};
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
}

/** Whether KVM runs this guest, as far as it is known without a trial. Who chose the accelerator need not be told. */
export async function kvmFact(host: Host, wish: AcceleratorWish): Promise<boolean | 'unknown'> {
	if (wish.accelerator !== 'auto') return 'unknown';
	if (await whyNoKvm(host, wish)) return false;
	return (await recallKvm(host, wish))?.works ?? 'unknown';
}
