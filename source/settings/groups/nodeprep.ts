import {baseName} from '../../text/urls.ts';
import {docaRelease, releaseOfBundle} from '../doca-releases.ts';
import {integer, oneOf, text, yesNo} from '../field-kinds.ts';
import type {Choice, FieldSpecs, Help} from '../field-types.ts';
import {matching, optional} from '../text-rules.ts';

const functionsHelp = (cards: string): Help => ({
	what: `Number of SR-IOV virtual functions on each ${cards}; 0: none.`,
	why: 'Pods get their own network function by them.',
	safe: '0, or the number that the network operator’s policy expects.',
	breaks: 'Virtual functions need the IOMMU arguments in user-data.',
});

const linkTypes: readonly Choice<'1' | '2'>[] = [
	{value: '2', title: 'Ethernet', description: 'RoCE and ordinary networking'},
	{value: '1', title: 'InfiniBand', description: 'The fabric is InfiniBand'},
];

const linkHelp: Help = {
	what: 'Port type that nodeprep writes into the cards: 1 = InfiniBand, 2 = Ethernet.',
	why: 'The ports must speak what the switch speaks.',
	safe: '2, Ethernet, unless the fabric is InfiniBand.',
	breaks: 'The wrong type takes the link down after the reboot.',
};

/** What nodeprep does on the nodes: written as nodeprep-env.sh and into the profile, not part of the image. */
export const nodeprepFields = {
	bfbFw: text({
		group: 'nodeprep',
		title: 'NIC firmware of the bundle',
		question: 'Which NIC firmware is in the BlueField bundle?',
		help: {
			what: 'Firmware version that a card reports after flashing the bundle, such as 32.47.1088.',
			why: 'nodeprep compares it with the card to decide whether to flash.',
			safe: 'The version that belongs to the bundle.',
			breaks: 'A wrong version makes nodeprep flash at every start, or never.',
		},
		rule: optional(matching(/^\d+\.\d+\.\d+$/, 'a firmware version such as 32.47.1088')),
		pattern: '^([0-9]+\\.[0-9]+\\.[0-9]+)?$',
		// A stand-in bundle says the firmware of the release it stands in for.
		default: ({builder, docaVersion, bfbFile, bfbName}) =>
			(builder === 'rehearsal' ? docaRelease(docaVersion) : releaseOfBundle(baseName(bfbFile || bfbName)))?.firmware ??
			'',
		defaultText: 'the one of the bundle, where it is known',
		expert: true,
	}),
	numvfEw: integer({
		group: 'nodeprep',
		title: 'VFs per east-west card',
		question: 'How many virtual functions on each east-west card?',
		help: functionsHelp('SuperNIC and ConnectX card'),
		min: 0,
		max: 255,
		default: 0,
		expert: true,
	}),
	numvfNs: integer({
		group: 'nodeprep',
		title: 'VFs per north-south DPU',
		question: 'How many virtual functions on each north-south DPU?',
		help: functionsHelp('DPU'),
		min: 0,
		max: 255,
		default: 0,
		expert: true,
	}),
	linktypeEw: oneOf({
		group: 'nodeprep',
		title: 'Port type, east-west',
		question: 'Which port type do east-west cards have?',
		help: linkHelp,
		choices: linkTypes,
		default: '2',
		expert: true,
	}),
	linktypeNs: oneOf({
		group: 'nodeprep',
		title: 'Port type, north-south',
		question: 'Which port type do north-south DPUs have?',
		help: linkHelp,
		choices: linkTypes,
		default: '2',
		expert: true,
	}),
	rocecc: yesNo({
		group: 'nodeprep',
		title: 'Adaptive routing and congestion control',
		question: 'Switch on adaptive routing and programmable congestion control?',
		help: {
			what: 'Sets ROCE_ADAPTIVE_ROUTING_EN and USER_PROGRAMMABLE_CC on the cards.',
			why: 'Spectrum-X fabrics rely on both.',
			safe: 'no, unless the switches are set up for it.',
			breaks: 'With switches that do not expect it, packets arrive out of order and throughput drops.',
		},
		default: false,
		expert: true,
	}),
	controldpu: yesNo({
		group: 'nodeprep',
		title: 'Flash and configure DPUs',
		question: 'May nodeprep flash and configure DPUs?',
		help: {
			what: 'Lets nodeprep write firmware and configuration of north-south DPUs too.',
			why: 'DPUs are often managed by another team or system.',
			safe: 'no',
			breaks: 'Flashing replaces the operating system on the DPU.',
		},
		default: false,
		expert: true,
	}),
	dpuoffload: oneOf({
		group: 'nodeprep',
		title: 'DPU mode',
		question: 'In which mode do DPUs run?',
		help: {
			what: 'INTERNAL_CPU_OFFLOAD_ENGINE of the DPU: 0 = DPU mode, 1 = NIC mode.',
			why: 'In NIC mode the card behaves as an ordinary network card.',
			safe: '0, the mode in which DPUs are delivered.',
			breaks: 'Services on the DPU’s own processors stop in NIC mode.',
		},
		choices: [
			{value: '0', title: 'DPU mode', description: 'The card’s own processors are in control'},
			{value: '1', title: 'NIC mode', description: 'An ordinary network card'},
		],
		default: '0',
		expert: true,
	}),
	disableAcs: yesNo({
		group: 'nodeprep',
		title: 'PCI access control off',
		question: 'Switch PCI access control services off?',
		help: {
			what: 'Clears ACS on every PCI function after each boot.',
			why: 'GPUs and cards then talk to each other directly, which GPUDirect is faster with.',
			safe: 'no',
			breaks: 'Devices are no longer isolated from each other by the IOMMU.',
		},
		default: false,
		expert: true,
	}),
	cpDelay: integer({
		group: 'nodeprep',
		title: 'Wait of a control-plane node',
		question: 'How long does a control-plane node wait untainted?',
		help: {
			what: 'Seconds in which pods may settle on a new control-plane node before its taint returns.',
			why: 'The cluster’s own components must start somewhere.',
			safe: '60',
			breaks: 'Too short, and the first node never becomes ready.',
		},
		min: 0,
		max: 3600,
		unit: 'seconds',
		default: 60,
		expert: true,
	}),
} satisfies FieldSpecs;
