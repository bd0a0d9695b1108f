import {expect, test} from 'vitest';
import {createNode, environment} from './node-under-test.ts';

const fresh = (settings: Record<string, string | undefined> = {}) => {
	const node = createNode({immutable: false, environment: settings});
	node.remove('opt/spectrocloud/spcx');
	return node;
};

test('from bare to complete: downloads, packages, kernel arguments, two reboots more', async () => {
	const node = fresh();
	node.write('proc/cmdline', 'root=/dev/sda1 quiet\n');
	const runs = await node.live();
	expect(runs.map(run => run.code)).toEqual([40, 40, 40, 0]);
	expect(node.state()).toBe('complete');
	const calls = runs.flatMap(run => run.calls);
	expect(calls.filter(call => /^(wget|dpkg |apt|update-grub)/.test(call))).toEqual([
		`wget --tries=5 --retry-on-host-error --timeout=60 --no-verbose -O /opt/spectrocloud/spcx/bfb/${environment.BFB}.tmp http://files.test:8080/rcp/firmware/bfb/${environment.BFB}`,
		`wget --tries=5 --retry-on-host-error --timeout=60 --no-verbose -O /opt/spectrocloud/spcx/${environment.DOCA_DEB}.tmp http://files.test:8080/rcp/${environment.DOCA_DEB}`,
		'apt-get install -y --no-install-recommends linux-headers-6.8.0-31-generic',
		'apt-mark hold linux-headers-6.8.0-31-generic',
		'apt-get install -y --no-install-recommends gcc-13 libgcc-13-dev',
		`dpkg -i /opt/spectrocloud/spcx/${environment.DOCA_DEB}`,
		'apt-get update',
		'apt-get install -y --no-install-recommends doca-all lldpd mft netplan.io pv psmisc',
		'update-grub',
	]);
	expect(node.read('etc/default/grub.d/90-nodeprep.cfg')).toBe(
		'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT intel_iommu=on iommu=pt"\n',
	);
	expect(node.read('etc/modprobe.d/ib_core.conf')).toBe('options ib_core netns_mode=0\n');
	expect(node.read('etc/lldpd.d/rcp-lldpd.conf')).toContain('portidsubtype ifname');
});

test('DOCA is followed by the state inithw and a reboot', async () => {
	const node = fresh();
	const {code, calls} = await node.run();
	expect(code).toBe(40);
	expect(node.state()).toBe('inithw');
	expect(calls.some(call => call.startsWith('mst'))).toBe(false);
});

test('AMD hosts get their own argument, and one that is there is not repeated', async () => {
	const node = fresh();
	node.write('proc/cpuinfo', 'processor\t: 0\nvendor_id\t: AuthenticAMD\n');
	node.write('proc/cmdline', 'root=/dev/sda1 iommu=pt intel_iommu=pt\n');
	await node.run();
	node.reboot();
	await node.run();
	expect(node.read('etc/default/grub.d/90-nodeprep.cfg')).toBe(
		'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT amd_iommu=on"\n',
	);
});

test.each([
	['wget*', 'cannot be downloaded (setting MAAS)'],
	['apt-get install * linux-headers*', 'cannot install linux-headers-6.8.0-31-generic'],
	['dpkg -i *', 'cannot be installed'],
	['apt-get install * doca-all*', 'cannot install doca-all'],
])('when %s fails, the state stays and the message names it', async (pattern, says) => {
	const node = fresh();
	node.fail(pattern);
	const {code, output} = await node.run();
	expect(code).toBe(30);
	expect(output).toContain(says);
	expect(node.state()).toBe('init');
});

test('a download with the wrong checksum is not kept', async () => {
	const node = fresh({DOCA_SHA256: '0'.repeat(64)});
	const {code, output} = await node.run();
	expect(code).toBe(30);
	expect(output).toContain('does not match its checksum');
	expect(node.exists(`opt/spectrocloud/spcx/${environment.DOCA_DEB}`)).toBe(false);
});

test('APT_UPDATE upgrades first and removes at the end', async () => {
	const node = fresh({APT_UPDATE: 'true'});
	const calls = (await node.live()).flatMap(run => run.calls);
	expect(calls.filter(call => call.startsWith('apt-get -y'))).toEqual([
		'apt-get -y upgrade',
		'apt-get -y upgrade',
		'apt-get -y autoremove',
	]);
});

test.each([
	{old: undefined, text: '#!/bin/sh\n/opt/spectrocloud/nodeprep.sh &\nexit 0\n'},
	{
		old: '#!/bin/sh -e\n/usr/local/bin/mine\nexit 0\n',
		text: '#!/bin/sh -e\n/usr/local/bin/mine\n/opt/spectrocloud/nodeprep.sh &\nexit 0\n',
	},
	{old: '#!/bin/bash\nmine\n', text: '#!/bin/bash\nmine\n/opt/spectrocloud/nodeprep.sh &\n'},
	{old: '#!/bin/sh\n/opt/spectrocloud/nodeprep.sh\n', text: '#!/bin/sh\n/opt/spectrocloud/nodeprep.sh\n'},
])('rc.local $old keeps what it has', async ({old, text}) => {
	const node = createNode({immutable: false});
	if (old) {
		node.write('etc/rc.local', old);
	}
	await node.run();
	expect(node.read('etc/rc.local')).toBe(text);
});

test('immutable hosts, and those run by Stylus, get no boot hook, no packages and no files under /etc', async () => {
	const node = createNode();
	const calls = (await node.live()).flatMap(run => run.calls);
	expect(calls.filter(call => /^(apt|dpkg |wget|update-grub)/.test(call))).toEqual([]);
	for (const name of ['etc/rc.local', 'etc/default', 'etc/modprobe.d', 'etc/modules-load.d', 'etc/lldpd.d']) {
		expect(node.exists(name)).toBe(false);
	}
	const stylus = createNode({immutable: false, stylus: true});
	await stylus.run();
	expect(stylus.exists('etc/rc.local')).toBe(false);
});

test('an image that lacks something is told so', async () => {
	const node = createNode();
	node.remove('opt/spectrocloud/spcx');
	node.untell('packages/doca-all');
	node.write('proc/cmdline', 'root=LABEL=COS_ACTIVE\n');
	const {output} = await node.run();
	for (const warning of [
		'gcc-13 is not in the image',
		'doca-all is not in the image',
		`${environment.BFB} is not in the image`,
		'without iommu=pt. Edge appliance images of edge-builder carry it; for others it goes into install.grub_options.extra_cmdline',
	]) {
		expect(output).toContain(warning);
	}
});
