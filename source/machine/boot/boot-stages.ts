import {type CondenseState, condense} from '../serial/condensed-text.ts';

/** How far a machine has come, in the order it happens. `shell` is known only to those who see a prompt. */
export const bootStages = ['power-on', 'firmware', 'menu', 'loading', 'kernel', 'systemd', 'login', 'shell'] as const;
export type BootStage = (typeof bootStages)[number];

/** Dead ends: a machine that shows one of these will not come further by itself. */
export type BootFault =
	| 'no-bootable-medium'
	| 'boot-loader-failure'
	| 'kernel-oops'
	| 'kernel-panic'
	| 'initramfs-failure'
	| 'emergency-mode'
	| 'no-serial-line';

export type BootState = {
	stage: BootStage;
	/** The first one since power-on. */
	fault?: BootFault;
	/** 1, and one more for each restart of the guest. */
	boots: number;
	/** The newest condensed text: a word may be cut between two chunks. */
	tail: string;
	escapes: CondenseState;
};

/** A machine at power-on. */
export const initialBoot: BootState = {stage: 'power-on', boots: 1, tail: '', escapes: 'text'};

/** The state after more serial output, which may be cut anywhere. */
export function reduceBoot(state: BootState, chunk: string): BootState {
	const [escapes, text] = condense(state.escapes, chunk);
	let {stage, fault, boots, tail} = state;
	for (const character of text) {
		tail = (tail + character).slice(-tailLength);
		const sign = signs
			.get(character)
			?.find(({words, unless}) => tail.endsWith(words) && !(unless && tail.endsWith(unless)));
		if (sign?.fault) fault ??= sign.fault;
		if (!sign?.stage) continue;
		if (sign.stage === 'firmware' && isAfter(stage, 'firmware')) {
			boots++;
			fault = undefined;
			stage = 'firmware';
		} else if (isAfter(sign.stage, stage)) stage = sign.stage;
	}
	return {stage, fault, boots, tail, escapes};
}

/** For people: what the machine is doing. */
export const stageTitles: Readonly<Record<BootStage, string>> = {
	'power-on': 'Switched on',
	firmware: 'Firmware',
	menu: 'Boot menu',
	loading: 'Loading the kernel',
	kernel: 'Kernel',
	systemd: 'Starting services',
	login: 'Login',
	shell: 'Shell',
};

/** For people: what went wrong. */
export const faultTitles: Readonly<Record<BootFault, string>> = {
	'no-bootable-medium': 'The firmware found nothing to boot',
	'boot-loader-failure': 'The boot loader failed',
	'kernel-oops': 'The kernel reported a fatal bug',
	'kernel-panic': 'The kernel panicked',
	'initramfs-failure': 'The live system was not found (initramfs emergency shell)',
	'emergency-mode': 'The system went into emergency mode',
	'no-serial-line': 'The system gave up waiting for its serial line, so it shows no login there',
};

const isAfter = (one: BootStage, other: BootStage) => bootStages.indexOf(one) > bootStages.indexOf(other);

type Sign = {words: string; unless?: string; stage?: BootStage; fault?: BootFault};

/** Words without whitespace, as `condense` leaves them. They must not occur in what a healthy boot prints elsewhere. */
const knownSigns: readonly Sign[] = [
	{words: 'SeaBIOS(version', stage: 'firmware'},
	{words: 'UEFIfirmware(version', stage: 'firmware'},
	{words: 'BdsDxe:loading', stage: 'firmware'},
	{words: 'WelcometoGRUB!', stage: 'firmware'},
	{words: 'GNUGRUBversion', stage: 'menu'},
	{words: 'Loadingkernel', stage: 'loading'},
	{words: 'Booting`', stage: 'loading'},
	{words: 'Linuxversion', stage: 'kernel'},
	{words: 'EFIstub:', stage: 'kernel'},
	{words: '[0.000000]', stage: 'kernel'},
	{words: 'systemd[1]:', stage: 'systemd'},
	{words: 'runninginsystemmode', stage: 'systemd'},
	{words: '[OK]', stage: 'systemd'},
	// "pam_unix(login:session)" is a log line, not a prompt.
	{words: 'login:', unless: '(login:', stage: 'login'},
	{words: ':~#', stage: 'shell'},
	{words: '~]#', stage: 'shell'},

	{words: 'Nobootabledevice', fault: 'no-bootable-medium'},
	{words: 'CouldnotreadfromCDROM', fault: 'no-bootable-medium'},
	{words: 'Nobootableoptionordevicewasfound', fault: 'no-bootable-medium'},
	{words: 'UEFIInteractiveShell', fault: 'no-bootable-medium'},
	{words: 'grubrescue>', fault: 'boot-loader-failure'},
	{words: 'grub>', fault: 'boot-loader-failure'},
	{words: 'youneedtoloadthekernelfirst', fault: 'boot-loader-failure'},
	{words: 'Kernelpanic-notsyncing', fault: 'kernel-panic'},
	// What the kernel says before an oops (x86 and arm64): what it killed may be what everything waits for.
	{words: 'BUG:unabletohandle', fault: 'kernel-oops'},
	{words: 'BUG:kernelNULLpointerdereference', fault: 'kernel-oops'},
	{words: 'kernelBUGat', fault: 'kernel-oops'},
	{words: 'Internalerror:Oops', fault: 'kernel-oops'},
	{words: '(initramfs)', fault: 'initramfs-failure'},
	{words: 'Enteringemergencymode', fault: 'initramfs-failure'},
	{words: 'rdsosreport.txt', fault: 'initramfs-failure'},
	{words: 'dracut:/#', fault: 'initramfs-failure'},
	{words: 'Youareinemergencymode', fault: 'emergency-mode'},
	{words: 'Youareinrescuemode', fault: 'emergency-mode'},
	{words: 'Giverootpasswordformaintenance', fault: 'emergency-mode'},
	{words: 'PressEnterformaintenance', fault: 'emergency-mode'},
	// systemd waits 90 s for a device, which a loaded machine under emulation can take; its getty is never tried again.
	{words: 'Timedoutwaitingfordevicedev-ttyS0.', fault: 'no-serial-line'},
	{words: 'Timedoutwaitingfordevicedev-ttyAMA0.', fault: 'no-serial-line'},
	// The same up to systemd 249.
	{words: 'Timedoutwaitingfordevice/dev/ttyS0', fault: 'no-serial-line'},
	{words: 'Timedoutwaitingfordevice/dev/ttyAMA0', fault: 'no-serial-line'},
];

const tailLength = Math.max(...knownSigns.map(({words, unless = ''}) => Math.max(words.length, unless.length)));

// By last character, so that most characters of the stream cost one look-up.
const signs = Map.groupBy(knownSigns, ({words}) => words.slice(-1));
