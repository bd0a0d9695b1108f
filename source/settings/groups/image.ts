import {oneOf, quote, text, yesNo} from '../field-kinds.ts';
import type {FieldSpecs, Parsed} from '../field-types.ts';
import type {Settings} from '../settings.ts';
import {matching} from '../text-rules.ts';

const calledLeap = 'CanvOS builds openSUSE Leap, which it calls opensuse-leap.';

/** What is built: builder, edge or standard, operating system, Kubernetes. */
export const imageFields = {
	builder: oneOf({
		group: 'image',
		title: 'Builder',
		question: 'Which builder makes the image?',
		help: {
			what: 'CanvOS is the real build; the rehearsal makes a small look-alike of this machine’s own distribution.',
			why: 'A rehearsal goes through every step in minutes, without Docker, accounts or downloads from NVIDIA.',
			safe: 'rehearsal: about 4 GB of disk, no Docker and no account; packages that are missing are named, and installed after a yes.',
			breaks: 'A rehearsal image carries stand-ins instead of drivers and firmware: it is for practice, not for nodes.',
		},
		choices: [
			{
				value: 'rehearsal',
				title: 'Rehearsal',
				description: 'Minutes, no Docker: this distribution with stand-ins for NVIDIA’s packages',
			},
			{
				value: 'canvos',
				title: 'CanvOS',
				description: 'The real edge image by Earthly in Docker: 20 to 90 minutes, 30 to 150 GB of disk',
			},
		],
		default: 'rehearsal',
		sharedName: true,
	}),
	edgeAppliance: yesNo({
		group: 'image',
		title: 'Edge appliance',
		question: 'Build an edge appliance with DOCA, BlueField firmware and node preparation?',
		help: {
			what: 'An edge appliance has NVIDIA DOCA, the BlueField bundle and nodeprep baked in; a standard image has none of them.',
			why: 'Immutable nodes cannot install drivers later, so hosts with BlueField or ConnectX cards need them in the image.',
			safe: 'yes for hosts with NVIDIA networking, no for all others.',
			breaks:
				'A standard image on a BlueField host has no drivers and no nodeprep; an edge image elsewhere is larger for nothing.',
		},
		default: true,
	}),
	osDistribution: oneOf({
		group: 'image',
		title: 'Distribution',
		question: 'Which Linux distribution?',
		help: {
			what: 'The distribution of the image’s base.',
			why: 'CanvOS picks the base image by this name; DOCA packages are installed on Ubuntu only.',
			safe: 'For CanvOS ubuntu, which DOCA is made for. A rehearsal has this machine’s own and no other.',
			breaks: 'An edge appliance on another distribution has no DOCA; rhel and sles need a base image of your own.',
		},
		choices: [
			{value: 'ubuntu', title: 'Ubuntu', description: 'The one that edge appliances support'},
			{value: 'opensuse-leap', title: 'openSUSE Leap', description: 'Standard images only'},
			{
				value: 'rhel',
				title: 'Red Hat Enterprise Linux',
				description: 'Standard images only, with a base image of your own',
			},
			{
				value: 'sles',
				title: 'SUSE Linux Enterprise Server',
				description: 'Standard images only, with a base image of your own',
			},
			{value: 'debian', title: 'Debian', description: 'Rehearsal only, on a Debian machine'},
		],
		// CanvOS's folder hadron came with v4.10.0-rc.2; v4.10.0 itself was made without it.
		elsewhere: {
			opensuse: calledLeap,
			leap: calledLeap,
			suse: `${calledLeap} SUSE Linux Enterprise Server is sles.`,
			hadron:
				'Among CanvOS’s versions only main and the candidates from v4.10.0-rc.2 on know Hadron, no release up to v4.10.0. It is not built here.',
		},
		default: ({builder}, machine) => (builder === 'rehearsal' ? rehearsalDistribution(machine.osId) : 'ubuntu'),
		defaultText: 'ubuntu; for a rehearsal this machine’s own',
		arg: 'OS_DISTRIBUTION',
	}),
	osVersion: text({
		group: 'image',
		title: 'Version of the distribution',
		question: 'Which version of the distribution?',
		help: {
			what: 'The full version number, such as 24.04.',
			why: 'Base image, DOCA packages, compiler and kernel packages are chosen by it.',
			safe: 'For CanvOS 24.04, or 22.04 where a node needs the older kernel. A rehearsal has this machine’s own and no other.',
			breaks: 'A short form such as 24 names a base image and a package folder that do not exist.',
		},
		rule: matching(/^[0-9]+(\.[0-9]+)*$|^[a-z]+$/, 'a version such as 24.04'),
		pattern: '^[0-9]+(\\.[0-9]+)*$',
		normalise: fullVersion,
		default: ({builder, osDistribution}, machine) =>
			builder === 'rehearsal' && machine.osVersion !== '' ? machine.osVersion : usualVersion[osDistribution],
		defaultText: '24.04 for Ubuntu; for a rehearsal this machine’s own',
		arg: 'OS_VERSION',
	}),
	k8sDistribution: oneOf({
		group: 'image',
		title: 'Kubernetes distribution',
		question: 'Which Kubernetes distribution?',
		help: {
			what: 'The Kubernetes that is built into the provider image.',
			why: 'The cluster profile in Palette must name the same one.',
			safe: 'What your clusters have already; else kubeadm, for which CanvOS installs the kernel headers that DOCA’s modules need.',
			breaks: 'Another distribution than the profile’s makes nodes fail to join their cluster.',
		},
		choices: [
			{value: 'kubeadm', title: 'kubeadm', description: 'Upstream Kubernetes, called Palette eXtended Kubernetes'},
			{value: 'kubeadm-fips', title: 'kubeadm (FIPS)', description: 'The same with FIPS-validated cryptography'},
			{value: 'k3s', title: 'K3s', description: 'Small, one binary'},
			{value: 'rke2', title: 'RKE2', description: 'Rancher’s hardened distribution'},
			{value: 'nodeadm', title: 'nodeadm', description: 'Amazon EKS hybrid nodes'},
			{value: 'canonical', title: 'Canonical Kubernetes', description: 'Canonical’s distribution'},
		],
		default: 'kubeadm',
		arg: 'K8S_DISTRIBUTION',
	}),
	k8sVersion: text({
		group: 'image',
		title: 'Kubernetes version',
		question: 'Which Kubernetes version?',
		help: {
			what: 'Major, minor and patch number.',
			why: 'It is part of the image’s name, and the profile in Palette substitutes its own version there.',
			safe: 'What your clusters have already; else the newest that the CanvOS release lists.',
			breaks:
				'A version that the CanvOS release does not list cannot be built; an empty one would build more than fifty images.',
		},
		rule: value => kubernetesVersion(value.replace(/^v(?=\d)/, '')),
		pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$',
		default: '1.34.2',
		arg: 'K8S_VERSION',
	}),
	arch: oneOf({
		group: 'image',
		title: 'Architecture',
		question: 'For which processor architecture?',
		help: {
			what: 'The architecture of the hosts that will boot the image.',
			why: 'The packages and the base image are chosen by it.',
			safe: 'For CanvOS amd64. A rehearsal has this machine’s own and no other.',
			breaks: 'An edge appliance cannot be built for arm64: only NVIDIA’s x86_64 repositories are wired up.',
		},
		choices: [
			{value: 'amd64', title: 'amd64', description: 'Intel and AMD processors'},
			{value: 'arm64', title: 'arm64', description: 'Arm processors; standard images and rehearsals'},
		],
		spellings: {x86_64: 'amd64', 'x86-64': 'amd64', x64: 'amd64', aarch64: 'arm64', 'arm64/v8': 'arm64'},
		default: ({builder}, machine) => (builder === 'rehearsal' ? machine.arch : 'amd64'),
		defaultText: 'amd64; for a rehearsal this machine’s own',
		arg: 'ARCH',
		sharedName: true,
		expert: true,
	}),
} satisfies FieldSpecs;

