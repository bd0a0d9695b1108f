import {spawn} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {inject, onTestFinished} from 'vitest';
import {readNodeprep} from '../../source/builders/overlay-files.ts';
import {realFiles} from '../../source/host/files.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');
export const partsFolder = path.join(projectRoot, 'overlay/nodeprep');

const scriptFolder = fs.mkdtempSync(path.join(inject('runFolder'), 'nodeprep-script-'));
/** The script, put together as it is staged for an image. */
export const nodeprep = path.join(scriptFolder, 'nodeprep.sh');
await realFiles.write(nodeprep, await readNodeprep({files: realFiles}), {mode: 0o755});

const stub = path.join(import.meta.dirname, 'tools/stub');

const stubbed = [
	...[
		'kubectl',
		'mst',
		'mlxconfig',
		'mlxfwreset',
		'flint',
		'bfb-install',
		'setpci',
		'ip',
		'hostname',
		'uname',
		'sleep',
		'shutdown',
	],
	...['systemctl', 'modprobe', 'dpkg', 'dpkg-query', 'apt-get', 'apt-mark', 'wget', 'update-grub'],
	...['rdma', 'udevadm', 'mlnx_qos', 'cma_roce_tos', 'devlink'],
];
/** The only programs of this machine that nodeprep may use; a call of any other one fails. */
const real = [
	...[
		'bash',
		'sh',
		'cat',
		'chmod',
		'cmp',
		'flock',
		'grep',
		'mkdir',
		'mv',
		'readlink',
		'rm',
		'sha256sum',
		'sort',
		'sync',
	],
	...['stat', 'timeout'],
];

const program = (name: string) =>
	['/usr/bin', '/bin'].map(at => path.join(at, name)).find(file => fs.existsSync(file)) ?? name;

/** The bash that runs the script; NODEPREP_BASH names another one, for example of version 5.1. */
export const bash = process.env.NODEPREP_BASH ?? program('bash');

/** Environment of a start in which each write into the kernel is noted; read them by `told('writes')`. */
export const watchingWrites = {BASH_ENV: path.join(import.meta.dirname, 'tools/writes.bash')};

/** Environment of a start in which the driver of virtual functions does what the real one does. */
export const likeTheKernel = {BASH_ENV: path.join(import.meta.dirname, 'tools/kernel.bash')};

/** Both at once: on InfiniBand only the functions themselves show their GUIDs. */
export const watchingTheKernel = {BASH_ENV: path.join(import.meta.dirname, 'tools/watched-kernel.bash')};

export const environment = {
	BFB: 'bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb',
	BFB_FW: '32.47.1088',
	NUMVF_EW: '2',
	NUMVF_NS: '0',
	LINKTYPE_EW: '2',
	LINKTYPE_NS: '2',
	ROCECC: '1',
	CONTROLDPU: 'false',
	DPUOFFLOAD: '1',
	DISABLE_ACS: 'false',
	DOCA_DEB: 'doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb',
	MAAS: 'http://files.test:8080',
	APT_UPDATE: 'false',
	CP_DELAY: '120',
};

export type Card = {
	/** Domain, bus and device. */
	slot: string;
	kind: 'SuperNIC' | 'DPU' | 'ConnectX' | 'Unknown';
	ports?: number;
	/** In flash, and running unless `running` is another one. */
	firmware?: string;
	running?: string;
	/** Digits without colons; each port's differs in the last one. */
	guid?: string;
	/** How many virtual functions the tree holds; also offered in a state after the configuration. */
	functions?: number;
	/** Parameters it knows, beyond and instead of the usual ones; undefined takes one away. */
	parameters?: Record<string, string | undefined>;
	/** Parameters whose value in force is another one. */
	now?: Record<string, string>;
	description?: string;
	psid?: string;
	rshim?: boolean;
};

export type NodeOptions = {
	immutable?: boolean;
	cards?: Card[];
	environment?: Record<string, string | undefined>;
	/** The node's state label. */
	state?: string;
	stylus?: boolean;
	/** Whether the host is a control plane node. */
	controlPlane?: boolean;
	taint?: boolean;
};

