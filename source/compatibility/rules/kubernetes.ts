import {outputNames} from '../../settings/output-names.ts';
import {compareVersions} from '../../text/versions.ts';
import {isAtLeast, isBefore, knownPeVersion} from '../canvos-release-lines.ts';
import {ifKnown} from '../facts.ts';
import {forCanvos, type Rule} from '../rule.ts';

const canvosRules: readonly Rule[] = [
	{
		id: 'D16',
		severity: 'warning',
		keys: ['k8sDistribution', 'edgeAppliance'],
		judge: ({edgeAppliance, k8sDistribution}) =>
			edgeAppliance && k8sDistribution !== 'kubeadm'
				? `CanvOS installs no kernel headers for ${k8sDistribution}`
				: undefined,
		why: 'DOCA’s modules are compiled against them, so the overlay must find them itself.',
		hint: 'Choose kubeadm where you can.',
	},
	{
		id: 'D17',
		severity: 'error',
		keys: ['k8sVersion', 'k8sDistribution', 'canvosRef'],
		judge: ({k8sDistribution, k8sVersion, canvosRef}, {kubernetesVersions}) => {
			const listed = ifKnown(kubernetesVersions)?.[k8sDistribution];
			if (!listed) {
				// Without the release's own list, the one thing known of all of them.
				return k8sDistribution === 'kubeadm' && k8sVersion === '1.34.2' && isBefore(canvosRef, 'v4.8.10')
					? {message: `CanvOS ${canvosRef} has no Kubernetes 1.34.2`, hint: 'Take CanvOS v4.8.10 or newer.'}
					: undefined;
			}
			if (listed.includes(k8sVersion)) return undefined;
			return {
				message: `CanvOS ${canvosRef} has no ${k8sDistribution} ${k8sVersion}`,
				hint: `The nearest it has: ${nearest(k8sVersion, listed).join(', ')}.`,
			};
		},
		why: 'The binaries of each version come from a package that CanvOS published; others do not exist.',
		hint: 'Choose a version that the release lists.',
	},
	{
		id: 'D18',
		severity: 'warning',
		keys: ['peVersion', 'canvosRef'],
		judge: ({peVersion, canvosRef}, {earthfilePeVersion}) => {
			const written = ifKnown(earthfilePeVersion) ?? knownPeVersion(canvosRef);
			if (!written) return undefined;
			if (peVersion !== '' && peVersion !== written) {
				return `CanvOS ${canvosRef} is made for Palette Edge ${written}, not ${peVersion}`;
			}
			return /^v\d/.test(canvosRef) && written !== canvosRef
				? {
						message: `CanvOS ${canvosRef} names itself ${written}`,
						severity: 'info',
						hint: `The image tag and the profile will say ${written}.`,
					}
				: undefined;
		},
		why: 'Image tag, profile and agent are told apart by this version.',
		hint: 'Leave the Palette Edge version (PE_VERSION) empty.',
	},
	{
		id: 'D20',
		severity: 'warning',
		keys: ['bundleK8sAndAgentProvider', 'canvosRef'],
		judge: ({bundleK8sAndAgentProvider, canvosRef, osVersion, osDistribution}) =>
			!bundleK8sAndAgentProvider &&
			isAtLeast(canvosRef, 'v4.10.0') &&
			osDistribution === 'ubuntu' &&
			osVersion === '24.04'
				? 'the provider image will contain no Kubernetes'
				: undefined,
		why: 'Newer CanvOS then delivers Kubernetes and the agent as system extensions.',
		hint: 'Set BUNDLE_K8S_AND_AGENT_PROVIDER to true for a self-contained image.',
	},
	{
		id: 'D40',
		severity: 'warning',
		keys: ['forceInteractiveInstall', 'canvosRef'],
		judge: ({forceInteractiveInstall, canvosRef}) =>
			forceInteractiveInstall && isBefore(canvosRef, 'v4.8.8')
				? `CanvOS ${canvosRef} has no interactive installer in its boot menu`
				: undefined,
		why: 'The menu’s third entry came with v4.8.8.',
		hint: 'Take CanvOS v4.8.8 or newer.',
	},
];

/** Kubernetes, CanvOS release and tags. */
export const kubernetesRules: readonly Rule[] = [
	...forCanvos(canvosRules),
	{
		id: 'D21',
		severity: 'error',
		keys: ['customTag'],
		judge: settings => {
			if (settings.customTag === '') return 'the tag is empty';
			const [alias] = outputNames({...settings, peVersion: settings.peVersion || 'v00.00.00'}).platformAliases;
			const tag = alias.slice(alias.lastIndexOf(':') + 1);
			return tag.length > longestTag
				? `the image tag has ${tag.length} characters, ${longestTag} are allowed`
				: undefined;
		},
		why: 'Registries refuse longer tags, and Earthly adds _linux_ and the architecture to ours.',
		hint: 'Choose a shorter tag.',
	},
];

const longestTag = 128;

/** Up to three listed versions of the same minor release, else the newest. */
function nearest(version: string, listed: readonly string[]) {
	const minor = version.split('.').slice(0, 2).join('.');
	const newestFirst = listed.toSorted((a, b) => compareVersions(b, a));
	const same = newestFirst.filter(one => one.startsWith(`${minor}.`));
	return (same.length > 0 ? same : newestFirst).slice(0, 3);
}
