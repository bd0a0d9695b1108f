import {displayName} from '../../builders/canvos/earthly/build-output.ts';
import type {DemoWriter} from './demo-writer.ts';

const minute = 60_000;
const kernel = '6.8.0-87-generic';

const tools = words(
	'build-essential dkms ethtool flex bison gcc make iproute2 jq kmod libelf-dev lldpd lshw mstflint nfs-common numactl pciutils pkg-config python3 python3-yaml rdma-core rsync smartmontools tcpdump tmux usbutils xxd zstd',
);
const docaPackages = words(
	'doca-all doca-runtime doca-sdk-common doca-sdk-flow doca-sdk-argp doca-sdk-comch doca-sdk-dma doca-sdk-eth doca-sdk-rdma doca-sdk-telemetry doca-ofed mlnx-ofed-kernel-dkms mlnx-tools kernel-mft-dkms mft mft-autocomplete ofed-scripts libibverbs1 ibverbs-utils ibverbs-providers librdmacm1 rdmacm-utils infiniband-diags perftest mlnx-ethtool mlnx-iproute2 rshim ucx openmpi sharp hcoll collectx-clxapi dpa-compiler dpdk-community mlnx-dpdk',
);
const driverFiles = words(
	'core/main core/cmd core/eq core/uar core/pagealloc core/health core/mcg core/cq core/alloc core/port core/mr core/pd core/transobj core/vport core/sriov core/fs_cmd core/fs_core core/fw core/rl core/lag/lag core/dev core/events core/devlink core/ecpf core/eswitch core/eswitch_offloads core/en_main core/en_common core/en_fs core/en_ethtool core/en_tx core/en_rx core/en_dim core/en_stats core/en_selftest core/en_tc core/en_rep core/ipoib/ipoib ib/main ib/cq ib/doorbell ib/qp ib/mem ib/srq ib/mr ib/ah ib/odp ib/counters ib/devx ib/dm ib/gsi ib/wr sw/rxe ulp/ipoib ulp/iser ulp/srp nvme/rdma nvme/host xprt/svc_rdma xprt/rpc_rdma',
);

/** One command of the build: what it prints over how many minutes; none where it was there from an earlier build. */
type Command = {name: string; minutes: number; lines?: readonly string[]};
type Target = {name: string; source: number; commands: readonly Command[]};

const step = (script: string) =>
	`RUN --mount=type=bind,source=edge-builder/steps,target=/mnt/edge-builder/steps bash /mnt/edge-builder/steps/${script}`;

const targets: readonly Target[] = [
	{
		name: '+base-image',
		source: 410,
		commands: [
			{name: 'FROM quay.io/kairos/ubuntu:24.04-standard-amd64-generic', minutes: 2.1},
			{name: 'RUN apt-get update && apt-get upgrade --yes', minutes: 1.4, lines: upgraded()},
			{name: step('install-packages.sh'), minutes: 2.2, lines: [...fetched(tools), ...unpacked(tools)]},
			{
				name: step('install-doca.sh'),
				minutes: 9.5,
				lines: [
					'Local repository of doca-host 3.2.1: 214 packages',
					`Kernel of the image: ${kernel}`,
					...unpacked(docaPackages),
					'doca-all 3.2.1 is installed',
				],
			},
			{name: step('install-modules.sh'), minutes: 8.2, lines: compiled()},
			{
				name: step('install-bfb.sh'),
				minutes: 0.4,
				lines: ['BlueField bundle: 1.5 GB, sha256 agrees', 'Stored in /usr/lib/edge-builder/firmware'],
			},
			{
				name: step('install-files.sh'),
				minutes: 0.2,
				lines: words(
					'opt/spectrocloud/nodeprep.sh usr/lib/systemd/system/nodeprep.service etc/lldpd.d/rcp-lldpd.conf',
				).map(path => `install-files: installed /${path}`),
			},
		],
	},
	{
		name: '+kairos-provider-image',
		source: 352,
		commands: [{name: 'FROM --platform=linux/amd64 quay.io/kairos/provider-kubeadm:v4.8.10', minutes: 0.3}],
	},
	{
		name: '+provider-image',
		source: 300,
		commands: [
			{name: 'COPY +kairos-provider-image/ /', minutes: 0.4},
			{
				name: 'RUN luet install --system-target / k8s/kubeadm@1.34.2',
				minutes: 1.3,
				lines: words('kubeadm kubelet kubectl crictl containerd runc cni-plugins').map(name => `Installed ${name}`),
			},
			{
				name: 'RUN dracut --force --no-hostonly',
				minutes: 1.6,
				lines: words(
					'bash systemd kairos-network kairos-sysext immutable-rootfs dmsquash-live livenet rootfs-block',
				).map(name => `dracut: *** Including module: ${name} ***`),
			},
			{name: 'SAVE IMAGE registry.example.com/edge/ubuntu:kubeadm-1.34.2', minutes: 3.1},
		],
	},
];

