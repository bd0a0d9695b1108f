import {FixableError, ToolError} from '../../errors.ts';
import {ownCommand} from '../../own-command.ts';
import {type BootFault, faultTitles} from '../boot/boot-stages.ts';

/** Why a smoke test ended before its result. */
export type VmErrorCode =
	| BootFault
	| 'qemu-ended'
	| 'kvm-refused'
	| 'guest-switched-off'
	| 'menu-missing'
	| 'manual-entry-missing'
	| 'wrong-entry'
	| 'boot-timeout'
	| 'boot-stalled'
	| 'no-autologin'
	| 'no-shell'
	| 'script-not-received'
	| 'script-timeout'
	| 'answer-damaged';

/** A failed smoke test: what happened, what to try, and where the serial log is. */
export const vmError = (code: VmErrorCode, message: string, {log, hint}: {log: string; hint?: string}) =>
	new FixableError(code, message, {log, hint: hint ?? hints[code], exit: 'smokeTest'});

/** A limit as these errors name it: `20 s`. */
export const inSeconds = (milliseconds: number) => `${Math.round(milliseconds / 1000)} s`;

/** The error of a boot that ran into a dead end. */
export const faultError = (fault: BootFault, log: string) => vmError(fault, faultTitles[fault], {log});

/** The error of a guest that ended QEMU; `reason` is QMP's ShutdownCause. */
export function endOfGuest(reason: unknown, log: string) {
	const how = endings[String(reason)] ?? 'was switched off';
	return vmError('guest-switched-off', `The VM ${how}`, {log});
}

const endings: Readonly<Record<string, string>> = {
	'guest-reset': 'restarted itself',
	'guest-panic': 'reported a panic',
	'guest-shutdown': 'switched itself off',
};

/** The error of a QEMU that failed, with the last it said; other errors stay as they are. */
export function endOfQemu(error: unknown, words: readonly string[], log: string): Error {
	if (!(error instanceof ToolError)) return error instanceof Error ? error : new Error(String(error));
	const said = words.filter(line => line.trim() !== '').slice(-3);
	const how = error.killedBy ? `was ended by ${error.killedBy}` : `ended with exit code ${error.exitCode}`;
	// Their last words are all that QEMU's programs give as a reason.
	const code = said.some(line => /\bkvm\b/i.test(line)) ? 'kvm-refused' : 'qemu-ended';
	return vmError(code, [`QEMU ${how}`, ...said].join(': '), {log});
}

const hints: Readonly<Record<VmErrorCode, string>> = {
	'no-bootable-medium': `The ISO has no boot loader for this firmware. Verify it: ${ownCommand('verify iso')}.`,
	'boot-loader-failure': 'GRUB could not load its menu or the kernel. Look at the serial log; build the ISO again.',
	'kernel-oops': 'The kernel hit a bug of its own or of a driver. The serial log shows where; try another kernel.',
	'kernel-panic':
		'Look at the last lines of the serial log. Too little memory for the VM is a frequent cause: raise MEMORY.',
	'initramfs-failure': 'The initrd did not find the volume COS_LIVE or the root filesystem in it. Verify the ISO.',
	'emergency-mode': 'A service that the system needs failed. The serial log names it.',
	'no-serial-line': 'This machine is too busy, or too slow without KVM. Try again when it has less to do.',
	'qemu-ended': `Read what QEMU said. ${ownCommand('doctor')} checks QEMU and KVM.`,
	'kvm-refused': `KVM does not work on this machine: ${ownCommand('doctor')} says why, ACCELERATOR=tcg does without.`,
	'guest-switched-off': 'Nothing should switch the live system off. Look at the end of the serial log.',
	'menu-missing':
		'Raise BOOT_TIMEOUT (seconds) on a slow machine. If the firmware hangs under KVM, ACCELERATOR=tcg boots without it.',
	'manual-entry-missing': `The ISO was built with another boot menu than the installer's. Verify it: ${ownCommand('verify iso')}.`,
	'wrong-entry':
		'The installer entry was started instead of the manual one. Try again; raise BOOT_TIMEOUT on a slow machine.',
	'boot-timeout': 'Raise BOOT_TIMEOUT (seconds), or open the console and see where it stands.',
	'boot-stalled': `Open the console (${ownCommand('console')}) and see where it stands; raise BOOT_TIMEOUT (seconds) on a slow machine.`,
	'no-autologin': 'The live system should log root in on ttyS0 by itself. Was the image made from a Kairos base?',
	'no-shell': `Open the console (${ownCommand('console')}) and try: the shell on ttyS0 must run what is typed.`,
	'script-not-received': 'The serial line loses characters. Try again on a machine with less load.',
	'script-timeout': 'Raise TEST_TIMEOUT (seconds). The serial log shows the last check that answered.',
	'answer-damaged': 'Something else writes to the serial line all the time; the serial log shows what.',
};
