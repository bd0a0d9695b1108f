import type {Settings} from '../../settings/settings.ts';
import {configurationFiles, nfsOverRdmaFile} from './configuration-files.ts';
import {type Expectation, equals, fail, pass, type Where, warn, words} from './expectation-type.ts';
import {installedArguments} from './kernel-arguments.ts';

/** What holds with and without an edge appliance, in an image and in the booted system. */
export const everyImage = (settings: Settings, where: Where): Expectation[] => [
	{
		id: 'place',
		title: where === 'live' ? 'The booted system answers' : 'The image answers',
		why: 'Answers of another system would say nothing about this one.',
		needs: ['where'],
		verdictOn: equals('where', where),
	},
	{
		id: 'base-os',
		title: 'Base system',
		why: 'Drivers and packages are built for one release.',
		hint: 'Check OS_DISTRIBUTION, OS_VERSION and BASE_IMAGE, and build again.',
		needs: ['os'],
		verdictOn: equals('os', `${settings.osDistribution} ${settings.osVersion}`),
	},
	{
		id: 'kairos',
		title: 'Kairos marker /etc/kairos',
		why: 'nodeprep and the agent tell an immutable system by this folder.',
		hint: 'The base image is not a Kairos image: check BASE_IMAGE.',
		needs: ['kairos'],
		verdictOn: equals('kairos', 'yes'),
	},
	{
		id: 'kairos-name',
		title: 'KAIROS_NAME',
		why: 'Upgrades tell images apart by it.',
		needs: ['kairos-name'],
		verdictOn: olderReleasesLack('kairos-name', `kairos-core-${settings.osDistribution}-${settings.osVersion}`),
	},
	{
		id: 'kairos-label',
		title: 'KAIROS_IMAGE_LABEL',
		why: 'It names release and architecture to whoever lists the images of a node.',
		needs: ['kairos-label'],
		verdictOn: olderReleasesLack('kairos-label', `${settings.osVersion}-standard-${settings.arch}-generic`),
	},
	{
		id: 'kernel-count',
		title: 'One kernel',
		why: 'With several, modules and initrd may belong to another kernel than the one that boots.',
		hint: 'Look in the build log for what installed the other kernel or its headers.',
		needs: ['kernels'],
		verdictOn: ({kernels}) => {
			const found = words(kernels);
			return found.length === 1 ? pass(found[0]) : fail(found.length === 0 ? 'none' : found.join(', '));
		},
	},
	{
		id: 'modules-dep',
		title: 'Module index of the kernel',
		why: 'Without modules.dep no driver is loaded at boot.',
		hint: 'depmod did not run for this kernel: see the build log.',
		needs: ['kernel', 'modules-dep'],
		verdictOn: facts =>
			facts['modules-dep'] === 'yes'
				? pass(facts.kernel)
				: fail(`modules.dep of ${facts.kernel || 'any kernel'} is missing`),
	},
	...configurationFiles,
	nfsOverRdmaFile(settings),
	...installedArguments(settings),
];

// CanvOS writes KAIROS_NAME from v4.7.13 on and KAIROS_IMAGE_LABEL from v4.8.8 on.
function olderReleasesLack(fact: 'kairos-name' | 'kairos-label', wanted: string): Expectation['verdictOn'] {
	return facts =>
		facts[fact] === '' ? warn('not set', 'Older CanvOS releases do not set it.') : equals(fact, wanted)(facts);
}

/** The Kubernetes that a node runs from this image. */
export function kubernetes(settings: Settings): Expectation[] {
	// A rehearsal has no Kubernetes: there is nothing to stand in for.
	if (settings.builder === 'rehearsal') return [];
	const wanted = {
		kubeadm: ['kubeadm', 'kubelet'],
		'kubeadm-fips': ['kubeadm', 'kubelet'],
		k3s: ['k3s'],
		rke2: ['rke2'],
		nodeadm: ['nodeadm'],
		canonical: [],
	}[settings.k8sDistribution];
	return [
		{
			id: 'kubernetes',
			title: 'Kubernetes binaries',
			why: 'A node that boots this image runs Kubernetes from it.',
			hint: 'Set BUNDLE_K8S_AND_AGENT_PROVIDER=true, or deliver Kubernetes as a system extension.',
			needs: ['kube'],
			verdictOn({kube}) {
				const missing = wanted.filter(name => !words(kube).includes(name));
				if (missing.length === 0) return wanted.length === 0 ? warn('not looked for in this distribution') : pass(kube);
				return settings.bundleK8sAndAgentProvider
					? fail(`missing: ${missing.join(', ')}`)
					: warn('not in the image: they come as a system extension (BUNDLE_K8S_AND_AGENT_PROVIDER is false)');
			},
		},
	];
}
