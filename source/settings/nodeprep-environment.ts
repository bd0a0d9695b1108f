import {baseName} from '../text/urls.ts';
import type {Settings} from './settings.ts';

/** Where nodeprep looks for its environment file on a node. */
export const nodeprepEnvironmentPath = '/opt/spectrocloud/nodeprep-env.sh';

/**
 * Text of nodeprep's environment file, which a cluster profile puts onto its nodes. nodeprep reads it as data; every value
 * is a plain word, so that a shell would read the same. Nothing in it is a secret.
 */
export const nodeprepEnvironment = (settings: Settings): string =>
	entries(settings)
		.map(([comment, ...lines]) => [...comment.map(line => `# ${line}`), ...lines].join('\n'))
		.join('\n\n')
		.concat('\n');

type Entry = [comment: readonly string[], ...lines: readonly string[]];

const entries = (settings: Settings): readonly Entry[] => [
	[
		[
			`Settings of nodeprep. Goes to ${nodeprepEnvironmentPath} on every node,`,
			'owned by root and writable by nobody else; the cluster profile delivers it.',
		],
	],
	[
		[
			'The BlueField bundle in the image, and the NIC firmware that is inside it.',
			'A card that reports an older version is flashed.',
		],
		`BFB=${baseName(settings.bfbFile || settings.bfbName)}`,
		...(settings.bfbSha256 ? [`BFB_SHA256=${settings.bfbSha256}`] : []),
		settings.bfbFw
			? `BFB_FW=${settings.bfbFw}`
			: '# Not known for this bundle: fill it in, nodeprep does not start without.\n# BFB_FW=',
	],
	[
		[
			'SR-IOV virtual functions on each east-west card (SuperNIC, ConnectX) and each north-south DPU.',
			'0: none. They need the IOMMU arguments in user-data.',
		],
		`NUMVF_EW=${settings.numvfEw}`,
		`NUMVF_NS=${settings.numvfNs}`,
	],
	[
		['Port type: 1 = InfiniBand, 2 = Ethernet.'],
		`LINKTYPE_EW=${settings.linktypeEw}`,
		`LINKTYPE_NS=${settings.linktypeNs}`,
	],
	[['Adaptive routing and programmable congestion control: 1 = on, 0 = off.'], `ROCECC=${settings.rocecc ? 1 : 0}`],
	[
		['May DPUs be flashed and configured? Flashing replaces the system on the DPU.'],
		`CONTROLDPU=${settings.controldpu}`,
	],
	[['Mode of the DPUs: 0 = DPU mode, 1 = NIC mode.'], `DPUOFFLOAD=${settings.dpuoffload}`],
	[
		['Switch PCI access control services off on cards, GPUs and the bridges above them, after each boot.'],
		`DISABLE_ACS=${settings.disableAcs}`,
	],
	[['Seconds that a new control-plane node stays untainted.'], `CP_DELAY=${settings.cpDelay}`],
	[['Set up NFS over RDMA. The image must have been built with it.'], `NFSORDMA_ENABLED=${settings.nfsOverRdma}`],
	...wherever(settings.railsPciaddr !== '', [
		['The rails, in their order: of the SuperNICs and ConnectX cards only these are changed.'],
		`rails_pciaddr=${settings.railsPciaddr}`,
	]),
	...wherever(settings.railNames, [['Name interfaces and RDMA devices by their rails.'], 'RAIL_NAMES=true']),
	...wherever(settings.mtuEw > 0, [
		['MTU of the east-west ports; their virtual functions have 50 less.'],
		`MTU_EW=${settings.mtuEw}`,
	]),
	...wherever(settings.losslessRoce, [['Set the rails up for lossless RoCE.'], 'LOSSLESS_ROCE=true']),
	...wherever(settings.hp2m + settings.hp1g > 0, [
		['Huge pages. On edge hosts they come from the kernel arguments in user-data, and are compared with these.'],
		`HP2M=${settings.hp2m}`,
		`HP1G=${settings.hp1g}`,
		`HPDEFAULT=${settings.hpdefault}`,
	]),
	...wherever(settings.metricsFolder !== '', [
		['Folder of node_exporter’s textfile collector.'],
		`METRICS_FOLDER=${settings.metricsFolder}`,
	]),
];

const wherever = (wanted: boolean, entry: Entry): readonly Entry[] => (wanted ? [entry] : []);
