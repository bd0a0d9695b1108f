import {beforeEach, describe, expect, test} from 'vitest';
import {fakeImage, kernel} from './fake-image.ts';

let image: ReturnType<typeof fakeImage>;
beforeEach(() => {
	image = fakeImage();
	image.write('root/usr/lib/edge-builder/required-modules', 'mlnx-ofed-kernel\n');
	image.write('answers/modinfo', `echo '${kernel} SMP preempt mod_unload'`);
});

/** DKMS builds it when asked to, as it does where all is well. */
const dkmsWorks = (names = ['mlnx-ofed-kernel', 'kernel-mft-dkms']) => {
	image.write('answers/dkms-status', names.map(name => `${name}/25.10: added\n`).join(''));
	image.write(
		'answers/autoinstall',
		`: >"$FAKE/answers/dkms-status"
for name in ${names.join(' ')}; do
	echo "$name/25.10, ${kernel}, x86_64: installed" >>"$FAKE/answers/dkms-status"
	mkdir -p "$FAKE/root/var/lib/dkms/$name/25.10/${kernel}/x86_64/module"
	touch "$FAKE/root/var/lib/dkms/$name/25.10/${kernel}/x86_64/module/of-$name.ko.zst"
done`,
	);
};

test('modules are built for the kernel of the image, and ARCH does not reach DKMS', async () => {
	image.kernel(kernel, kernel);
	dkmsWorks();
	expect(await image.run('build-modules.sh')).toMatchObject({code: 0});
	expect(image.calls()).toContain(`dkms autoinstall -k ${kernel}`);
	expect(image.calls().join('\n')).not.toContain('ARCH=');
});

test('the key that DKMS signed with does not stay in the image', async () => {
	image.kernel(kernel, kernel);
	image.write('root/var/lib/dkms/mok.key', 'secret');
	dkmsWorks();
	expect(await image.run('build-modules.sh')).toMatchObject({code: 0});
	expect(image.exists('root/var/lib/dkms/mok.key')).toBe(false);
});

test('a folder with headers but no kernel is not taken for the kernel, and is removed', async () => {
	image.kernel(kernel, kernel);
	image.write('root/lib/modules/6.17.0-5-generic/build/Makefile', '');
	dkmsWorks();
	expect(await image.run('build-modules.sh')).toMatchObject({code: 0});
	expect(image.calls()).toContain(`dkms autoinstall -k ${kernel}`);
	expect(image.exists('root/lib/modules/6.17.0-5-generic')).toBe(false);
	expect(image.exists(`root/lib/modules/${kernel}`)).toBe(true);
});

test('versions are compared as versions: 6.11 is newer than 6.8', async () => {
	image.kernel('6.8.0-90-generic', '6.8.0-90-generic');
	image.kernel('6.11.0-2-generic', '6.11.0-2-generic');
	const {out} = await image.run('build-modules.sh');
	expect(out).toContain('kernel of the image: 6.11.0-2-generic');
});

describe('headers', () => {
	test('are installed when they are missing', async () => {
		image.kernel(kernel, undefined);
		image.write(
			'answers/apt-get',
			`if [ "\${*: -1}" = linux-headers-${kernel} ]; then
	mkdir -p "$FAKE/root/lib/modules/${kernel}/build/include/config"
	echo ${kernel} >"$FAKE/root/lib/modules/${kernel}/build/include/config/kernel.release"
fi`,
		);
		expect(await image.run('build-modules.sh', '--headers')).toMatchObject({code: 0});
	});

	test('of another kernel stop the build with one plain sentence', async () => {
		image.kernel(kernel, '6.14.0-36-generic');
		image.write('answers/dpkg-query', "echo 'installed linux-headers-6.14.0-36-generic'");
		const {code, err} = await image.run('build-modules.sh');
		expect(code).toBe(1);
		expect(err).toContain(`edge-builder: error: headers for ${kernel} are not available\n`);
		expect(err).toContain('installed headers: linux-headers-6.14.0-36-generic');
		expect(image.calls()).not.toContain(`dkms autoinstall -k ${kernel}`);
	});

	test('that no mirror has stop the build with the same sentence', async () => {
		image.kernel(kernel, undefined);
		image.write('answers/apt-get', 'exit 100');
		const {code, err} = await image.run('build-modules.sh', '--headers');
		expect(code).toBe(1);
		expect(err).toContain(`headers for ${kernel} are not available`);
	});

	test('that a mirror dropped are looked for in the archive of snapshots, which leaves no source behind', async () => {
		image.kernel(kernel, undefined);
		image.write('root/usr/share/keyrings/ubuntu-archive-keyring.gpg', '');
		image.write('root/etc/os-release', 'VERSION_CODENAME=noble\n');
		image.write('answers/dpkg-query', "echo '6.8.0-90.91'");
		image.write(
			'answers/apt-get',
			`case "$*" in
*=6.8.0-90.91)
	cat "$FAKE/root/etc/apt/sources.list.d/edge-builder-snapshot.list" >"$FAKE/source"
	mkdir -p "$FAKE/root/lib/modules/${kernel}/build/include/config"
	echo ${kernel} >"$FAKE/root/lib/modules/${kernel}/build/include/config/kernel.release" ;;
install*) exit 100 ;;
esac`,
		);
		const {utimesSync} = await import('node:fs');
		utimesSync(image.at(`root/boot/vmlinuz-${kernel}`), 1_750_000_000, 1_750_000_000);
		expect(await image.run('build-modules.sh', '--headers')).toMatchObject({code: 0});
		expect(image.read('source')).toMatch(
			/^deb \[signed-by=\S+\] https:\/\/snapshot\.ubuntu\.com\/ubuntu\/20250629T\d+Z noble main$/m,
		);
		expect(image.exists('root/etc/apt/sources.list.d/edge-builder-snapshot.list')).toBe(false);
	});

	test('no kernel at all is said as such', async () => {
		const {code, err} = await image.run('build-modules.sh', '--headers');
		expect(code).toBe(1);
		expect(err).toContain('no kernel with modules is in the image');
	});
});

