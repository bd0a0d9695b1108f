import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {readdirSync, readlinkSync, statSync} from 'node:fs';
import {beforeEach, describe, expect, test} from 'vitest';
import {fakeImage, kernel} from './fake-image.ts';

let image: ReturnType<typeof fakeImage>;
beforeEach(() => {
	image = fakeImage();
});

const edge = {EDGE_APPLIANCE: 'true', OS_DISTRIBUTION: 'ubuntu', OS_VERSION: '24.04', ARCH: 'amd64'};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a standard image', () => {
	test.each(['install-packages.sh', 'install-doca.sh', 'install-modules.sh', 'install-bfb.sh'])(
		'is left alone by %s',
		async step => {
			image.settings({EDGE_APPLIANCE: 'false'});
			expect(await image.run(step)).toMatchObject({code: 0});
			expect(image.calls()).toEqual([]);
			expect(image.exists('root/opt')).toBe(false);
			expect(image.exists('root/usr')).toBe(false);
		},
	);

	test('gets the listed files and no manifest', async () => {
		image.settings({EDGE_APPLIANCE: 'false'});
		image.write('mount/settings/files.list', '0644 2026-11-22 etc/modprobe.d/ib_core.conf\n');
		image.write('mount/files/etc/modprobe.d/ib_core.conf', 'options ib_core netns_mode=0\n');
		image.write('mount/files/etc/kairos/branding/other', 'of upstream\n');
		expect(await image.run('install-files.sh')).toMatchObject({code: 0});
		expect(image.exists('root/etc/modprobe.d/ib_core.conf')).toBe(true);
		expect(image.exists('root/etc/kairos')).toBe(false);
		expect(image.exists('root/etc/edge-builder')).toBe(false);
	});
});

describe('files', () => {
	test('arrive with the mode of the list, whatever mode they were staged with', async () => {
		image.settings(edge);
		image.write('mount/settings/files.list', '0755 - opt/spectrocloud/nodeprep.sh\n');
		image.write('mount/settings/image.json', '{}');
		image.write('mount/files/opt/spectrocloud/nodeprep.sh', '#!/bin/bash\n', 0o600);
		expect(await image.run('install-files.sh')).toMatchObject({code: 0});
		expect(statSync(image.at('root/opt/spectrocloud/nodeprep.sh')).mode & 0o777).toBe(0o755);
		expect(image.read('root/etc/edge-builder/image.json')).toBe('{}');
	});

	test('nodeprep is switched on below /usr, which an upgrade replaces on installed nodes', async () => {
		image.settings(edge);
		image.write('mount/settings/files.list', '');
		image.write('mount/settings/image.json', '{}');
		image.write('mount/files/opt/spectrocloud/nodeprep.sh', '#!/bin/bash\n');
		expect(await image.run('install-files.sh')).toMatchObject({code: 0});
		const wants = 'root/usr/lib/systemd/system/multi-user.target.wants';
		expect(readdirSync(image.at(wants)).sort()).toEqual(['nodeprep.path', 'nodeprep.service']);
		expect(readlinkSync(image.at(`${wants}/nodeprep.service`))).toBe('../nodeprep.service');
	});

	test('that are missing stop the build by name', async () => {
		image.settings(edge);
		image.write('mount/settings/files.list', '0755 - opt/spectrocloud/nodeprep.sh\n');
		const {code, err} = await image.run('install-files.sh');
		expect(code).toBe(1);
		expect(err).toContain('opt/spectrocloud/nodeprep.sh is missing');
	});
});

