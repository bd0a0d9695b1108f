import {FixableError} from '../errors.ts';
import {type BootFault, faultTitles} from './boot-stages.ts';

/** Why a boot test ended before its result. */
export type VmErrorCode =
	| BootFault
	| 'qemu-ended'
	| 'guest-switched-off'
	| 'menu-missing'
	| 'manual-entry-missing'
	| 'wrong-entry'
	| 'boot-timeout'
	| 'no-autologin'
	| 'no-shell'
	| 'script-not-received'
	| 'script-timeout'
	| 'answer-damaged';

/** A failed boot test: what happened, what to try, and where the serial log is. */
export const vmError = (code: VmErrorCode, message: string, {log, hint}: {log: string; hint?: string}) =>
	new FixableError(code, message, {log, hint: hint ?? hints[code], exit: 'smokeTest'});

/** The error of a boot that ran into a dead end. */
export const faultError = (fault: BootFault, log: string) => vmError(fault, faultTitles[fault], {log});

const hints: Readonly<Record<VmErrorCode, string>> = {
	'no-bootable-medium': 'The ISO has no boot loader for this firmware. Verify it: `edge-builder verify iso`.',
	'boot-loader-failure': 'GRUB could not load its menu or the kernel. Look at the serial log; build the ISO again.',
	'kernel-panic':
		'Look at the last lines of the serial log. Too little memory for the VM is a frequent cause: raise MEMORY.',
	'initramfs-failure': 'The initrd did not find the volume COS_LIVE or the root filesystem in it. Verify the ISO.',
	'emergency-mode': 'A service that the system needs failed. The serial log names it.',
	'qemu-ended': 'Read what QEMU said. `edge-builder doctor` checks QEMU and KVM.',
	'guest-switched-off': 'Nothing should switch the live system off. Look at the end of the serial log.',
	'menu-missing': 'Open the console (`edge-builder console`) and look; or raise BOOT_TIMEOUT on a slow machine.',
	'manual-entry-missing':
		"The ISO was built with another boot menu than the installer's. Verify it: `edge-builder verify iso`.",
	'wrong-entry':
		'The installer entry was started instead of the manual one. Try again; raise BOOT_TIMEOUT on a slow machine.',
	'boot-timeout': 'Raise BOOT_TIMEOUT (seconds), or open the console and see where it stands.',
	'no-autologin': 'The live system should log root in on ttyS0 by itself. Was the image made from a Kairos base?',
	'no-shell': 'The serial line takes no input, or the shell hangs. Open the console and try.',
	'script-not-received': 'The serial line loses characters. Try again on a machine with less load.',
	'script-timeout': 'Raise TEST_TIMEOUT (seconds). The serial log shows the last check that answered.',
	'answer-damaged': 'Something else writes to the serial line all the time; the serial log shows what.',
};
