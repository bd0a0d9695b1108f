import {nodeprepEnvironment} from '../../source/settings/nodeprep-environment.ts';
import {type OutputNames, outputNames} from '../../source/settings/output-names.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {type FactName, probeFacts} from '../../source/verification/probe/probe-script.ts';

export const nonce = 'c0ffee';

/** Settings of an edge appliance, as far as verification looks at them. */
export const settingsOf = (change: Partial<Settings> = {}) =>
	({
		builder: 'canvos',
		edgeAppliance: true,
		osDistribution: 'ubuntu',
		osVersion: '24.04',
		k8sDistribution: 'kubeadm',
		k8sVersion: '1.34.2',
		arch: 'amd64',
		imageRegistry: 'registry.example',
		imageRepo: 'edge/ubuntu',
		customTag: 'demo',
		peVersion: 'v4.8.10',
		canvosRef: 'v4.8.10',
		docaVersion: '3.3.0',
		docaSource: 'deb',
		docaDebFile: '',
		docaDebName: 'doca-host_3.3.0-088000-26.01-ubuntu2404_amd64.deb',
		docaDebSha256: '',
		bfbFile: '',
		bfbName: 'bf-bundle-3.3.0-202_26.01_ubuntu-24.04_64k_prod.bfb',
		bfbSha256: '',
		nfsOverRdma: false,
		bundleK8sAndAgentProvider: true,
		userData: '',
		isoName: 'palette-edge-installer',
		...change,
	}) as Settings;

export const kernel = '6.14.0-36-generic';
const bytes = 1_500_000_000;
const filesOfEveryImage = [
	'/etc/modprobe.d/blacklist-nouveau.conf',
	'/etc/modprobe.d/ib_core.conf',
	'/usr/lib/modprobe.d/blacklist-nouveau.conf',
	'/usr/lib/modprobe.d/ib_core.conf',
	'/etc/lldpd.d/rcp-lldpd.conf',
];
const files = [
	...filesOfEveryImage,
	'/etc/tmpfiles.d/mellanox.conf',
	'/system/oem/90_edge-builder.yaml',
	'/usr/lib/systemd/system/nodeprep.service',
	'/usr/lib/systemd/system/nodeprep.path',
	'/opt/spectrocloud/nodeprep.sh',
	'/usr/lib/edge-builder/nodeprep.sh',
].map((path, index) => ({path, mode: '0644', sha256: String(index).repeat(64)}));

export const manifestOf = (settings: Settings, names: OutputNames = outputNames(settings)) => ({
	format: 1,
	rehearsal: settings.builder === 'rehearsal',
	image: {tag: names.imageTag},
	os: {distribution: settings.osDistribution, version: settings.osVersion, arch: settings.arch},
	kubernetes: {version: settings.k8sVersion},
	nfsOverRdma: settings.nfsOverRdma,
	bfb: {file: names.bfbFile, bytes, sha256: 'a'.repeat(64)},
	files,
});

export const encoded = (manifest: unknown) => Buffer.from(JSON.stringify(manifest)).toString('base64');

/** What a good edge image answers. */
export const goodImage = (settings: Settings): Record<FactName, string> => ({
	where: 'image',
	os: `${settings.osDistribution} ${settings.osVersion}`,
	kairos: 'yes',
	'kairos-name': `kairos-core-${settings.osDistribution}-${settings.osVersion}`,
	'kairos-label': `${settings.osVersion}-standard-${settings.arch}-generic`,
	kernels: kernel,
	kernel,
	'modules-dep': 'yes',
	packages: '703',
	'doca-packages': 'doca-all;doca-host;doca-ofed',
	'doca-all': 'installed 3.3.0-088000',
	'stand-in': settings.builder === 'rehearsal' ? 'yes' : 'no',
	'needed-missing': '',
	compilers: 'gcc-13 gcc-14',
	'kernel-compiler': 'x86_64-linux-gnu-gcc-13',
	tools: 'mst mlxconfig flint bfb-install',
	openibd: 'enabled',
	'doca-repository': '',
	dkms: `mlnx-ofed-kernel/26.01, ${kernel}, x86_64: installed;kernel-mft-dkms/4.34, ${kernel}, x86_64: installed (Original modules exist)`,
	modules: '42 good',
	'module-loads': 'skip',
	bfb: `${outputNames(settings).bfbFile} ${bytes};`,
	'bfb-copies': '',
	'bfb-sha256': 'a'.repeat(64),
	nodeprep: 'executable',
	'nodeprep-version': 'nodeprep 2.1.0',
	'nodeprep-check': 'skip',
	'nodeprep-settings': 'skip',
	'nodeprep-unit': 'enabled',
	'nodeprep-life': 'skip',
	manifest: encoded(manifestOf(settings)),
	ours: '/etc/edge-builder;/usr/lib/edge-builder',
	files: files.map(({path, sha256}) => `${path} ${sha256}`).join(';'),
	kube: 'kubeadm kubelet',
	'run-mellanox': 'no',
	'boot-arguments':
		'console=tty1 net.ifnames=1 rd.driver.blacklist=nouveau modprobe.blacklist=nouveau intel_iommu=on amd_iommu=on iommu=pt',
	cmdline: 'skip',
	system: 'skip',
});

export const goodLive = (settings: Settings): Record<FactName, string> => ({
	...goodImage(settings),
	where: 'live',
	'nodeprep-settings': nodeprepEnvironment(settings)
		.split('\n')
		.filter(line => /^\w/.test(line))
		.join(';'),
	'nodeprep-unit': 'started',
	'module-loads': 'mlx5_core',
	'bfb-sha256': 'skip',
	'nodeprep-check': '51',
	'nodeprep-life':
		settings.builder === 'rehearsal'
			? 'init:ok;reboot-pending:ok;config:ok;precomplete:ok;complete:ok;complete-again:ok'
			: 'skip',
	'run-mellanox': 'yes',
	cmdline: 'BOOT_IMAGE=/boot/kernel root=live:LABEL=COS_LIVE console=ttyS0 rd.driver.blacklist=nouveau,qat_4xxx',
	system: 'running',
	kube: '',
});

/** What a good standard image answers. */
export const goodStandard = (settings: Settings): Record<FactName, string> => ({
	...goodImage(settings),
	'doca-packages': '',
	'doca-all': '',
	'stand-in': 'no',
	'needed-missing': 'lldpd netplan.io pv psmisc nfs-common grepcidr dkms make',
	compilers: '',
	tools: '',
	openibd: 'absent',
	dkms: 'absent',
	modules: '0 good',
	bfb: '',
	'bfb-sha256': '',
	nodeprep: 'absent',
	'nodeprep-version': 'none',
	'nodeprep-unit': 'absent',
	manifest: 'absent',
	ours: '',
	files: files
		.slice(0, filesOfEveryImage.length)
		.map(({path, sha256}) => `${path} ${sha256}`)
		.join(';'),
});

/** Facts as the probe prints them, on a line each. */
export const printed = (facts: Partial<Record<FactName, string>>) => {
	const lines = probeFacts.flatMap(name => (facts[name] === undefined ? [] : [`EB:${nonce}:${name}=${facts[name]}`]));
	return [...lines, `EB:${nonce}:end=${lines.length}`, ''].join('\n');
};
