import {expect, test} from 'vitest';
import {createNode, environment} from './node-under-test.ts';

const pages = {HP2M: '512', HP1G: '4', HPDEFAULT: '1G'};
const words = 'default_hugepagesz=1G hugepagesz=2M hugepages=512 hugepagesz=1G hugepages=4';
const dropIn = 'etc/default/grub.d/90-nodeprep.cfg';
const given = (node: ReturnType<typeof createNode>, of2M: number, of1G: number) => {
	node.write('sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages', `${of2M}\n`);
	node.write('sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages', `${of1G}\n`);
};
// What the drop-in gives the kernel at its next start.
const boot = (node: ReturnType<typeof createNode>) => {
	node.reboot();
	const [, own] = /DEFAULT (.*)"/.exec(node.read(dropIn)) ?? [];
	node.write('proc/cmdline', `root=/dev/sda1 quiet ${own}\n`);
};

test('a mutable host gets them by its GRUB drop-in, with one reboot', async () => {
	const node = createNode({immutable: false, environment: pages});
	node.write('proc/cmdline', 'root=/dev/sda1 quiet\n');
	const codes: (number | null)[] = [];
	const updates: string[] = [];
	for (let start = 0; start < 6; start++) {
		const {code, calls} = await node.run();
		codes.push(code);
		updates.push(...calls.filter(call => call === 'update-grub'));
		if (code !== 40) {
			break;
		}
		if (node.exists(dropIn)) {
			boot(node);
		} else {
			node.reboot();
		}
		given(node, 512, 4);
	}
	expect(codes).toEqual([40, 40, 40, 0]);
	expect(updates).toEqual(['update-grub']);
	expect(node.read(dropIn)).toBe(
		`GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT intel_iommu=on iommu=pt ${words}"\n`,
	);
});

test('other numbers later leave the IOMMU arguments in the file', async () => {
	const node = createNode({immutable: false, environment: pages, state: 'init'});
	node.tell('packages/doca-all', '');
	node.tell('packages/doca-host', '');
	node.write('proc/cmdline', 'root=/dev/sda1 quiet\n');
	await node.run();
	boot(node);
	node.tell('node', (node.told('node') ?? '').replace(/nodeprep=\w+/, 'nodeprep=init'));
	node.setEnvironment({HP2M: '8'});
	await node.run();
	expect(node.read(dropIn)).toBe(
		'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT intel_iommu=on iommu=pt default_hugepagesz=2M hugepagesz=2M hugepages=8"\n',
	);
});

test('they need no virtual functions', async () => {
	const node = createNode({immutable: false, environment: {...pages, NUMVF_EW: '0'}, state: 'init'});
	node.tell('packages/doca-all', '');
	node.write('proc/cmdline', 'root=/dev/sda1 quiet\n');
	await node.run();
	expect(node.read(dropIn)).toBe(`GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${words}"\n`);
	expect(node.exists('etc/modprobe.d/ib_core.conf')).toBe(false);
});

test('an immutable host is told the words for user-data and for a node that is installed', async () => {
	const node = createNode({environment: pages});
	const {output} = await node.run();
	expect(output).toContain(`install.grub_options.extra_cmdline: "${words}"`);
	expect(output).toContain(
		`grub2-editenv /oem/grubenv set extra_cmdline="$(grub2-editenv /oem/grubenv list | sed -n s/^extra_cmdline=//p) ${words}"`,
	);
	expect(node.exists('etc/default')).toBe(false);
});

test.each([
	'default_hugepagesz=1G hugepages=4 hugepagesz=2M hugepages=512',
	'hugepagesz=1g hugepages=4 hugepagesz=2m hugepages=512 default_hugepagesz=1G',
])('a kernel with %s and all its pages needs no word', async cmdline => {
	const node = createNode({environment: pages});
	node.write('proc/cmdline', `root=LABEL=COS_ACTIVE iommu=pt ${cmdline}\n`);
	given(node, 512, 4);
	expect((await node.run()).output).not.toContain('huge pages');
});

test('fewer than wanted are told before complete, and hold nothing back', async () => {
	const node = createNode({
		cards: [{slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW}],
		environment: pages,
		state: 'precomplete',
	});
	node.write('proc/cmdline', `root=LABEL=COS_ACTIVE iommu=pt ${words}\n`);
	given(node, 512, 3);
	const {code, output} = await node.run();
	expect(code).toBe(0);
	expect(output).toContain('the kernel has 3 huge pages of 1G, 4 are wanted');
	expect(output).not.toContain('of 2M');
});
