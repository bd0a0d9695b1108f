import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {dirname, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {readFragment} from '../../source/builders/content.ts';
import {fragmentAnchor, insertFragment} from '../../source/builders/fragment.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {staging} from '../builders/staging.ts';

/**
 * The fragment as it is, built by buildah on a base of a few megabytes: bash, coreutils and curl of this machine, and
 * package programs that only do what the steps look at.
 */
const kernel = '6.8.0-90-generic';
const tools =
	'bash cat chmod cp curl cut date dirname basename env find grep head install ls mawk mkdir mv rm rmdir sed sha256sum sleep sort stat tail touch tr uname';
const standIns: Record<string, string> = {
	'apt-get': '',
	'apt-mark': '',
	dpkg: '',
	'dpkg-deb': '',
	'dpkg-query': 'echo 3.3.0',
	modinfo: `echo '${kernel} SMP'`,
	dkms: `folder=/var/lib/dkms/mlnx-ofed-kernel/1/${kernel}/x86_64/module
case $1 in
autoinstall) mkdir -p $folder && touch $folder/mlx5_core.ko ;;
status) [ ! -d $folder ] || echo 'mlnx-ofed-kernel/1, ${kernel}, x86_64: installed' ;;
esac`,
};

let folder: string;
let base: string[];
beforeAll(() => {
	folder = execFileSync('mktemp', ['-d', '/var/tmp/edge-builder-overlay-XXXXXX'], {encoding: 'utf8'}).trim();
	// A storage of its own: the machine's images are not this test's business.
	base = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
	const context = join(folder, 'base');
	makeTinyRoot(join(context, 'root'));
	writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY root/ /\n');
	execFileSync('buildah', [...base, 'bud', '--layers=false', '--isolation=chroot', '--tag', 'tiny', context]);
}, 120_000);
afterAll(() => {
	spawnSync('buildah', [...base, 'rmi', '--all', '--force']);
	rmSync(folder, {recursive: true, force: true});
});

const makeTinyRoot = (root: string) => {
	for (const path of ['usr/bin', 'usr/lib', 'usr/lib64', 'etc/apt', 'tmp', 'var/lib/apt/lists', 'boot']) {
		mkdirSync(join(root, path), {recursive: true});
	}
	for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
	const copy = (path: string) =>
		cpSync(realpathSync(path), join(root, path.replace(/^\/(bin|lib|lib64)\//, '/usr/$1/')));
	for (const tool of tools.split(' ')) {
		const path = execFileSync('sh', ['-c', 'command -v "$1"', 'sh', tool], {encoding: 'utf8'}).trim();
		copy(path.startsWith('/bin/') ? `/usr${path}` : path);
		const libraries = spawnSync('ldd', [path], {encoding: 'utf8'}).stdout.matchAll(/(\/\S+) \(0x/g);
		for (const [, library = ''] of libraries) {
			mkdirSync(join(root, dirname(library.replace(/^\/(lib|lib64)\//, '/usr/$1/'))), {recursive: true});
			copy(library);
		}
	}
	symlinkSync('bash', join(root, 'usr/bin/sh'));
	symlinkSync('mawk', join(root, 'usr/bin/awk'));
	for (const [name, script] of Object.entries(standIns)) {
		writeFileSync(join(root, 'usr/bin', name), `#!/bin/bash\n${script}\n`, {mode: 0o755});
	}
	const modules = join(root, 'usr/lib/modules', kernel);
	mkdirSync(join(modules, 'kernel'), {recursive: true});
	mkdirSync(join(modules, 'build/include/config'), {recursive: true});
	writeFileSync(join(modules, 'build/include/config/kernel.release'), `${kernel}\n`);
	writeFileSync(join(root, 'boot', `vmlinuz-${kernel}`), 'kernel');
};

/** Stages an edge appliance (or not), builds the fragment on the tiny base, and tells how that went. */
const built = async (
	change: Partial<Settings> = {},
	arrange: (staged: ReturnType<typeof staging>) => void = () => undefined,
	{fetched = true, before = ''} = {},
) => {
	const staged = staging(change);
	await staged.stage(fetched ? undefined : []);
	arrange(staged);
	const {tree} = staged.c.run;
	const fragment = await readFragment(staged.c, staged.overlayFolder);
	writeFileSync(
		join(tree, 'Dockerfile'),
		insertFragment(`FROM localhost/tiny\n${before}\n${fragmentAnchor}\n`, fragment),
	);
	const tag = `built-${Math.random().toString(36).slice(2)}`;
	const args = [...base, 'bud', '--layers=false', '--isolation=chroot', '--network=host', '--tag', tag, tree];
	// Not waiting synchronously: the server of the URL tests lives in this process.
	const {code, output} = await new Promise<{code: number | null; output: string}>(resolve => {
		const child = spawn('buildah', args);
		let text = '';
		child.stdout.on('data', data => (text += data));
		child.stderr.on('data', data => (text += data));
		child.on('close', exit => resolve({code: exit, output: text}));
	});
	return {code, output, names: staged.c.names, inside: (script: string) => inside(tag, script)};
};

const inside = (image: string, script: string) => {
	const container = execFileSync('buildah', [...base, 'from', '--pull-never', `localhost/${image}`], {
		encoding: 'utf8',
	}).trim();
	try {
		return execFileSync('buildah', [...base, 'run', '--isolation=chroot', container, '--', 'sh', '-c', script], {
			encoding: 'utf8',
		});
	} finally {
		execFileSync('buildah', [...base, 'rm', container]);
	}
};

const served = async (files: Record<string, string>) => {
	const server = createServer((request, response) => {
		const body = files[request.url ?? ''];
		response.writeHead(body === undefined ? 404 : 200).end(body);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test('an edge image has firmware, nodeprep, modules and manifest, and nothing of the way there', async () => {
	const {code, output, inside, names} = await built();
	expect(code, output).toBe(0);
	const found = inside(
		'find /opt /etc/edge-builder /etc/modprobe.d /etc/lldpd.d /etc/modules-load.d /etc/tmpfiles.d /usr/lib/edge-builder -type f | sort; ls -a /mnt; stat -c %a /opt/spectrocloud/nodeprep.sh',
	);
	expect(found.split('\n')).toEqual([
		'/etc/edge-builder/image.json',
		'/etc/lldpd.d/rcp-lldpd.conf',
		'/etc/modprobe.d/blacklist-nouveau.conf',
		'/etc/modprobe.d/ib_core.conf',
		'/etc/modules-load.d/nfsrdma.conf',
		'/etc/tmpfiles.d/mellanox.conf',
		'/opt/spectrocloud/nodeprep.sh',
		`/opt/spectrocloud/spcx/bfb/${names.bfbFile}`,
		'/usr/lib/edge-builder/build-modules',
		'/usr/lib/edge-builder/nodeprep.sh',
		'/usr/lib/edge-builder/required-modules',
		'.',
		'..',
		'755',
		'',
	]);
	// What the Earthfile edits call, twice, after upstream changed the system.
	expect(inside('/usr/lib/edge-builder/build-modules --finish')).toContain(
		`mlnx-ofed-kernel: 1 module(s) for ${kernel}`,
	);
});

test('a standard image has the four configuration files and nothing else', async () => {
	const {code, output, inside} = await built({edgeAppliance: false});
	expect(code, output).toBe(0);
	expect(
		inside(
			'ls -d /opt /etc/edge-builder /usr/lib/edge-builder /var/lib/dkms 2>/dev/null; ls /mnt; find /etc -name "*.conf" ! -name resolv.conf',
		)
			.split('\n')
			.sort(),
	).toEqual([
		'',
		'/etc/lldpd.d/rcp-lldpd.conf',
		'/etc/modprobe.d/blacklist-nouveau.conf',
		'/etc/modprobe.d/ib_core.conf',
		'/etc/modules-load.d/nfsrdma.conf',
	]);
});

test('firmware by URL is fetched by the build', async () => {
	const server = await served({'/doca.deb': 'doca-host', '/fw/b.bfb': 'bfb'});
	const urls = {firmware: 'url', docaDebUrl: `${server}/doca.deb`, bfbUrl: `${server}/fw/b.bfb`} as const;
	const {code, output, inside, names} = await built(urls, undefined, {fetched: false});
	expect(code, output).toBe(0);
	expect(inside(`cat /opt/spectrocloud/spcx/bfb/${names.bfbFile}`)).toBe('bfb');
});

describe('the build stops, and names file and setting', () => {
	const bfb = 'bf-bundle-3.3.0-202_26.01_ubuntu-24.04_64k_prod.bfb';
	const deb = 'doca-host_3.3.0-088000-26.01-ubuntu2404_amd64.deb';
	const at = (staged: ReturnType<typeof staging>, kind: string, name: string) =>
		join(staged.c.run.tree, 'edge-builder/firmware', kind, name);
	/** Staged files may be links to the person's own: a test that spoils one makes another file of it. */
	const replaced = (path: string, text: string) => {
		rmSync(path);
		writeFileSync(path, text);
	};

	test.each<[string, (staged: ReturnType<typeof staging>) => void, string]>([
		['bundle is missing', staged => rmSync(at(staged, 'bfb', bfb)), `BFB_FILE: ${bfb} is missing`],
		['bundle is empty', staged => truncateSync(replacedFile(at(staged, 'bfb', bfb))), `BFB_FILE: ${bfb} is empty`],
		['bundle has another sha256', staged => replaced(at(staged, 'bfb', bfb), 'x'), `BFB_FILE: sha256 of ${bfb} is`],
		['host package is missing', staged => rmSync(at(staged, 'doca-host', deb)), `DOCA_DEB_FILE: ${deb} is missing`],
		[
			'host package has another sha256',
			staged => replaced(at(staged, 'doca-host', deb), 'x'),
			`DOCA_DEB_FILE: sha256 of ${deb} is`,
		],
	])('when the %s', async (_, arrange, message) => {
		const {code, output} = await built({}, arrange);
		expect(code).not.toBe(0);
		expect(output).toContain(`edge-builder: error: ${message}`);
	});

	test('when the headers in the image are of another kernel', async () => {
		const before = `RUN echo 6.14.0-36-generic >/usr/lib/modules/${kernel}/build/include/config/kernel.release`;
		const {code, output} = await built({}, undefined, {before});
		expect(code).not.toBe(0);
		expect(output).toContain(`edge-builder: error: headers for ${kernel} are not available`);
	});

	test('when the server does not have it', async () => {
		const server = await served({'/doca.deb': 'doca-host'});
		const urls = {firmware: 'url', docaDebUrl: `${server}/doca.deb`, bfbUrl: `${server}/gone.bfb`} as const;
		const {code, output} = await built(urls, undefined, {fetched: false});
		expect(code).not.toBe(0);
		expect(output).toContain(`BFB_FILE: ${server}/gone.bfb could not be downloaded`);
		expect(output).toContain('404');
	});

	const replacedFile = (path: string) => {
		replaced(path, 'x');
		return path;
	};
});