/** The provider image: its targets one after the other. */
export function demoImage(demo: DemoWriter) {
	demo.start('provider-image');
	demo.load = {cpu: 0.74, memory: 0.38, fills: 17e6};
	const total = targets.reduce((sum, {commands}) => sum + commands.length, 0);
	let done = 0;
	for (const {name} of targets) demo.node('provider-image', {id: name, kind: 'target', name, state: 'waiting'});
	for (const {name: target, source, commands} of targets) {
		const startedAt = demo.now;
		demo.node('provider-image', {id: target, kind: 'target', name: target, state: 'running', startedAt});
		for (const [number, command] of commands.entries()) {
			run(demo, target, command, source + number * 4);
			done++;
			demo.add({type: 'step-progress', step: 'provider-image', progress: {done, total, unit: 'items'}});
		}
		demo.node('provider-image', {
			id: target,
			kind: 'target',
			name: target,
			state: 'done',
			startedAt,
			endedAt: demo.now,
		});
	}
	demo.done('provider-image');
}

function run(demo: DemoWriter, target: string, {name, minutes, lines = []}: Command, source: number) {
	const node = {
		id: `${target}/${source}`,
		parent: target,
		kind: 'command' as const,
		name: displayName(name),
		source: `Earthfile:${source}`,
		startedAt: demo.now,
	};
	demo.node('provider-image', {...node, state: 'running'});
	// A long silence at its end, as of programs that write to disk.
	if (lines.length > 0) demo.lines('provider-image', minutes * minute * 0.93, lines, target);
	demo.wait(minutes * minute * (lines.length > 0 ? 0.07 : 1));
	demo.node('provider-image', {...node, state: 'done', endedAt: demo.now});
}

function words(text: string): string[] {
	return text.split(' ');
}

function upgraded(): string[] {
	return [
		'Reading package lists...',
		'Building dependency tree...',
		'Calculating upgrade...',
		...unpacked(words('base-files libc6 libssl3t64 openssl systemd udev')),
		'6 upgraded, 0 newly installed.',
	];
}

function fetched(names: readonly string[]): string[] {
	return names.map((name, index) => `Get:${index + 1} http://archive.ubuntu.com/ubuntu noble/main amd64 ${name} amd64`);
}

function unpacked(names: readonly string[]): string[] {
	return [...names.map(name => `Unpacking ${name} ...`), ...names.map(name => `Setting up ${name} ...`)];
}

function compiled(): string[] {
	return [
		`Building driver modules for ${kernel}`,
		'mlnx-ofed-kernel/25.10: preparing kernel headers',
		...driverFiles.map(name => `  CC [M]  drivers/${name}.o`),
		...words('mlx5_core mlx5_ib ib_core rdma_cm ib_ipoib nvme_rdma rpcrdma').flatMap(name => [
			`  LD [M]  ${name}.ko`,
			`  SIGN    ${name}.ko`,
		]),
		`depmod ${kernel}`,
		'DKMS: install completed.',
	];
}
