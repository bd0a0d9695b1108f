import {oneOf} from '../field-kinds.ts';
import type {FieldSpecs, Help} from '../field-types.ts';
import {imageReference, matching, optional, registry} from '../text-rules.ts';
import {switchOf, textOf} from './canvos-option-kinds.ts';

const version = optional(matching(/^v?\d+(\.\d+)*([.-][A-Za-z0-9]+)*$/, 'a version number'));

const mirrorHelp = (what: string): Help => ({
	what: `${what}; empty: CanvOS’s own.`,
	why: 'A private mirror can serve what CanvOS pulls.',
	safe: 'empty',
	breaks: 'An incomplete mirror fails at the first image it lacks.',
});

const versionHelp = (what: string): Help => ({
	what: `${what}; empty: the one that the CanvOS release names.`,
	why: 'For a release that needs another one.',
	safe: 'empty',
	breaks: 'A version that is not published fails the build.',
});

/** Options of CanvOS about the parts an image is put together from, and where they come from. */
export const upstreamPartFields = {
	baseImage: textOf({
		title: 'Base image of your own',
		question: 'Is there a base image of your own?',
		help: {
			what: 'Image reference that replaces CanvOS’s base; empty: none.',
			why: 'rhel and sles have no public base.',
			safe: 'empty',
			breaks: 'It wins over distribution and version, which then only name the result.',
		},
		rule: optional(imageReference),
		defaultText: undefined,
		arg: 'BASE_IMAGE',
	}),
	bundleK8sAndAgentProvider: switchOf({
		title: 'Kubernetes in the provider image',
		question: 'Put Kubernetes and the agent into the provider image?',
		help: {
			what: 'Newer CanvOS can deliver them as system extensions instead.',
			why: 'A self-contained image works without them.',
			safe: 'yes',
			breaks: 'Without it, images of CanvOS v4.10.3 and newer on Ubuntu 24.04 contain no Kubernetes.',
		},
		default: true,
		arg: 'BUNDLE_K8S_AND_AGENT_PROVIDER',
	}),
	installNvidiaGpuDrivers: switchOf({
		title: 'GPU drivers',
		question: 'Install NVIDIA’s GPU drivers?',
		help: {
			what: 'CanvOS’s own GPU driver step (newest CanvOS only).',
			why: 'GPU hosts without the GPU operator’s driver container.',
			safe: 'no',
			breaks: 'Older releases ignore it.',
		},
		arg: 'INSTALL_NVIDIA_GPU_DRIVERS',
	}),
	nvidiaDriverBranch: textOf({
		title: 'GPU driver branch',
		question: 'Which GPU driver branch?',
		help: versionHelp('Driver branch such as 580'),
		rule: optional(matching(/^\d{3}$/, 'a driver branch such as 580')),
		arg: 'NVIDIA_DRIVER_BRANCH',
	}),
	nvidiaDriverType: oneOf({
		group: 'upstream',
		title: 'GPU driver modules',
		question: 'Which kind of GPU driver?',
		help: {
			what: 'Open or proprietary kernel modules.',
			why: 'Newer GPUs need the open ones, the oldest the proprietary.',
			safe: 'open',
			breaks: 'The wrong kind finds no GPU.',
		},
		choices: [
			{value: 'open', title: 'open', description: 'Turing and newer; required from Blackwell on'},
			{value: 'proprietary', title: 'proprietary', description: 'GPUs before Turing'},
		],
		default: 'open',
		arg: 'NVIDIA_DRIVER_TYPE',
		builders: ['canvos'],
		expert: true,
	}),
	spectroPubRepo: textOf({
		title: 'Repository of Spectro Cloud’s images',
		question: 'Which repository serves Spectro Cloud’s images?',
		help: mirrorHelp('Registry and path of the public images'),
		rule: optional(registry),
		arg: 'SPECTRO_PUB_REPO',
	}),
	spectroLuetRepo: textOf({
		title: 'Repository of luet packages',
		question: 'Which repository serves luet packages?',
		help: mirrorHelp('Registry and path of the luet packages'),
		rule: optional(registry),
		arg: 'SPECTRO_LUET_REPO',
	}),
	kairosBaseImageUrl: textOf({
		title: 'Repository of Kairos base images',
		question: 'Which repository serves Kairos base images?',
		help: mirrorHelp('Registry and path of the Kairos base images'),
		rule: optional(registry),
		arg: 'KAIROS_BASE_IMAGE_URL',
	}),
	spectroThirdPartyImage: textOf({
		title: 'Third-party tools image',
		question: 'Which third-party image?',
		help: mirrorHelp('Reference of the third-party tools image'),
		rule: optional(imageReference),
		arg: 'SPECTRO_THIRD_PARTY_IMAGE',
	}),
	drbdVersion: textOf({
		title: 'DRBD version',
		question: 'Which DRBD version?',
		help: versionHelp('DRBD for the Piraeus pack'),
		rule: version,
		arg: 'DRBD_VERSION',
	}),
	etcdVersion: textOf({
		title: 'etcd version',
		question: 'Which etcd version?',
		help: versionHelp('etcd'),
		rule: version,
		arg: 'ETCD_VERSION',
	}),
	kineVersion: textOf({
		title: 'kine version',
		question: 'Which kine version?',
		help: versionHelp('kine'),
		rule: version,
		arg: 'KINE_VERSION',
	}),
} satisfies FieldSpecs;