describe('packages', () => {
	test.each([
		['ubuntu', '24.04', 'gcc-14 grepcidr libgcc-14-dev'],
		['ubuntu', '22.04', 'gcc-12 grepcidr libgcc-12-dev'],
		['debian', '12', 'gcc-12 grepcidr libgcc-12-dev'],
		['debian', '13', 'gcc-14 grepcidr libgcc-14-dev'],
	])('%s %s is given %s', async (distribution, version, compiler) => {
		image.settings({...edge, OS_DISTRIBUTION: distribution, OS_VERSION: version});
		image.kernel(kernel, kernel);
		expect(await image.run('install-packages.sh')).toMatchObject({code: 0});
		const install = image.calls().find(call => call.startsWith('apt-get install'));
		expect(install).toContain(compiler);
		expect(install).toContain('--no-install-recommends');
		for (const name of ['lldpd', 'netplan.io', 'pv', 'psmisc', 'nfs-common', 'dkms', 'make'])
			expect(install).toContain(` ${name}`);
	});

	test.each([
		['gcc-13', 'x86_64-linux-gnu-gcc-13 (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0', 'x86_64-linux-gnu-gcc-13'],
		['gcc-12', 'gcc-12 (Debian 12.2.0-14) 12.2.0', 'gcc-12'],
	])('%s is installed where the kernel’s headers name it: %s', async (wanted, text, program) => {
		image.settings(edge);
		image.kernel(kernel, kernel);
		image.write(`root/lib/modules/${kernel}/build/.config`, `CONFIG_CC_VERSION_TEXT="${text}"\nCONFIG_X=y\n`);
		const own = `apt-get install --yes --no-install-recommends ${wanted}`;
		expect(await image.run('install-packages.sh')).toMatchObject({code: 0});
		// Not where the machine of this test has it.
		if (spawnSync('sh', ['-c', `PATH=/usr/bin:/bin command -v ${program}`]).status !== 0)
			expect(image.calls()).toContain(own);
		image.write('calls', '');
		image.write(`bin/${program}`, '#!/bin/sh\n', 0o755);
		expect(await image.run('install-packages.sh')).toMatchObject({code: 0});
		expect(image.calls()).not.toContain(own);
	});

	test('a failed install stops the build, and holding packages does not hide it', async () => {
		image.settings(edge);
		image.kernel(kernel, kernel);
		image.write('answers/apt-get', '[ "$1" != install ] || exit 100');
		const {code, err} = await image.run('install-packages.sh');
		expect(code).toBe(1);
		expect(err).toContain('could not be installed');
		expect(image.calls().filter(call => call.startsWith('apt-mark'))).toEqual([]);
	});

	test('kernel packages are held, removed ones and others are not', async () => {
		image.settings(edge);
		image.kernel(kernel, kernel);
		image.write(
			'answers/dpkg-query',
			`printf 'installed %s\\n' linux-image-${kernel} linux-headers-${kernel} linux-modules-extra-${kernel} linux-image-generic-hwe-24.04 linux-libc-dev
echo 'config-files linux-image-6.5.0-1-generic'`,
		);
		await image.run('install-packages.sh');
		expect(image.calls()).toContain(
			`apt-mark hold linux-image-${kernel} linux-headers-${kernel} linux-modules-extra-${kernel} linux-image-generic-hwe-24.04`,
		);
	});
});

describe('the bundle', () => {
	const bfb = {
		...edge,
		BFB_FILE: 'bf-bundle-3.2.1-34.bfb',
		BFB_FILENAME: 'bf-bundle-3.2.1-34.bfb',
		BFB_SHA256: sha256('firmware'),
	};
	const target = 'root/usr/lib/edge-builder/firmware/bf-bundle-3.2.1-34.bfb';
	const link = 'root/opt/spectrocloud/spcx/bfb/bf-bundle-3.2.1-34.bfb';

	test('comes from the build context, checked', async () => {
		image.settings(bfb);
		image.write('mount/firmware/bf-bundle-3.2.1-34.bfb', 'firmware', 0o600);
		expect(await image.run('install-bfb.sh')).toMatchObject({code: 0});
		expect(image.read(target)).toBe('firmware');
		expect(statSync(image.at(target)).mode & 0o777).toBe(0o644);
	});

	test('is stored once: where nodeprep looks for it, in /opt, lies a link', async () => {
		image.settings(bfb);
		image.write('mount/firmware/bf-bundle-3.2.1-34.bfb', 'firmware');
		expect(await image.run('install-bfb.sh')).toMatchObject({code: 0});
		expect(readlinkSync(image.at(link))).toBe('/usr/lib/edge-builder/firmware/bf-bundle-3.2.1-34.bfb');
	});

	test('comes from a URL under its plain name', async () => {
		image.settings({...bfb, BFB_FILE: 'https://me:secret@host/dir/bf-bundle-3.2.1-34.bfb?token=secret'});
		image.write('answers/curl', 'while [ "$1" != --output ]; do shift; done; printf firmware >"$2"');
		const {code, out} = await image.run('install-bfb.sh');
		expect(code).toBe(0);
		expect(image.read(target)).toBe('firmware');
		expect(out).toContain('https://host/dir/bf-bundle-3.2.1-34.bfb');
		expect(out).not.toContain('secret');
	});

	test.each([
		['is missing', () => undefined, 'BFB_FILE: bf-bundle-3.2.1-34.bfb is missing from the build context'],
		[
			'is empty',
			() => image.write('mount/firmware/bf-bundle-3.2.1-34.bfb', ''),
			'BFB_FILE: bf-bundle-3.2.1-34.bfb is empty',
		],
		[
			'is another file',
			() => image.write('mount/firmware/bf-bundle-3.2.1-34.bfb', 'something else'),
			`BFB_FILE: sha256 of bf-bundle-3.2.1-34.bfb is ${sha256('something else')}, not ${sha256('firmware')}`,
		],
	])('stops the build when it %s, naming file and setting', async (_, arrange, message) => {
		image.settings(bfb);
		arrange();
		const {code, err} = await image.run('install-bfb.sh');
		expect(code).toBe(1);
		expect(err).toContain(`edge-builder: error: ${message}`);
		expect(image.exists(target)).toBe(false);
	});

	test('that the server does not have stops the build', async () => {
		image.settings({...bfb, BFB_FILE: 'https://host/bf-bundle-3.2.1-34.bfb'});
		image.write('answers/curl', "echo 'curl: (22) The requested URL returned error: 404' >&2; exit 22");
		const {code, err} = await image.run('install-bfb.sh');
		expect(code).toBe(1);
		expect(err).toContain('404');
		expect(err).toContain('BFB_FILE: https://host/bf-bundle-3.2.1-34.bfb could not be downloaded (curl ended with 22)');
	});

	test('whose sha256 nobody knows is taken, and that is said', async () => {
		image.settings({...bfb, BFB_SHA256: ''});
		image.write('mount/firmware/bf-bundle-3.2.1-34.bfb', 'anything');
		const {code, out} = await image.run('install-bfb.sh');
		expect(code).toBe(0);
		expect(out).toContain('no sha256 is known');
	});
});