const kubernetesVersion = matching(
	/^\d+\.\d+\.\d+$/,
	'a Kubernetes version such as 1.34.2',
	'Write major, minor and patch number, for example 1.34.2.',
);

const rehearsalDistribution = (osId: string): Settings['osDistribution'] => (osId === 'ubuntu' ? 'ubuntu' : 'debian');

const usualVersion: Record<Settings['osDistribution'], string> = {
	ubuntu: '24.04',
	debian: '12',
	'opensuse-leap': '15.6',
	rhel: '9',
	sles: '15.6',
};

const codenames: Record<string, {osDistribution: Settings['osDistribution']; version: string}> = {
	focal: {osDistribution: 'ubuntu', version: '20.04'},
	jammy: {osDistribution: 'ubuntu', version: '22.04'},
	noble: {osDistribution: 'ubuntu', version: '24.04'},
	bookworm: {osDistribution: 'debian', version: '12'},
	trixie: {osDistribution: 'debian', version: '13'},
};

// Only even years have the long-term release that a bare year can mean.
const ubuntuYears = ['20', '22', '24'];

function fullVersion(value: string, {osDistribution}: Settings): Parsed<string> {
	const codename = codenames[value];
	if (codename) {
		return codename.osDistribution === osDistribution
			? {value: codename.version, note: `${value} is written ${codename.version}`}
			: {
					problem: `${quote(value)} is a release of ${codename.osDistribution}, but the distribution is ${osDistribution}`,
				};
	}
	if (/^[a-z]/.test(value)) {
		return {problem: `${quote(value)} is not a release that is known`, hint: 'Write the number, for example 24.04.'};
	}
	if (osDistribution === 'ubuntu' && ubuntuYears.includes(value)) {
		return {value: `${value}.04`, note: `${value} is taken as ${value}.04`};
	}
	return {value};
}