export type Run = {code: number | null; signal: NodeJS.Signals | null; output: string; calls: string[]};
export type NodeUnderTest = ReturnType<typeof createNode>;

export const taintKey = 'spectrocloud.com/nodeprep';
export const superNic: Card = {slot: '0000:05:00', kind: 'SuperNIC'};

/** A node made of a folder tree and stub programs; removed when the test is over. */
export const createNode = (options: NodeOptions = {}) => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nodeprep-'));
	const root = path.join(folder, 'root');
	const state = path.join(folder, 'stub');
	const bin = path.join(folder, 'bin');
	const cards = options.cards ?? [superNic];

	const inTree = (name: string) => path.join(root, name);
	const write = (name: string, text: string) => writeFile(inTree(name), text);
	const read = (name: string) => fs.readFileSync(inTree(name), 'utf8');
	const tell = (name: string, text: string) => writeFile(path.join(state, name), text);

	for (const name of ['fail', 'nv', 'fw', 'acs', 'units', 'enabled', 'packages', 'qos', 'tos']) {
		fs.mkdirSync(path.join(state, name), {recursive: true});
	}
	fs.mkdirSync(bin);
	for (const name of stubbed) {
		fs.symlinkSync(stub, path.join(bin, name));
	}
	for (const name of real) {
		fs.symlinkSync(name === 'bash' ? bash : program(name), path.join(bin, name));
	}

	tell('hostname', 'worker-1\n');
	tell('fqdn', 'worker-1.example.test\n');
	tell('names', 'worker-1\n');
	tell('nodes', 'node/cp-1\nnode/worker-1\n');
	tell('node', nodeFacts(options));
	tell('mst-devices', mstDevices(cards));
	for (const card of cards) {
		// Later states come after a boot with the wanted configuration, which is what makes the card offer functions.
		const booted = ['precomplete', 'complete'].includes(options.state ?? '');
		const set = booted ? wantedParameters(card, {...environment, ...options.environment}) : {};
		layCard({card, set, offered: booted ? (card.functions ?? 2) : 0, write, tell, inTree});
	}
	tell('bundle-version', `${environment.BFB_FW}\n`);
	// The host's own network: an interface that is no card of this script's.
	write('sys/bus/pci/devices/0000:00:1f.6/vendor', '0x8086\n');
	layInterface(inTree, 'eth0', '0000:00:1f.6');
	write('proc/net/route', routeTable(['eth0']));
	write('sys/bus/pci/drivers/mlx5_core/bind', '');
	write('sys/bus/pci/drivers/mlx5_core/unbind', '');
	write('etc/kubernetes/kubelet.conf', '');
	write('proc/cmdline', 'root=LABEL=COS_ACTIVE intel_iommu=on iommu=pt\n');
	write('proc/cpuinfo', 'vendor_id\t: GenuineIntel\n');
	write(
		'proc/version',
		'Linux version 6.8.0-31-generic (buildd@x) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0) 13.2.0, GNU ld)\n',
	);
	if (options.immutable ?? true) {
		fs.mkdirSync(inTree('etc/kairos'), {recursive: true});
		tell('packages/doca-all', '');
	}
	if (options.stylus ?? options.immutable ?? true) {
		tell('units/stylus-agent', '');
	}
	if (options.controlPlane) {
		write('etc/kubernetes/admin.conf', '');
	}

	const node = {
		root,
		bin,
		cards,
		write,
		read,
		tell,
		exists: (name: string) => fs.existsSync(inTree(name)),
		remove: (name: string) => fs.rmSync(inTree(name), {recursive: true, force: true}),
		/** What the stub keeps: names beside those it is told. */
		told: (name: string) => {
			const file = path.join(state, name);
			return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
		},
		untell: (name: string) => fs.rmSync(path.join(state, name), {force: true}),
		replaceTool: (name: string, commands: string) => {
			fs.rmSync(path.join(bin, name));
			fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${commands}\n`, {mode: 0o755});
		},
		removeTool: (name: string) => fs.rmSync(path.join(bin, name)),
		/** Calls that match this shell pattern fail, all or only the first. */
		fail: (pattern: string, {once = false} = {}) =>
			tell(`fail/${once ? 'once' : 'always'}-${pattern.replaceAll(/\W/g, '')}`, `${pattern}\n`),
		setEnvironment: (values: Record<string, string | undefined>) =>
			write('opt/spectrocloud/nodeprep-env.sh', environmentText({...environment, ...values})),
		state: () =>
			facts(state)
				.find(line => line.startsWith(`label ${taintKey}=`))
				?.split('=')[1],
		facts: () => facts(state),
		label: (key: string) =>
			facts(state)
				.find(line => line.startsWith(`label spectrocloud.com/${key}=`))
				?.split('=')[1],
		parameters: (slot: string) => readParameters(path.join(state, 'nv', `${slot}.0`)),
		/** The attributes of each virtual function of a port. */
		functions: (pci: string) => functionsOf(inTree(`sys/bus/pci/devices/${pci}`)),
		log: () => (fs.existsSync(inTree('var/log/sc-nodeprep.log')) ? read('var/log/sc-nodeprep.log') : ''),
		/** One start of the script. `kill`: N or N+, see tools/stub. */
		run: async (args: string[] = [], {kill, env}: {kill?: string; env?: Record<string, string>} = {}): Promise<Run> => {
			tell('calls', '');
			const result = await runScript(args, {
				PATH: bin,
				STUB: state,
				NODEPREP_ROOT: root,
				...(kill && {STUB_KILL: kill}),
				...env,
			});
			const calls = fs.readFileSync(path.join(state, 'calls'), 'utf8').split('\n').filter(Boolean);
			return {...result, calls: calls.map(call => readableCall(call, root))};
		},
		/** Makes an interface of a PCI function. */
		interface: (name: string, pci: string) => layInterface(inTree, name, pci),
		/** The host's default routes lead through these interfaces. */
		routes: (...interfaces: string[]) => write('proc/net/route', routeTable(interfaces)),
		/** As a reboot, and cards that stay as they were over one load what waits. */
		powerCycle: () => {
			node.untell('cold');
			node.reboot();
		},
		/**
		 * What a reboot does to such a host: /run is empty, virtual functions are gone; flashed firmware and the
		 * configuration for the next boot are in force, unless `tell('cold', '')` says that it takes a power cycle.
		 */
		reboot: () => {
			node.remove('run');
			for (const name of ['mst-loaded', 'units/rshim']) {
				fs.rmSync(path.join(state, name), {force: true});
			}
			for (const {slot} of node.told('cold') === undefined ? cards : []) {
				tell(`fw/${slot}.0`, `${node.told(`fw/${slot}.0`)?.split('\n')[0]}\n`);
				tell(`nv/${slot}.0`, (node.told(`nv/${slot}.0`) ?? '').replaceAll(/^([A-Z][A-Z0-9_]+ \S+) .*$/gm, '$1'));
			}
			node.untell('flashed');
			if (node.exists('etc/default/grub.d/90-nodeprep.cfg')) {
				write('proc/cmdline', 'root=/dev/sda1 intel_iommu=on iommu=pt\n');
			}
			for (const card of cards) {
				layFunctions(card, write, Number(node.parameters(card.slot).NUM_OF_VFS ?? 0));
			}
		},
		/** Starts and reboots until a start ends with another code than 40; gives all starts. */
		live: async (env?: Record<string, string>) => {
			const runs: Run[] = [];
			while (runs.length < 8) {
				const run = await node.run([], env && {env});
				runs.push(run);
				if (run.code !== 40) {
					break;
				}
				node.reboot();
			}
			return runs;
		},
	};
	onTestFinished(() => fs.rmSync(folder, {recursive: true, force: true}));
	node.setEnvironment(options.environment ?? {});
	write(`opt/spectrocloud/spcx/bfb/${environment.BFB}`, 'bundle');
	return node;

	async function runScript(args: string[], env: Record<string, string>) {
		// The stub that kills needs the script's own process id, which a child of `timeout` cannot tell.
		const child = spawn('/bin/sh', ['-c', 'echo $$ >"$STUB/pid"; exec bash "$0" "$@"', nodeprep, ...args], {env});
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (text: string) => {
				output += text;
			});
		}
		return new Promise<Omit<Run, 'calls'>>((resolve, reject) => {
			child.on('error', reject);
			child.on('close', (code, signal) => resolve({code, signal, output}));
		});
	}
};

const writeFile = (file: string, text: string) => {
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.writeFileSync(file, text);
};

const environmentText = (values: Record<string, string | undefined>) =>
	Object.entries(values)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `export ${name}="${value}"\n`)
		.join('');

const nodeFacts = ({state, taint}: NodeOptions) =>
	[
		'condition MemoryPressure=False',
		'condition Ready=True',
		'label kubernetes.io/os=linux',
		...(taint ? [`taint ${taintKey}:NoSchedule`] : []),
		...(state ? [`label ${taintKey}=${state}`] : []),
		'',
	].join('\n');

const facts = (folder: string) => fs.readFileSync(path.join(folder, 'node'), 'utf8').split('\n').filter(Boolean);

const portsOf = (card: Card) => Array.from({length: card.ports ?? 1}, (_, port) => `${card.slot}.${port}`);

// As mst prints it: higher ports first, the domain only where it isn't 0.
const mstDevices = (cards: Card[]) =>
	[
		'MST modules:',
		'------------',
		'    MST PCI configuration module loaded',
		'PCI devices:',
		'------------',
		'DEVICE_TYPE             MST                           PCI       RDMA            NET                       NUMA',
		...cards.flatMap(card =>
			portsOf(card)
				.reverse()
				.map(pci => `${chips[card.kind].type}    NA    ${pci.replace(/^0000:/, '')}    mlx5_0    net-x    0`),
		),
		'',
	].join('\n');

const chips = {
	SuperNIC: {
		type: 'BlueField3(rev:1)',
		id: '0xa2dc',
		firmware: '32.40.1000',
		text: 'NVIDIA BlueField-3 B3140H FHHL SuperNIC; 400GbE',
	},
	DPU: {
		type: 'BlueField3(rev:1)',
		id: '0xa2dc',
		firmware: '32.40.1000',
		text: 'NVIDIA BlueField-3 B3220 P-Series FHHL DPU; 200GbE',
	},
	ConnectX: {
		type: 'ConnectX7(rev:0)',
		id: '0x1021',
		firmware: '28.39.1002',
		text: 'NVIDIA ConnectX-7 HHHL Adapter card',
	},
	Unknown: {type: 'BlueField3(rev:1)', id: '0xa2dc', firmware: '32.40.1000', text: 'N/A'},
};

const usualParameters = {
	LINK_TYPE_P1: 'IB(1)',
	ROCE_RTT_RESP_DSCP_P1: '0',
	ROCE_RTT_RESP_DSCP_MODE_P1: 'DEVICE_DEFAULT(0)',
	ROCE_ADAPTIVE_ROUTING_EN: 'False(0)',
	USER_PROGRAMMABLE_CC: 'False(0)',
	TX_SCHEDULER_LOCALITY_MODE: 'DEVICE_DEFAULT(0)',
	ROCE_CC_STEERING_EXT: 'DEVICE_DEFAULT(0)',
	MULTIPATH_DSCP: 'DEVICE_DEFAULT(1)',
	ADVANCED_PCI_SETTINGS: 'False(0)',
	SRIOV_EN: 'False(0)',
};

const secondPort = {LINK_TYPE_P2: 'IB(1)', ROCE_RTT_RESP_DSCP_P2: '0', ROCE_RTT_RESP_DSCP_MODE_P2: 'DEVICE_DEFAULT(0)'};
const bluefield = {INTERNAL_CPU_OFFLOAD_ENGINE: 'ENABLED(0)'};

/** What nodeprep sets on this card. */
const wantedParameters = (card: Card, values: Record<string, string | undefined>) => {
	const side = card.kind === 'DPU' ? 'NS' : 'EW';
	const link = values[`LINKTYPE_${side}`] === '1' ? 'IB(1)' : 'ETH(2)';
	const flag = (value?: string) => (value === '1' ? 'True(1)' : 'False(0)');
	const port = (name: string) => ({
		[`LINK_TYPE_${name}`]: link,
		[`ROCE_RTT_RESP_DSCP_${name}`]: '48',
		[`ROCE_RTT_RESP_DSCP_MODE_${name}`]: 'FIXED_VALUE(1)',
	});
	return {
		...port('P1'),
		...((card.ports ?? 1) > 1 && port('P2')),
		ROCE_ADAPTIVE_ROUTING_EN: flag(values.ROCECC),
		USER_PROGRAMMABLE_CC: flag(values.ROCECC),
		TX_SCHEDULER_LOCALITY_MODE: 'STATIC_MODE(2)',
		ROCE_CC_STEERING_EXT: 'ENABLED(2)',
		MULTIPATH_DSCP: 'DEVICE_DEFAULT(0)',
		ADVANCED_PCI_SETTINGS: 'True(1)',
		SRIOV_EN: 'True(1)',
		NUM_OF_VFS: String(Math.max(1, Number(values[`NUMVF_${side}`]))),
		...(card.kind === 'DPU' && {INTERNAL_CPU_OFFLOAD_ENGINE: `DISABLED(${values.DPUOFFLOAD})`}),
	};
};

const routeTable = (interfaces: string[]) =>
	[
		'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
		...interfaces.map(name => `${name}\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0`),
		'eth0\t0002A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0',
		'',
	].join('\n');

const layInterface = (inTree: (name: string) => string, name: string, pci: string) => {
	fs.mkdirSync(inTree(`sys/class/net/${name}`), {recursive: true});
	fs.symlinkSync(`../../../bus/pci/devices/${pci}`, inTree(`sys/class/net/${name}/device`));
};

type Laying = {
	card: Card;
	set: Record<string, string>;
	offered: number;
	write(name: string, text: string): void;
	tell(name: string, text: string): void;
	inTree(name: string): string;
};

const layCard = ({card, set, offered, write, tell, inTree}: Laying) => {
	const chip = chips[card.kind];
	const parameters: Record<string, string | undefined> = {
		...usualParameters,
		...((card.ports ?? 1) > 1 && secondPort),
		...(card.kind !== 'ConnectX' && bluefield),
		NUM_OF_VFS: String(offered),
		...set,
		...card.parameters,
	};
	tell(
		`nv/${card.slot}.0`,
		[
			`Device type: ${chip.type.replace(/\(.*/, '')}`,
			`Description: ${card.description ?? chip.text}`,
			...Object.entries(parameters).flatMap(([name, value]) =>
				value === undefined ? [] : [`${name} ${value} ${card.now?.[name] ?? ''}`.trim()],
			),
			'',
		].join('\n'),
	);
	if (card.psid !== undefined) tell(`psid/${card.slot}.0`, `${card.psid}\n`);
	tell(`fw/${card.slot}.0`, `${card.firmware ?? chip.firmware}\n${card.running ? `${card.running}\n` : ''}`);
	const bus = card.slot.replaceAll(':', '');
	for (const [port, pci] of portsOf(card).entries()) {
		const at = `sys/bus/pci/devices/${pci}`;
		write(`${at}/vendor`, '0x15b3\n');
		write(`${at}/device`, `${chip.id}\n`);
		write(`${at}/class`, '0x020000\n');
		write(`${at}/current_link_width`, '16\n');
		write(`${at}/max_link_width`, '16\n');
		write(`${at}/current_link_speed`, '32.0 GT/s PCIe\n');
		write(`${at}/max_link_speed`, '32.0 GT/s PCIe\n');
		// Health looks at this, the RDMA device, the interface and the four values above.
		fs.symlinkSync('../../drivers/mlx5_core', inTree(`${at}/driver`));
		write(`${at}/net/nic${bus}p${port}/phys_port_name`, `p${port}\n`);
		write(`sys/class/net/nic${bus}p${port}/flags`, '0x1003\n');
		layInterface(inTree, `nic${bus}p${port}`, pci);
		const guid = card.guid ?? '905a0815d91d2edc';
		write(
			`${at}/infiniband/mlx5_${port}/node_guid`,
			`${`${guid.slice(0, 15)}${((Number.parseInt(guid.slice(15), 16) + port) % 16).toString(16)}`.replaceAll(/(.{4})(?=.)/g, '$1:')}\n`,
		);
	}
	layFunctions(card, write, offered);
	for (const pci of portsOf(card)) {
		for (let v = 0; v < (card.functions ?? 2); v++) {
			const at = inTree(`sys/bus/pci/devices/${functionAddress(pci, v)}`);
			fs.mkdirSync(at, {recursive: true});
			fs.symlinkSync('../../drivers/mlx5_core', `${at}/driver`);
			fs.symlinkSync(`../${pci}`, `${at}/physfn`);
		}
	}
	if (card.rshim ?? card.kind !== 'ConnectX') {
		write(
			`dev/rshim${Number.parseInt(card.slot.split(':')[1] ?? '', 16)}/misc`,
			[
				'DISPLAY_LEVEL   0 (0:basic, 1:advanced, 2:log)',
				'BOOT_MODE       1 (0:rshim, 1:emmc, 2:emmc-boot-swap)',
				'SW_RESET        0 (1: reset)',
				`DEV_NAME        pcie-${card.slot}.2`,
				'DEV_INFO        BlueField-3(Rev 1)\n',
			].join('\n'),
		);
	}
};

// 0000:05:00.0 has its virtual functions at 0000:05:10.0 to .7, then 0000:05:11.0; port 1 from 0000:05:18.0.
const functionAddress = (pci: string, v: number) =>
	`${pci.slice(0, -4)}${(0x10 + 8 * Number(pci.at(-1)) + (v >> 3)).toString(16)}.${v & 7}`;

// Fresh virtual functions: as the kernel makes them, without addresses.
const layFunctions = (card: Card, write: Laying['write'], offered: number) => {
	for (const pci of portsOf(card)) {
		const at = `sys/bus/pci/devices/${pci}`;
		write(`${at}/sriov_totalvfs`, `${offered}\n`);
		write(`${at}/sriov_numvfs`, '0\n');
		for (let v = 0; v < (card.functions ?? 2); v++) {
			write(`${at}/virtfn${v}/uevent`, `DRIVER=mlx5_core\nPCI_SLOT_NAME=${functionAddress(pci, v)}\n`);
			for (const name of ['node', 'port']) {
				write(`${at}/sriov/${v}/${name}`, '00:00:00:00:00:00:00:00\n');
			}
			write(`${at}/sriov/${v}/mac`, 'usage: write <LLADDR|Random> to set VF Mac Address\n');
			write(`${at}/sriov/${v}/policy`, 'Down\n');
		}
	}
};

const functionsOf = (device: string) => {
	const folder = path.join(device, 'sriov');
	const names = fs.existsSync(folder) ? fs.readdirSync(folder).sort((a, b) => Number(a) - Number(b)) : [];
	return names.map(v =>
		Object.fromEntries(
			['node', 'port', 'mac', 'policy'].map(name => [name, fs.readFileSync(path.join(folder, v, name), 'utf8').trim()]),
		),
	);
};

const readParameters = (file: string) =>
	Object.fromEntries(
		fs
			.readFileSync(file, 'utf8')
			.split('\n')
			.flatMap(line => {
				const [, name, value] = /^([A-Z][A-Z0-9_]+) (\S+)/.exec(line) ?? [];
				return name && value ? [[name, /\((\d+)\)$/.exec(value)?.[1] ?? value]] : [];
			}),
	);

// Paths as on a real node, and without what stands in every call of kubectl.
const readableCall = (call: string, root: string) =>
	call
		.replaceAll(root, '')
		.replace(/--kubeconfig \/etc\/kubernetes\/(kubelet|admin)\.conf --request-timeout=20s/, (_, who) =>
			who === 'admin' ? '(admin)' : '',
		)
		.replace(/-o go-template=.*/s, '-o facts')
		.replace('kubectl  ', 'kubectl ')
		.trimEnd();