test('a failed build shows the end of DKMS’s own log', async () => {
	image.kernel(kernel, kernel);
	image.write('answers/dkms-status', 'mlnx-ofed-kernel/25.10: added\n');
	image.write('answers/autoinstall', 'exit 10');
	image.write('root/var/lib/dkms/mlnx-ofed-kernel/25.10/build/make.log', 'cc1: error: unknown field ‘ndo_x’\n');
	const {code, err} = await image.run('build-modules.sh');
	expect(code).toBe(1);
	expect(err).toContain('cc1: error: unknown field');
	expect(err).toContain(`the kernel module mlnx-ofed-kernel could not be built for ${kernel} (dkms says 'added')`);
});

test('a module that DKMS built for another kernel only is not enough, in the words of DKMS 2 either', async () => {
	image.kernel(kernel, kernel);
	image.write('answers/dkms-status', 'mlnx-ofed-kernel, 25.10, 5.15.0-1-generic, x86_64: installed\n');
	const {code, err} = await image.run('build-modules.sh');
	expect(code).toBe(1);
	expect(err).toContain("dkms says 'not known'");
});

test('a module with the vermagic of another kernel stops the build', async () => {
	image.kernel(kernel, kernel);
	dkmsWorks();
	image.write('answers/modinfo', "echo '6.14.0-36-generic SMP'");
	const {code, err} = await image.run('build-modules.sh');
	expect(code).toBe(1);
	expect(err).toContain(
		`of-mlnx-ofed-kernel (mlnx-ofed-kernel) was built for 6.14.0-36-generic, but the image boots ${kernel}`,
	);
});

describe('after the system was upgraded', () => {
	test('a module that had to be built again gets into a new initrd', async () => {
		image.kernel(kernel, kernel);
		image.write(`root/boot/initrd-${kernel}`, '');
		dkmsWorks();
		expect(await image.run('build-modules.sh', '--finish')).toMatchObject({code: 0});
		expect(image.calls()).toContain(`dracut --force ${image.at(`root/boot/initrd-${kernel}`)} ${kernel}`);
	});

	test('an initrd is left alone when nothing changed', async () => {
		image.kernel(kernel, kernel);
		image.write(`root/boot/initrd-${kernel}`, '');
		dkmsWorks();
		await image.run('build-modules.sh');
		expect(await image.run('build-modules.sh', '--finish')).toMatchObject({code: 0});
		expect(image.calls().filter(call => call.startsWith('dracut'))).toEqual([]);
	});
});

test('the step keeps its script in the image and asks for NFS over RDMA only when it is wanted', async () => {
	image.kernel(kernel, kernel);
	dkmsWorks();
	image.settings({EDGE_APPLIANCE: 'true', NFS_OVER_RDMA: 'false'});
	expect(await image.run('install-modules.sh')).toMatchObject({code: 0});
	expect(image.read('root/usr/lib/edge-builder/build-modules')).toContain('--finish');
	image.settings({EDGE_APPLIANCE: 'true', NFS_OVER_RDMA: 'true'});
	const {code, err} = await image.run('install-modules.sh');
	expect(code).toBe(1);
	expect(err).toContain('the kernel module mlnx-nfsrdma could not be built');
});

test('the modules that mst needs are as necessary as the drivers', async () => {
	image.kernel(kernel, kernel);
	dkmsWorks(['mlnx-ofed-kernel']);
	image.settings({EDGE_APPLIANCE: 'true', NFS_OVER_RDMA: 'false'});
	const {code, err} = await image.run('install-modules.sh');
	expect(code).toBe(1);
	expect(err).toContain('the kernel module kernel-mft-dkms could not be built');
});
