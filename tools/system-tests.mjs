// `npm run test:system`: installs the distribution packages that the rehearsal and its tests need, then does it for real.
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {availableParallelism} from 'node:os';

const isArm = process.arch === 'arm64';
const packages = [
	'mmdebstrap',
	'buildah',
	'uidmap',
	'squashfs-tools',
	'xorriso',
	'mtools',
	'grub-common',
	'apt-utils',
	'dpkg-dev',
	'zstd',
	'cpio',
	...(isArm
		? ['grub-efi-arm64-bin', 'qemu-system-arm', 'qemu-efi-aarch64']
		: ['grub-pc-bin', 'grub-efi-amd64-bin', 'qemu-system-x86', 'ovmf']),
	'docker.io',
	'docker-registry',
	'openssl',
	'shellcheck',
	'aria2',
	'git',
];

const run = (program, args, options = {}) => spawnSync(program, args, {stdio: 'inherit', ...options}).status ?? 1;
const isInstalled = name =>
	spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], {encoding: 'utf8'}).stdout === 'install ok installed';

const missing = packages.filter(name => !isInstalled(name));
if (missing.length > 0) {
	if (process.getuid() !== 0) {
		console.error(
			`These packages are missing. Install them and run this again:\n  sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`,
		);
		process.exit(3);
	}
	const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'};
	const failed =
		run('apt-get', ['update', '-q'], {env}) ||
		run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], {env});
	if (failed) process.exit(failed);
}
if (!existsSync('dist/cli.mjs')) throw new Error('dist/ is missing; run this by `npm run test:system`');
console.error(`System tests on ${availableParallelism()} cores; the first rehearsal takes minutes.`);
process.exit(
	run(process.execPath, [
		'node_modules/vitest/vitest.mjs',
		'run',
		'--config',
		'vitest.system.config.ts',
		...process.argv.slice(2),
	]),
);
