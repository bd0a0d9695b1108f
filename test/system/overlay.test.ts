import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
	cpSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {dirname, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {makeCanvos} from '../builders/canvos/canvos-repository.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

/**
 * Source trees as `edge-builder setup` keeps them, built by buildah on a base of a few megabytes: bash, coreutils and curl of this machine, and
 * package programs that only do what the steps look at.
 */
const kernel = '6.8.0-90-generic';
const tools =
	'bash cat chmod cp curl cut date dirname basename env find grep head install ln ls mawk mkdir mv rm rmdir sed sha256sum sleep sort stat tail touch tr uname';
const standIns: Record<string, string> = {
	'apt-get': '',
	'apt-mark': '',
	dpkg: '',
	'dpkg-deb': '',
	'dpkg-query': 'echo 3.3.0',
	modinfo: `echo '${kernel} SMP'`,
	dkms: `folder=/var/lib/dkms/mlnx-ofed-kernel/1/${kernel}/x86_64/module
case $1 in
autoinstall)
	mkdir -p $folder /var/lib/dkms/kernel-mft-dkms/1/${kernel}/x86_64/module
	touch $folder/mlx5_core.ko /var/lib/dkms/kernel-mft-dkms/1/${kernel}/x86_64/module/mst_pci.ko ;;
status) [ ! -d $folder ] || printf '%s/1, ${kernel}, x86_64: installed\\n' mlnx-ofed-kernel kernel-mft-dkms ;;
esac`,
};

let folder: string;
let base: string[];
let clone: string;
beforeAll(() => {
	folder = execFileSync('mktemp', ['-d', '/var/tmp/edge-builder-overlay-XXXXXX'], {encoding: 'utf8'}).trim();
	// A storage of its own: the machine's images are not this test's business.
	base = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
	clone = makeCanvos(folder);
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

type Settings = Record<string, string>;

/** Where `edge-builder setup` keeps the source tree for these settings. */
const setUp = async (settings: Settings) => {
	const words = {BUILDER: 'canvos', CANVOS_SOURCE: clone, CUSTOM_TAG: 'demo', ...settings};
	const {exitCode, stdout, stderr} = await runProgram(
		['setup', '--yes', '--plain', ...Object.entries(words).map(([name, value]) => `${name}=${value}`)],
		{cwd: temporaryFolder()},
	);
	expect(exitCode, stdout).toBe(0);
	return /The source tree is kept at (.*)/.exec(stderr)?.[1] ?? '';
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Settings of an edge appliance whose firmware comes from a server of the test's; known checksums let it be tiny. */
const firmwareOn = (server: string): Settings => ({
	EDGE_APPLIANCE: 'true',
	FIRMWARE: 'local',
	DOCA_DEB_URL: `${server}/doca.deb`,
	DOCA_DEB_SHA256: sha256('doca-host'),
	BFB_URL: `${server}/fw/b.bfb`,
	BFB_SHA256: sha256('bfb'),
});
const firmwareFiles = {'/doca.deb': 'doca-host', '/fw/b.bfb': 'bfb'};

/** Sets up an edge appliance (or another), builds it on the tiny base, and tells how that went. */
const built = async (
	settings?: Settings,
	{arrange = () => undefined, before = ''}: {arrange?(tree: string): void; before?: string} = {},
) => {
	const tree = await setUp(settings ?? firmwareOn(await served(firmwareFiles)));
	arrange(tree);
	const dockerfile = join(tree, 'Dockerfile');
	writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replace('# --- edge-builder: begin', `${before}\n$&`));
	const tag = `built-${Math.random().toString(36).slice(2)}`;
	const options = ['--layers=false', '--isolation=chroot', '--network=host', '--build-arg', 'BASE=localhost/tiny'];
	const args = [...base, 'bud', ...options, '--tag', tag, tree];
	// Not waiting synchronously: the server of the URL tests lives in this process.
	const {code, output} = await new Promise<{code: number | null; output: string}>(resolve => {
		const child = spawn('buildah', args);
		let text = '';
		child.stdout.on('data', data => (text += data));
		child.stderr.on('data', data => (text += data));
		child.on('close', exit => resolve({code: exit, output: text}));
	});
	return {code, output, inside: (script: string) => inside(tag, script)};
};

const fileIn = (tree: string, kind: string) => {
	const place = join(tree, 'edge-builder/firmware', kind);
	return join(place, readdirSync(place).find(name => !name.startsWith('.')) ?? '');
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
	const {code, output, inside} = await built();
	expect(code, output).toBe(0);
	const found = inside(
		'find /opt /system /etc/edge-builder /etc/modprobe.d /etc/lldpd.d /etc/tmpfiles.d /usr/lib/edge-builder /usr/lib/modprobe.d -type f | sort; ls -a /mnt; stat -c %a /opt/spectrocloud/nodeprep.sh; cd /usr/lib/systemd/system/multi-user.target.wants && ls -L nodeprep.*',
	);
	expect(found.split('\n')).toEqual([
		'/etc/edge-builder/image.json',
		'/etc/lldpd.d/rcp-lldpd.conf',
		'/etc/modprobe.d/blacklist-nouveau.conf',
		'/etc/modprobe.d/ib_core.conf',
		'/etc/tmpfiles.d/mellanox.conf',
		'/opt/spectrocloud/nodeprep.sh',
		'/system/oem/90_edge-builder.yaml',
		'/usr/lib/edge-builder/build-modules',
		expect.stringMatching(/^\/usr\/lib\/edge-builder\/firmware\/bf-bundle-.*\.bfb$/),
		'/usr/lib/edge-builder/nodeprep.sh',
		'/usr/lib/edge-builder/required-modules',
		'/usr/lib/modprobe.d/blacklist-nouveau.conf',
		'/usr/lib/modprobe.d/ib_core.conf',
		'.',
		'..',
		'755',
		'nodeprep.path',
		'nodeprep.service',
		'',
	]);
	// What the Earthfile edits call, twice, after upstream changed the system.
	expect(inside('/usr/lib/edge-builder/build-modules --finish')).toContain(
		`mlnx-ofed-kernel: 1 module(s) for ${kernel}`,
	);
});

test('a standard image has the configuration files and nothing else', async () => {
	const {code, output, inside} = await built({EDGE_APPLIANCE: 'false'});
	expect(code, output).toBe(0);
	expect(
		inside(
			'ls -d /opt /system /etc/edge-builder /usr/lib/edge-builder /var/lib/dkms 2>/dev/null; ls /mnt; find /etc /usr/lib/modprobe.d -name "*.conf" ! -name resolv.conf',
		)
			.split('\n')
			.sort(),
	).toEqual([
		'',
		'/etc/lldpd.d/rcp-lldpd.conf',
		'/etc/modprobe.d/blacklist-nouveau.conf',
		'/etc/modprobe.d/ib_core.conf',
		'/usr/lib/modprobe.d/blacklist-nouveau.conf',
		'/usr/lib/modprobe.d/ib_core.conf',
	]);
});

test('firmware by URL is fetched by the build', async () => {
	const {code, output, inside} = await built({...firmwareOn(await served(firmwareFiles)), FIRMWARE: 'url'});
	expect(code, output).toBe(0);
	expect(inside('cat /opt/spectrocloud/spcx/bfb/*.bfb')).toBe('bfb');
});

describe('the build stops, and names file and setting', () => {
	/** Staged files may be links to the person's own: a test that spoils one makes another file of it. */
	const replaced = (path: string, text: string) => {
		rmSync(path);
		writeFileSync(path, text);
		return path;
	};

	test.each<[string, 'bfb' | 'doca-host', (path: string) => void, RegExp]>([
		['bundle is missing', 'bfb', rmSync, /BFB_FILE: bf-bundle-\S+ is missing/],
		['bundle is empty', 'bfb', path => truncateSync(replaced(path, 'x')), /BFB_FILE: bf-bundle-\S+ is empty/],
		['bundle has another sha256', 'bfb', path => replaced(path, 'x'), /BFB_FILE: sha256 of bf-bundle-\S+ is/],
		['host package is missing', 'doca-host', rmSync, /DOCA_DEB_FILE: doca-host_\S+ is missing/],
		[
			'host package has another sha256',
			'doca-host',
			path => replaced(path, 'x'),
			/DOCA_DEB_FILE: sha256 of doca-host_\S+ is/,
		],
	])('when the %s', async (_, kind, spoil, message) => {
		const {code, output} = await built(undefined, {arrange: tree => spoil(fileIn(tree, kind))});
		expect(code).not.toBe(0);
		expect(output).toMatch(new RegExp(`edge-builder: error: ${message.source}`));
	});

	test('when the headers in the image are of another kernel', async () => {
		const before = `RUN echo 6.14.0-36-generic >/usr/lib/modules/${kernel}/build/include/config/kernel.release`;
		const {code, output} = await built(undefined, {before});
		expect(code).not.toBe(0);
		expect(output).toContain(`edge-builder: error: headers for ${kernel} are not available`);
	});

	test('when the server does not have it', async () => {
		const server = await served({'/doca.deb': 'doca-host'});
		const {code, output} = await built({...firmwareOn(server), FIRMWARE: 'url'});
		expect(code).not.toBe(0);
		expect(output).toContain(`BFB_FILE: ${server}/fw/b.bfb could not be downloaded`);
		expect(output).toContain('404');
	});
});
