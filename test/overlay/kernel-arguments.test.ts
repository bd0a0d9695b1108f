import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeEach, describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {fakeImage, overlay} from './fake-image.ts';

let image: ReturnType<typeof fakeImage>;
beforeEach(() => {
	image = fakeImage();
	image.write('mount/settings/files.list', '0755 - opt/spectrocloud/nodeprep.sh\n');
	image.write('mount/files/opt/spectrocloud/nodeprep.sh', '#!/bin/bash\n');
	image.write('mount/settings/image.json', '{}');
});

const bootargs = (base: string) =>
	`function setKernelCmd {\n    # baseCmd -> shared\n    set baseCmd="${base}"\n    set kernelcmd="$baseExtraConsole $baseCmd"\n}\nsetKernelCmd\n`;
const nouveau = 'rd.driver.blacklist=nouveau modprobe.blacklist=nouveau nouveau.modeset=0';
const iommu = 'intel_iommu=on amd_iommu=on iommu=pt';

describe('the kernel arguments of an installed node', () => {
	test.each([
		['a standard image', 'false', nouveau],
		['an edge appliance', 'true', `${nouveau} ${iommu}`],
	])('%s adds its own to those of Kairos, and nothing else changes', async (_, edge, added) => {
		image.settings({EDGE_APPLIANCE: edge});
		image.write('root/etc/cos/bootargs.cfg', bootargs('console=tty1 panic=5'));
		expect(await image.run('install-files.sh')).toMatchObject({code: 0});
		expect(image.read('root/etc/cos/bootargs.cfg')).toBe(bootargs(`console=tty1 panic=5 ${added}`));
		// Another build on top of it: nothing twice.
		expect(await image.run('install-files.sh')).toMatchObject({code: 0});
		expect(image.read('root/etc/cos/bootargs.cfg')).toBe(bootargs(`console=tty1 panic=5 ${added}`));
	});

	test('a unified kernel image has none to add to', async () => {
		image.settings({EDGE_APPLIANCE: 'false'});
		const {code, out} = await image.run('install-files.sh');
		expect(code).toBe(0);
		expect(out).toContain('no kernel arguments are added');
	});

	test('a bootargs.cfg that is laid out differently is said', async () => {
		image.settings({EDGE_APPLIANCE: 'false'});
		image.write('root/etc/cos/bootargs.cfg', 'set kernelcmd="console=tty1"\n');
		const {code, out} = await image.run('install-files.sh');
		expect(code).toBe(0);
		expect(out).toContain('has no baseCmd');
	});
});

/**
 * What Kairos does in the initrd: its own file names the paths, yip merges our key into the same file, and user-data's
 * list is added by a script of Kairos (00_rootfs.yaml, rootfs.after); then immucore reads both keys.
 */
test('folders are kept beside Kairos’ own and those of user-data', () => {
	type Stage = {if: string; environment_file: string; environment: Record<string, string>};
	const text = readFileSync(join(overlay, 'files/system/oem/90_edge-builder.yaml'), 'utf8');
	const [stage] = (parse(text) as {stages: {rootfs: Stage[]}}).stages.rootfs;
	expect(stage?.environment_file).toBe('/run/cos/cos-layout.env');
	const folder = temporaryFolder();
	const layout = join(folder, 'cos-layout.env');
	writeFileSync(
		layout,
		`CUSTOM_BIND_MOUNTS="${stage?.environment.CUSTOM_BIND_MOUNTS}"\nPERSISTENT_STATE_PATHS="/etc/ssh /opt"\nRW_PATHS="/var /etc"\n`,
	);
	writeFileSync(join(folder, 'custom-layout.env'), 'CUSTOM_BIND_MOUNTS="/srv/own"\n');
	execFileSync('sh', ['-c', appending], {cwd: folder});
	const read = execFileSync('sh', ['-c', '. ./cos-layout.env; echo $PERSISTENT_STATE_PATHS $CUSTOM_BIND_MOUNTS'], {
		cwd: folder,
		encoding: 'utf8',
	});
	expect(read.trim().split(' ')).toEqual([
		...['/etc/ssh', '/opt', '/srv/own'],
		...['/etc/default', '/etc/lldpd.d', '/etc/modprobe.d', '/etc/modules-load.d'],
	]);
	const holds = (mode: string) => {
		const test = (stage?.if ?? 'false').replaceAll('/run/cos/', `${folder}/`);
		if (mode !== '') writeFileSync(join(folder, mode), '1');
		return execFileSync('sh', ['-c', `if ${test}; then echo yes; else echo no; fi`], {encoding: 'utf8'}).trim();
	};
	expect([holds(''), holds('active_mode'), holds('live_mode')]).toEqual(['yes', 'yes', 'no']);
});

// The effect of Kairos' script, in our words: user-data's folders go into PERSISTENT_STATE_PATHS.
const appending = `. ./cos-layout.env
. ./custom-layout.env
sed -i /PERSISTENT_STATE_PATHS/d cos-layout.env
echo "PERSISTENT_STATE_PATHS=\\"$PERSISTENT_STATE_PATHS $CUSTOM_BIND_MOUNTS\\"" >>cos-layout.env`;
