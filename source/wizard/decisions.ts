import type {Help} from '../settings/field-types.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';

/** What a person decides on the way to a build, in this order; everything else has a default and stands in the settings. */
export type Decision = {
	id: DecisionId;
	/** In the rail. */
	title: string;
	/** Ends in "?". */
	question: string;
	help: Help;
	/** The settings that its answer is. */
	keys: readonly SettingKey[];
	/** The setting that may also be typed, where the choices are only what is known. */
	own?: SettingKey;
	/** Settings that are filled in beside each other, instead of choices. */
	fields?: readonly SettingKey[];
	/** Whether it applies; what doesn't is not shown. */
	when(settings: Settings): boolean;
};
export type DecisionId = 'what' | 'system' | 'kubernetes' | 'version' | 'firmware' | 'image';

const always = () => true;

export const decisions: readonly Decision[] = [
	{
		id: 'what',
		title: 'What',
		question: 'What do you want to make?',
		help: {
			what: 'An image for edge hosts, or a rehearsal of making one.',
			why: 'Immutable hosts cannot install drivers later, so hosts with BlueField or ConnectX cards need them in the image.',
			safe: 'Rehearse first: it goes through every step in minutes, and Clean up removes what it leaves.',
			breaks:
				'A standard image on a BlueField host has no drivers; the image of a rehearsal is for practice, not for hosts.',
		},
		keys: ['builder', 'edgeAppliance'],
		when: always,
	},
	{
		id: 'system',
		title: 'System',
		question: 'Which system does the image have?',
		help: {
			what: 'Distribution and version of the image’s base.',
			why: 'Kernel, DOCA packages and the base image of CanvOS follow from it.',
			safe: 'Ubuntu 24.04, which DOCA is made for. A rehearsal has this machine’s own system and no other.',
			breaks: 'DOCA for another release installs, and then its modules do not compile.',
		},
		keys: ['osDistribution', 'osVersion'],
		when: always,
	},
	{
		id: 'kubernetes',
		title: 'Kubernetes',
		question: 'Which Kubernetes?',
		help: {
			what: 'The distribution of Kubernetes in the image.',
			why: 'The cluster profile in Palette must name the same.',
			safe: 'What your clusters have already; else kubeadm.',
			breaks: 'A host with another distribution cannot join.',
		},
		keys: ['k8sDistribution'],
		when: always,
	},
	{
		id: 'version',
		title: 'Version',
		question: 'Which Kubernetes version?',
		help: {
			what: 'The version of Kubernetes in the image.',
			why: 'Nodes and control plane must be within one minor version, and the cluster profile must name the same.',
			safe: 'What your clusters have already; else the newest that the CanvOS release lists.',
			breaks: 'A version that the release does not list fails in the middle of the build.',
		},
		keys: ['k8sVersion'],
		own: 'k8sVersion',
		when: always,
	},
	{
		id: 'firmware',
		title: 'Firmware',
		question: 'Where do DOCA and the BlueField bundle come from?',
		help: {
			what: 'NVIDIA’s package for the host, and the bundle for the cards. A rehearsal has small stand-ins for both.',
			why: 'Kept in redist/, they are fetched once, checked, and used by every build.',
			safe: 'Download, or the stand-ins of a rehearsal: names, versions and checks follow from the DOCA release.',
			breaks: 'Files of different releases, or for another Ubuntu, fail late or not until the cards are flashed.',
		},
		keys: ['firmware', 'docaDebFile', 'bfbFile'],
		when: ({edgeAppliance}) => edgeAppliance,
	},
	{
		id: 'image',
		title: 'Image',
		question: 'What is the image called?',
		help: {
			what: 'Registry, repository and tag of the provider image, which nodes pull.',
			why: 'The reference stands in the cluster profile.',
			safe: 'A registry of your own (a rehearsal stays on this machine), and a tag that says what this build is for.',
			breaks:
				'The same reference again replaces the earlier image; nodes cannot pull from a registry they do not reach.',
		},
		keys: ['imageRegistry', 'imageRepo', 'customTag'],
		fields: ['imageRegistry', 'imageRepo', 'customTag'],
		when: always,
	},
];

/** The decisions that there are to make with these settings. */
export const decisionsFor = (settings: Settings): readonly Decision[] => decisions.filter(({when}) => when(settings));

/** The decision of that id. */
export const decisionOf = (id: DecisionId): Decision => decisions.find(decision => decision.id === id) as Decision;
