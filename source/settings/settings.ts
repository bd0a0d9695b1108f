/**
 * All settings of a build, resolved. Keys in camelCase here; the environment, Make and `NAME=value` name is the same
 * in UPPER_SNAKE_CASE, the flag in kebab-case. The table `fields.ts` describes each.
 */
export type Settings = {
	builder: 'rehearsal' | 'canvos';
	edgeAppliance: boolean;
	osDistribution: 'ubuntu' | 'opensuse-leap' | 'rhel' | 'sles' | 'debian';
	osVersion: string;
	k8sDistribution: 'kubeadm' | 'kubeadm-fips' | 'k3s' | 'rke2' | 'nodeadm' | 'canonical';
	k8sVersion: string;
	arch: 'amd64' | 'arm64';

	imageRegistry: string;
	imageRepo: string;
	customTag: string;
	isoName: string;

	/** `local`: firmware is downloaded to redist/ and staged. `url`: the build fetches it, nothing is stored. */
	firmware: 'local' | 'url';
	/** `deb`: a doca-host package registers a local repository. `repository`: NVIDIA's apt repository. */
	docaSource: 'deb' | 'repository';
	docaVersion: string;
	docaDebName: string;
	docaDebUrl: string;
	docaDebSha256: string;
	/** File name or URL given outright; empty: follows from `firmware`, `docaDebName` and `docaDebUrl`. */
	docaDebFile: string;
	bfbName: string;
	bfbUrl: string;
	bfbSha256: string;
	/** File name or URL given outright; empty: follows from `firmware`, `bfbName` and `bfbUrl`. */
	bfbFile: string;
	nfsOverRdma: boolean;

	canvosSource: string;
	canvosRef: string;
	peVersion: string;
	runner: 'managed' | 'container' | 'upstream-script' | 'native' | 'remote';
	buildkitHosts: string;
	buildkitCertificates: string;
	buildkitInsecure: boolean;
	keepBuildkit: boolean;
	buildCache: string;
	registryMirrors: string;
	caFile: string;
	/** Whether nodes trust it, too. */
	caOnNodes: boolean;
	userData: string;
	/** File or folder; empty: folders `content-…` of the workspace. */
	contentBundle: string;

	updateKernel: boolean;
	clusterconfig: string;
	cisHardening: boolean;
	edgeCustomConfig: string;
	forceInteractiveInstall: boolean;
	isUki: boolean;
	fipsEnabled: boolean;
	baseImage: string;
	twoNode: boolean;
	isMaas: boolean;
	ubuntuProAttach: boolean;
	ubuntuProKey: string;
	bundleK8sAndAgentProvider: boolean;
	installNvidiaGpuDrivers: boolean;
	nvidiaDriverBranch: string;
	nvidiaDriverType: 'open' | 'proprietary';
	spectroPubRepo: string;
	spectroLuetRepo: string;
	kairosBaseImageUrl: string;
	spectroThirdPartyImage: string;
	disableSelinux: boolean;
	drbdVersion: string;
	etcdVersion: string;
	kineVersion: string;
	debug: boolean;
	cmdline: string;
	branding: string;
	/** `NAME=value` words of CanvOS's own for `.arg`. */
	canvosArguments: string;

	httpProxy: string;
	httpsProxy: string;
	noProxy: string;

	/** NIC firmware that belongs to the BlueField bundle; nodeprep flashes until a card reports it. */
	bfbFw: string;
	/** Virtual functions per east-west card (SuperNIC, ConnectX) and per north-south DPU. */
	numvfEw: number;
	numvfNs: number;
	/** mlxconfig's values: 1 = InfiniBand, 2 = Ethernet. */
	linktypeEw: '1' | '2';
	linktypeNs: '1' | '2';
	rocecc: boolean;
	controldpu: boolean;
	/** mlxconfig's INTERNAL_CPU_OFFLOAD_ENGINE: 0 = DPU mode, 1 = NIC mode. */
	dpuoffload: '0' | '1';
	disableAcs: boolean;
	/** Seconds. */
	cpDelay: number;
	/** PCI addresses of the east-west ports, in the order of the rails; empty: all of them. */
	railsPciaddr: string;
	railNames: boolean;
	/** Bytes; 0: as it is. */
	mtuEw: number;
	losslessRoce: boolean;
	/** Huge pages of 2 MB and 1 GB, and which of them programs get that name none. */
	hp2m: number;
	hp1g: number;
	hpdefault: '2M' | '1G';
	/** Folder of node_exporter's textfile collector on the nodes. */
	metricsFolder: string;

	minDiskGb: number;
	/** MiB of the smoke-test VM. */
	memory: number;
	cores: number;
	cpu: string;
	accelerator: 'auto' | 'kvm' | 'tcg';
	vmFirmware: 'bios' | 'uefi';
	/** Seconds; multiplied without KVM. */
	bootTimeout: number;
	testTimeout: number;
};

export type SettingKey = keyof Settings;
export type BuilderId = Settings['builder'];
