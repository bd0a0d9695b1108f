import {choiceTitle} from '../../settings/fields.ts';
import {rehearsalRefusal} from '../rehearsable.ts';
import {forCanvos, forEdge, type Rule} from '../rule.ts';

/** How signing keys are made, and where they are looked for. */
export const signingKeysHint =
	'Make them in a clone of CanvOS by `./earthly.sh +uki-genkey --MY_ORG="Your organisation"`, then copy its folder secure-boot into this workspace.';

const ubuntuReleases = ['22.04', '24.04'];

const edgeRules: readonly Rule[] = [
	{
		id: 'D01',
		severity: 'error',
		keys: ['osDistribution', 'edgeAppliance'],
		judge: ({osDistribution}) =>
			osDistribution === 'ubuntu'
				? undefined
				: `an edge appliance cannot be built on ${choiceTitle('osDistribution', osDistribution) ?? osDistribution}`,
		why: 'NVIDIA’s DOCA packages are installed on Ubuntu only.',
		hint: 'Choose Ubuntu, or a standard image.',
	},
	{
		id: 'D02',
		severity: 'error',
		keys: ['osVersion', 'osDistribution', 'edgeAppliance'],
		judge: ({osDistribution, osVersion}) =>
			osDistribution !== 'ubuntu' || ubuntuReleases.includes(osVersion)
				? undefined
				: `there is no edge appliance for Ubuntu ${osVersion}`,
		why: 'DOCA’s repositories and the kernel packages exist for 22.04 and 24.04.',
		hint: 'Choose 24.04 or 22.04.',
	},
	{
		id: 'D03',
		severity: 'error',
		keys: ['arch', 'edgeAppliance'],
		judge: ({arch}) => (arch === 'amd64' ? undefined : 'an edge appliance cannot be built for arm64'),
		why: 'NVIDIA’s repositories for Arm servers have another layout, which is not wired up.',
		hint: 'Choose amd64, or a standard image.',
	},
	{
		id: 'D04',
		severity: 'error',
		keys: ['isUki', 'edgeAppliance'],
		judge: ({isUki}) => (isUki ? 'an edge appliance does not fit into a unified kernel image' : undefined),
		why: 'The image has about 7 GB, and EFI files work up to about 1 GB.',
		hint: 'Leave the unified kernel image off, or build a standard image.',
	},
	{
		id: 'D05',
		severity: 'error',
		keys: ['updateKernel', 'edgeAppliance'],
		judge: ({updateKernel}) => (updateKernel ? 'the kernel of an edge appliance cannot be upgraded' : undefined),
		why: 'DOCA’s modules often do not compile for the newest kernel.',
		hint: 'Leave the kernel as the base image has it.',
	},
];

const imageRules: readonly Rule[] = [
	{
		id: 'D02',
		severity: 'error',
		keys: ['osVersion', 'osDistribution'],
		judge: ({osDistribution, osVersion, edgeAppliance, baseImage}) =>
			// Edge appliances have a stricter rule of the same number.
			edgeAppliance || osDistribution !== 'ubuntu' || baseImage !== '' || /^\d\d\.04$/.test(osVersion)
				? undefined
				: `there is no base image for Ubuntu ${osVersion}`,
		why: 'CanvOS names its base image by the full version of a long-term release.',
		hint: 'Write the full version, for example 24.04.',
	},
	{
		id: 'D06',
		severity: 'error',
		keys: ['updateKernel', 'fipsEnabled'],
		judge: ({updateKernel, fipsEnabled}) =>
			updateKernel && fipsEnabled ? 'a FIPS image’s kernel cannot be upgraded' : undefined,
		why: 'Only the kernel of the FIPS base is validated; CanvOS stops from v4.9.10 on.',
		hint: 'Switch one of the two off.',
	},
	{
		id: 'S17',
		severity: 'error',
		keys: ['isUki'],
		judge: ({isUki, edgeAppliance}, {missingSigningKeys}) => {
			if (!isUki || edgeAppliance) return undefined;
			if (missingSigningKeys === 'unknown')
				return {
					message: 'trusted boot needs signing keys, and whether CANVOS_SOURCE has them is not known yet',
					severity: 'warning',
				};
			return missingSigningKeys.length > 0
				? `trusted boot needs signing keys, and these are missing: ${missingSigningKeys.join(', ')}`
				: undefined;
		},
		why: 'CanvOS signs the unified kernel image with the keys in its folder secure-boot: enrollment, private-keys, public-keys.',
		hint: signingKeysHint,
	},
	{
		id: 'S01',
		severity: 'error',
		keys: ['osDistribution', 'builder'],
		judge: ({osDistribution}) => (osDistribution === 'debian' ? 'CanvOS does not build Debian images' : undefined),
		why: 'CanvOS has base images for Ubuntu and openSUSE, and takes yours for rhel and sles.',
		hint: 'Choose another distribution; Debian is for rehearsals on Debian machines.',
	},
	{
		id: 'S02',
		severity: 'error',
		keys: ['baseImage', 'osDistribution'],
		judge: ({osDistribution, baseImage}) =>
			(osDistribution === 'rhel' || osDistribution === 'sles') && baseImage === ''
				? `${osDistribution} needs a base image of your own`
				: undefined,
		why: 'There is no public base image with a subscription in it.',
		hint: 'Give its reference as the base image (BASE_IMAGE).',
	},
];

const rehearsalRules: readonly Rule[] = [
	{
		id: 'S18',
		severity: 'error',
		keys: ['builder'],
		judge: ({builder}, {machine}) => (builder === 'rehearsal' ? rehearsalRefusal(machine.osId) : undefined),
		why: 'The rehearsal’s packages come from this machine’s own package sources.',
		hint: 'Choose the builder canvos, or rehearse on Debian 12 or 13, Ubuntu 22.04 or 24.04.',
	},
	{
		id: 'S03',
		severity: 'error',
		keys: ['osDistribution', 'builder'],
		judge: ({builder, osDistribution}, {machine}) =>
			builder === 'rehearsal' && rehearsalRefusal(machine.osId) === undefined && machine.osId !== osDistribution
				? `a rehearsal on this machine is ${machine.osId}, not ${osDistribution}`
				: undefined,
		why: 'The rehearsal’s packages come from this machine’s own package sources.',
		hint: 'Choose this machine’s distribution, or the builder canvos.',
	},
	{
		id: 'S04',
		severity: 'error',
		keys: ['osVersion', 'builder'],
		judge: ({builder, osDistribution, osVersion}, {machine}) =>
			builder === 'rehearsal' && machine.osId === osDistribution && machine.osVersion !== osVersion
				? `a rehearsal on this machine is ${machine.osId} ${machine.osVersion}, not ${osVersion}`
				: undefined,
		why: 'The rehearsal’s packages come from this machine’s own package sources.',
		hint: 'Choose this machine’s version, or the builder canvos.',
	},
	{
		id: 'S05',
		severity: 'error',
		keys: ['arch', 'builder'],
		judge: ({builder, arch}, {machine}) =>
			builder === 'rehearsal' && machine.arch !== arch
				? `a rehearsal on this machine is ${machine.arch}, not ${arch}`
				: undefined,
		why: 'The rehearsal runs this machine’s own programs while it builds.',
		hint: 'Choose this machine’s architecture.',
	},
];

/** Distribution, version, architecture, kernel. */
export const systemRules: readonly Rule[] = [...forCanvos([...forEdge(edgeRules), ...imageRules]), ...rehearsalRules];
