import {integer, oneOf, text} from '../field-kinds.ts';
import type {FieldSpecs} from '../field-types.ts';
import {matching} from '../text-rules.ts';

/** What this machine must have, and the virtual machine of the smoke test. */
export const machineFields = {
	minDiskGb: integer({
		group: 'machine',
		question: 'How much free disk must there be?',
		help: {
			what: 'GB that must be free before a build starts.',
			why: 'A full disk in the middle of a build costs more time than a refusal.',
			safe: '30 for CanvOS, better 150; 4 for a rehearsal.',
			breaks: 'Below it the build fails while images are exported.',
		},
		min: 1,
		max: 10_000,
		unit: 'GB',
		default: ({builder}) => (builder === 'rehearsal' ? 4 : 30),
		defaultText: '30; 4 for a rehearsal',
		expert: true,
	}),
	memory: integer({
		group: 'machine',
		question: 'How much memory does the smoke test’s VM get?',
		help: {
			what: 'MiB of memory for the virtual machine.',
			why: 'The live system keeps its overlay in memory.',
			safe: '10096 for CanvOS, 2048 for a rehearsal.',
			breaks: 'Too little, and the live system stops booting; more than free, and this machine swaps.',
		},
		min: 256,
		max: 1_048_576,
		unit: 'MiB',
		default: ({builder}) => (builder === 'rehearsal' ? 2048 : 10_096),
		defaultText: '10096; 2048 for a rehearsal',
		sharedName: true,
		expert: true,
	}),
	cores: integer({
		group: 'machine',
		question: 'How many processors does the smoke test’s VM get?',
		help: {
			what: 'Virtual processors.',
			why: 'Booting is quicker with more.',
			safe: '5 for CanvOS, 2 for a rehearsal; never more than this machine has.',
			breaks: 'Nothing: it is only slower.',
		},
		min: 1,
		max: 256,
		default: ({builder}) => (builder === 'rehearsal' ? 2 : 5),
		defaultText: '5; 2 for a rehearsal',
		sharedName: true,
		expert: true,
	}),
	cpu: text({
		group: 'machine',
		question: 'Which processor model does the VM show?',
		help: {
			what: 'QEMU’s -cpu value.',
			why: 'host is the quickest with KVM.',
			safe: 'host; without KVM max is taken instead.',
			breaks: 'A model that this machine cannot offer keeps QEMU from starting.',
		},
		rule: matching(/^[A-Za-z0-9][A-Za-z0-9._+=,-]*$/, 'a QEMU processor model such as host or max'),
		default: 'host',
		sharedName: true,
		expert: true,
	}),
	accelerator: oneOf({
		group: 'machine',
		question: 'What runs the VM’s processor?',
		help: {
			what: 'KVM, software emulation (tcg), or whichever is better here (auto).',
			why: 'KVM is several times as quick, but on some machines, virtual ones above all, it is there and runs no kernel.',
			safe: 'auto: a short race decides, and a boot that stalls under KVM goes on under emulation.',
			breaks: 'kvm on a machine without it is a failure; tcg takes its time.',
		},
		choices: [
			{value: 'auto', title: 'Decide by a short race', description: 'Remembered until this machine is started anew.'},
			{value: 'kvm', title: 'KVM, or fail', description: 'Never emulate.'},
			{value: 'tcg', title: 'Software emulation', description: 'Works everywhere, several times as slow.'},
		],
		default: 'auto',
		expert: true,
	}),
	vmFirmware: oneOf({
		group: 'machine',
		question: 'Which firmware does the VM boot with?',
		help: {
			what: 'BIOS or UEFI, for the smoke test and the console.',
			why: 'Servers start with UEFI, and the ISO has an entry for each.',
			safe: 'bios; uefi to see what a server does.',
			breaks:
				'uefi without UEFI firmware for VMs on this machine is refused; arm64 knows nothing else, whatever is set.',
		},
		choices: [
			{value: 'bios', title: 'BIOS', description: 'As most virtual machines start.'},
			{value: 'uefi', title: 'UEFI', description: 'As servers start, without Secure Boot.'},
		],
		default: 'bios',
		expert: true,
	}),
	bootTimeout: integer({
		group: 'machine',
		question: 'How long may the boot take?',
		help: {
			what: 'Seconds from power-on to the login prompt, boot menu included; five times as many without KVM.',
			why: 'A VM that hangs must not hold the run for ever.',
			safe: '300',
			breaks: 'Too short, and a slow machine fails a good image.',
		},
		min: 10,
		max: 86_400,
		unit: 'seconds',
		default: 300,
		expert: true,
	}),
	testTimeout: integer({
		group: 'machine',
		question: 'How long may the checks in the VM take?',
		help: {
			what: 'Seconds from the first command to the last result; five times as many without KVM.',
			why: 'A guest that hangs must not hold the run for ever.',
			safe: '120',
			breaks: 'Too short, and a slow machine fails a good image.',
		},
		min: 5,
		max: 86_400,
		unit: 'seconds',
		default: 120,
		expert: true,
	}),
} satisfies FieldSpecs;
