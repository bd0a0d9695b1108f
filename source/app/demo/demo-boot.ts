import {type BootStage, bootStages, stageTitles} from '../../machine/boot/boot-stages.ts';
import type {DemoWriter} from './demo-writer.ts';

const services = [
	'Load Kernel Modules',
	'Apply Kernel Variables',
	'Create Static Device Nodes in /dev',
	'Rule-based Manager for Device Events and Files',
	'Network Configuration',
	'Network Name Resolution',
	'Create /run/mellanox',
	'OpenSSH server daemon',
	'LLDP daemon',
	'Kairos agent',
	'nodeprep: looks at the cards of this machine',
	'Multi-User System',
];

const kernelLines = [
	'Linux version 6.8.0-87-generic (buildd@lcy02) #88-Ubuntu SMP PREEMPT_DYNAMIC',
	'Command line: BOOT_IMAGE=/boot/kernel cdroot root=live:CDLABEL=COS_LIVE rd.live.squashimg=rootfs.squashfs console=ttyS0',
	'x86/fpu: x87 FPU will use FXSAVE',
	'Memory: 4012340K/4193784K available',
	'smpboot: Allowing 2 CPUs, 0 hotplug CPUs',
	'pci 0000:00:02.0: [1af4:1000] type 00 class 0x020000',
	'squashfs: version 4.0 (2009/01/31) Phillip Lougher',
	'loop0: detected capacity change from 0 to 5826304',
	'mlx5_core: loading out-of-tree module taints kernel',
];

const entries = ['Install this machine', 'Live system', 'Install with questions'];

// As GRUB draws on a serial line: cleared, and each row put in its place.
const menu = [
	'\u001b[2J\u001b[H\r\n',
	'                             GNU GRUB  version 2.12\r\n\r\n',
	` \u001b[7m*${entries[0]}\u001b[0m\r\n`,
	...entries.slice(1).map(entry => `  ${entry}\r\n`),
	'\r\n   The highlighted entry will be executed automatically in 5s.\r\n',
];

/** The ISO boots in a VM, to its login. */
export function demoBoot(demo: DemoWriter) {
	const poweredOnAt = demo.now;
	demo.start('smoke-test');
	demo.load = {cpu: 0.52, memory: 0.34, fills: 0};
	const reach = (stage: BootStage) => {
		const label = stageTitles[stage];
		demo.note('smoke-test', `${label}, ${Math.round((demo.now - poweredOnAt) / 1000)}s after power-on`).add({
			type: 'step-progress',
			step: 'smoke-test',
			progress: {done: bootStages.indexOf(stage), total: bootStages.length, unit: 'items', label},
		});
	};
	reach('power-on');
	demo.serial(4000, ['\u001b[2J\u001b[HSeaBIOS (version 1.16.3-debian-1.16.3-2)\r\n', 'Booting from DVD/CD...\r\n']);
	reach('firmware');
	demo.serial(3000, menu);
	reach('menu');
	demo.wait(5000).serial(14_000, ['\u001b[2J\u001b[HLoading kernel...\r\n', 'Loading initrd...\r\n']);
	reach('kernel');
	demo.serial(
		42_000,
		kernelLines.map((text, index) => `[${(index * 1.734).toFixed(6).padStart(12)}] ${text}\r\n`),
	);
	reach('systemd');
	demo.serial(
		70_000,
		services.map(name => `[\u001b[0;32m  OK  \u001b[0m] Started \u001b[0;1;39m${name}\u001b[0m.\r\n`),
	);
	demo.serial(4000, ['\r\nUbuntu 24.04.3 LTS edge-demo ttyS0\r\n\r\n', 'edge-demo login: ']);
	reach('login');
}