describe('DOCA', () => {
	const deb = {
		...edge,
		DOCA_SOURCE: 'deb',
		DOCA_DEB_FILE: 'doca-host.deb',
		DOCA_DEB_SHA256: sha256('deb'),
		NFS_OVER_RDMA: 'false',
	};

	test('the host package is installed first, then doca-all out of its repository', async () => {
		image.settings(deb);
		image.write('mount/firmware/doca-host.deb', 'deb');
		expect(await image.run('install-doca.sh')).toMatchObject({code: 0});
		const steps = image.calls().filter(call => /^(dpkg --install|apt-get (update|install))/.test(call));
		expect(steps.map(call => call.split(' ').slice(0, 2).join(' '))).toEqual([
			'dpkg --install',
			'apt-get update',
			'apt-get install',
		]);
		expect(steps.at(-1)).toMatch(/ doca-all kernel-mft-dkms$/);
		expect(image.calls().join('\n')).not.toContain('ARCH=');
		expect(image.exists('root/var/cache/edge-builder-doca-host.deb')).toBe(false);
	});

	test('NFS over RDMA adds its package', async () => {
		image.settings({...deb, NFS_OVER_RDMA: 'true'});
		image.write('mount/firmware/doca-host.deb', 'deb');
		await image.run('install-doca.sh');
		expect(image.calls().find(call => call.startsWith('apt-get install'))).toMatch(
			/ doca-all kernel-mft-dkms mlnx-nfsrdma-dkms$/,
		);
	});

	test('the repository that the host package brought goes in the same step, with its source, and others stay', async () => {
		image.settings(deb);
		image.write('mount/firmware/doca-host.deb', 'deb');
		image.write('answers/dpkg-deb', 'echo doca-host');
		image.write(
			'answers/dpkg',
			'case $1 in --install) mkdir -p "$FAKE/root/usr/share/doca-host-3.3.0/repo"; touch "$FAKE/root/usr/share/doca-host-3.3.0/repo/doca-all.deb";; --purge) rm -r "$FAKE/root/usr/share/doca-host-3.3.0";; esac',
		);
		const list = 'deb [trusted=yes] file:///usr/share/doca-host-3.3.0/repo ./\n';
		image.write('root/etc/apt/sources.list.d/doca.list', list);
		image.write('root/etc/apt/sources.list.d/ubuntu.sources', 'URIs: http://archive.ubuntu.com/ubuntu\n');
		expect(await image.run('install-doca.sh')).toMatchObject({code: 0});
		expect(image.calls()).toContain('dpkg --purge doca-host');
		expect(image.calls().findIndex(call => call.startsWith('dpkg --purge'))).toBeGreaterThan(
			image.calls().findIndex(call => call.startsWith('apt-get install')),
		);
		expect(image.exists('root/usr/share/doca-host-3.3.0')).toBe(false);
		expect(image.exists('root/etc/apt/sources.list.d/doca.list')).toBe(false);
		expect(image.exists('root/etc/apt/sources.list.d/ubuntu.sources')).toBe(true);
	});

	test('where something needs the host package, its packages go and it stays', async () => {
		image.settings(deb);
		image.write('mount/firmware/doca-host.deb', 'deb');
		image.write('answers/dpkg-deb', 'echo doca-host');
		image.write('answers/dpkg', '[ "$1" != --purge ] || exit 1');
		image.write('root/usr/share/doca-host-3.3.0/repo/doca-all.deb', 'deb');
		image.write('root/usr/share/doca-host-3.3.0/repo/Packages', '');
		const {code, out} = await image.run('install-doca.sh');
		expect(code).toBe(0);
		expect(out).toContain('could not be removed');
		expect(image.exists('root/usr/share/doca-host-3.3.0/repo/doca-all.deb')).toBe(false);
		expect(image.exists('root/usr/share/doca-host-3.3.0/repo/Packages')).toBe(true);
	});

	test('openibd is enabled where it is, and not asked for where it is not', async () => {
		image.settings(deb);
		image.write('mount/firmware/doca-host.deb', 'deb');
		const enabled = () => image.calls().filter(call => call.startsWith('systemctl'));
		await image.run('install-doca.sh');
		expect(enabled()).toEqual([]);
		image.write('root/usr/lib/systemd/system/openibd.service', '[Unit]\n');
		expect(await image.run('install-doca.sh')).toMatchObject({code: 0});
		expect(enabled()).toEqual([`systemctl --root ${image.at('root')} enable openibd.service`]);
	});

	test('a file that is no package is called that', async () => {
		image.settings(deb);
		image.write('mount/firmware/doca-host.deb', 'deb');
		image.write('answers/dpkg-deb', 'exit 2');
		const {code, err} = await image.run('install-doca.sh');
		expect(code).toBe(1);
		expect(err).toContain('DOCA_DEB_FILE: doca-host.deb is not a Debian package');
	});

	test('when its modules do not build, DKMS’s log is shown and the setting named', async () => {
		image.settings(deb);
		image.write('mount/firmware/doca-host.deb', 'deb');
		image.write('answers/apt-get', '[ "$1" != install ] || exit 100');
		image.write('root/var/lib/dkms/mlnx-ofed-kernel/25.10/build/make.log', 'fatal error: no such header\n');
		const {code, err} = await image.run('install-doca.sh');
		expect(code).toBe(1);
		expect(err).toContain('fatal error: no such header');
		expect(err).toContain('DOCA_DEB_FILE: doca-all kernel-mft-dkms could not be installed');
	});

	test('NVIDIA’s repository is bound to its key, version and release', async () => {
		image.settings({...edge, DOCA_SOURCE: 'repository', DOCA_VERSION: '3.3.0', NFS_OVER_RDMA: 'false'});
		image.write('answers/curl', 'while [ "$1" != --output ]; do shift; done; echo key >"$2"');
		expect(await image.run('install-doca.sh')).toMatchObject({code: 0});
		expect(image.read('root/etc/apt/sources.list.d/doca.list')).toBe(
			'deb [signed-by=/usr/share/keyrings/nvidia-doca.asc] https://linux.mellanox.com/public/repo/doca/3.3.0/ubuntu24.04/x86_64/ ./\n',
		);
		expect(image.read('root/usr/share/keyrings/nvidia-doca.asc')).toBe('key\n');
	});

	test('a version that the repository does not have names DOCA_VERSION', async () => {
		image.settings({...edge, DOCA_SOURCE: 'repository', DOCA_VERSION: '9.9.9'});
		image.write('answers/curl', 'while [ "$1" != --output ]; do shift; done; echo key >"$2"');
		image.write('answers/apt-get', '[ "$1" != update ] || exit 100');
		const {code, err} = await image.run('install-doca.sh');
		expect(code).toBe(1);
		expect(err).toContain('DOCA_VERSION: the DOCA repository could not be read');
	});
});

test('settings are data: what looks like shell is not run', async () => {
	image.settings({
		...edge,
		BFB_FILE: '$(touch ran).bfb',
		BFB_FILENAME: '`touch ran`.bfb',
		PATH: '/nowhere',
		IFS: 'x',
	});
	const {code, err} = await image.run('install-bfb.sh');
	expect(code).toBe(1);
	expect(err).toContain('BFB_FILE: $(touch ran).bfb is missing');
	expect(image.exists('ran')).toBe(false);
});

test('a missing settings file stops the build', async () => {
	expect(await image.run('install-bfb.sh')).toMatchObject({
		code: 1,
		err: expect.stringContaining('settings.env is missing'),
	});
});
