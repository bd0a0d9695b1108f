import {text} from '../field-kinds.ts';
import type {FieldSpecs} from '../field-types.ts';
import {optional, plain, relativePath} from '../text-rules.ts';
import {switchOf, textOf} from './canvos-option-kinds.ts';

/** Options of CanvOS about how an image behaves. */
export const upstreamFields = {
	updateKernel: switchOf({
		title: 'Kernel upgrade',
		question: 'Upgrade the kernel during the build?',
		help: {
			what: 'Lets CanvOS install the newest kernel of the release.',
			why: 'For standard images that need newer hardware support.',
			safe: 'no: the base image’s kernel stays.',
			breaks: 'DOCA’s modules may not compile for the newer kernel.',
		},
		arg: 'UPDATE_KERNEL',
	}),
	clusterconfig: textOf({
		title: 'Exported cluster configuration',
		question: 'Which exported cluster configuration goes into the ISO?',
		help: {
			what: 'File of this folder that is copied into the CanvOS folder; the usual name may be missing, any other may not.',
			why: 'Air-gapped sites install a whole cluster from it.',
			safe: 'spc.tgz, which does nothing when there is no such file.',
			breaks: 'A path outside this folder cannot be copied.',
		},
		path: {kind: 'file', copied: true},
		rule: optional(relativePath),
		default: 'spc.tgz',
		defaultText: undefined,
		arg: 'CLUSTERCONFIG',
	}),
	cisHardening: switchOf({
		title: 'CIS hardening',
		question: 'Apply the CIS hardening of CanvOS?',
		help: {
			what: 'Runs CanvOS’s hardening script in the image.',
			why: 'Some sites require the CIS benchmark.',
			safe: 'no, unless required.',
			breaks: 'Stricter defaults can stop software that relied on the loose ones.',
		},
		arg: 'CIS_HARDENING',
	}),
	edgeCustomConfig: textOf({
		title: 'Edge custom configuration',
		question: 'Which edge custom configuration file?',
		help: {
			what: 'File of this folder that is copied into the CanvOS folder; the usual name may be missing, any other may not.',
			why: 'It carries signing keys for air-gapped content.',
			safe: '.edge-custom-config.yaml',
			breaks: 'Content signed with another key is refused on the node.',
		},
		path: {kind: 'file', copied: true},
		rule: optional(relativePath),
		default: '.edge-custom-config.yaml',
		defaultText: undefined,
		arg: 'EDGE_CUSTOM_CONFIG',
	}),
	forceInteractiveInstall: switchOf({
		title: 'Interactive installer first',
		question: 'Start the interactive installer by default?',
		help: {
			what: 'Makes the third entry of the boot menu the default.',
			why: 'For installations with a person in front of the machine.',
			safe: 'no',
			breaks: 'Unattended installations wait for somebody; before CanvOS v4.8.8 it has no effect.',
		},
		arg: 'FORCE_INTERACTIVE_INSTALL',
	}),
	isUki: switchOf({
		title: 'Unified kernel image',
		question: 'Build a unified kernel image for trusted boot?',
		help: {
			what: 'One signed EFI file with kernel, initrd and system.',
			why: 'Secure Boot with full disk encryption.',
			safe: 'no',
			breaks: 'An edge appliance is far too large for one EFI file.',
		},
		arg: 'IS_UKI',
	}),
	fipsEnabled: switchOf({
		title: 'FIPS components',
		question: 'Use FIPS-validated components?',
		help: {
			what: 'Takes base images and binaries of the FIPS line.',
			why: 'Government requirements.',
			safe: 'no, unless required.',
			breaks: 'It cannot be combined with a kernel upgrade.',
		},
		arg: 'FIPS_ENABLED',
	}),
	twoNode: switchOf({
		title: 'Two-node high availability',
		question: 'Build for two-node high availability?',
		help: {
			what: 'Adds the components of Palette’s two-node clusters.',
			why: 'Clusters of exactly two hosts.',
			safe: 'no',
			breaks: 'Made for k3s; untested with an edge appliance.',
		},
		arg: 'TWO_NODE',
	}),
	isMaas: switchOf({
		title: 'For MAAS',
		question: 'Build for MAAS deployment?',
		help: {
			what: 'Prepares the installer image for MAAS.',
			why: 'Hosts that MAAS deploys.',
			safe: 'no',
			breaks: 'It changes the installer image’s name, and node preparation differs on mutable hosts.',
		},
		arg: 'IS_MAAS',
	}),
	ubuntuProAttach: switchOf({
		title: 'Ubuntu Pro',
		question: 'Attach Ubuntu Pro during the build?',
		help: {
			what: 'Uses an Ubuntu Pro token while packages are installed (CanvOS v4.10 and newer).',
			why: 'Security updates of Ubuntu Pro.',
			safe: 'no',
			breaks: 'It needs the token in UBUNTU_PRO_KEY.',
		},
		arg: 'UBUNTU_PRO_ATTACH',
	}),
	ubuntuProKey: {
		...text({
			group: 'upstream',
			title: 'Ubuntu Pro token',
			question: 'Which Ubuntu Pro token?',
			help: {
				what: 'Token of your Ubuntu Pro subscription.',
				why: 'Needed to attach Ubuntu Pro.',
				safe: 'Give it in the environment as UBUNTU_PRO_KEY; it is never saved or shown.',
				breaks: 'Before CanvOS v4.10 a token becomes part of the build’s metadata.',
			},
			rule: optional(secretToken),
			default: '',
			builders: ['canvos'],
			expert: true,
		}),
		secret: true,
	},
	disableSelinux: switchOf({
		title: 'SELinux disabled',
		question: 'Disable SELinux?',
		help: {
			what: 'Passes selinux=0 to the kernel.',
			why: 'CanvOS’s images are not labelled for SELinux.',
			safe: 'yes',
			breaks: 'With SELinux on, services of the image may be denied.',
		},
		default: true,
		arg: 'DISABLE_SELINUX',
	}),
	debug: {
		...switchOf({
			title: 'Debugging tools',
			question: 'Build with debugging tools?',
			help: {
				what: 'CanvOS’s DEBUG switch.',
				why: 'Finding faults in the agent.',
				safe: 'no',
				breaks: 'Larger images with more in them than production should have.',
			},
			arg: 'DEBUG',
		}),
		// DEBUG=… in the environment is meant for any program but this one.
		notFromEnvironment: true,
	},
} satisfies FieldSpecs;

/** Complaints about a token must not repeat it. */
function secretToken(value: string) {
	return /^[A-Za-z0-9_-]+$/.test(value) && 'value' in plain(value)
		? {value}
		: {problem: 'the token contains something else than letters, digits, - and _'};
}
