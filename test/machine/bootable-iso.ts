import {chmod, cp, mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import type {Host} from '../../source/host/host.ts';

/** Titles and telling kernel arguments of the real installer ISO. */
const entries = [
	{title: 'Palette eXtended Kubernetes Edge Installer', args: 'nodepair.enable'},
	{title: 'Palette eXtended Kubernetes Edge Installer (manual)', args: ''},
	{title: 'Palette Edge Interactive Installer', args: 'nodepair.enable interactive-install'},
];

export type TinyIso = {
	/** `grub`: GRUB speaks to the serial port itself; `firmware`: only SeaBIOS mirrors the screen, as with the real ISO. */
	menu: 'grub' | 'firmware';
	/** What /init does once the kernel is up. @default mimics a serial autologin */
	init?: string;
	/** More kernel arguments for all entries. */
	args?: string;
};

const autologin = `printf 'edge login: root (automatic login)\\n\\nWelcome to Kairos!\\n'
cd /root
exec setsid cttyhack /bin/sh -c 'PS1="root@edge:~# " exec /bin/sh -i'`;

/**
 * Makes a bootable ISO of about 15 MB: GRUB for BIOS and UEFI, Debian's cloud kernel, and busybox as the whole system.
 * Needs grub-mkrescue with xorriso and mtools, dpkg-deb, and the package mirror.
 */
export const makeTinyIso = async (host: Host, folder: string, {menu, init = autologin, args = ''}: TinyIso) => {
	const tree = join(folder, 'tree');
	await mkdir(join(tree, 'boot/grub'), {recursive: true});
	const parts = await fetchParts(host, folder);
	await cp(parts.kernel, join(tree, 'boot/kernel'));
	await writeFile(join(tree, 'boot/initrd'), gzipSync(await initrd(parts.busybox, init)));
	await writeFile(join(tree, 'boot/grub/grub.cfg'), grubConfig(menu, args));
	const iso = join(folder, 'tiny, with a comma.iso');
	await host.run({program: 'grub-mkrescue', args: ['-o', iso, tree, '--', '-volid', 'COS_LIVE']});
	return iso;
};

const fetchParts = async (host: Host, folder: string) => {
	const unpacked = join(folder, 'unpacked');
	await mkdir(unpacked, {recursive: true});
	await chmod(folder, 0o777); // apt downloads as its own user.
	const {stdout} = await host.run({program: 'apt-cache', args: ['depends', 'linux-image-cloud-amd64']});
	const image = /linux-image-\S+-cloud-amd64/.exec(stdout.replace(/^linux-image-cloud-amd64$/m, ''))?.[0] ?? '';
	await host.run({program: 'apt-get', args: ['download', image, 'busybox-static'], cwd: folder});
	for (const name of await host.files.list(folder)) {
		if (name.endsWith('.deb')) await host.run({program: 'dpkg-deb', args: ['-x', join(folder, name), unpacked]});
	}
	return {
		kernel: join(unpacked, 'boot', image.replace('linux-image-', 'vmlinuz-')),
		busybox: join(unpacked, 'bin/busybox'),
	};
};

const grubConfig = (menu: TinyIso['menu'], args: string) =>
	[
		...(menu === 'grub'
			? ['serial --unit=0 --speed=115200', 'terminal_input serial console', 'terminal_output serial console']
			: []),
		'set timeout=5',
		'set default=0',
		...entries.map(
			entry => `menuentry "${entry.title}" {
	echo Loading kernel...
	linux /boot/kernel console=tty1 console=ttyS0 ${args} ${entry.args}
	echo Loading initrd...
	initrd /boot/initrd
}`,
		),
	].join('\n');

const applets = [
	'sh',
	'mount',
	'printf',
	'setsid',
	'cttyhack',
	'echo',
	'cat',
	'stty',
	'head',
	'base64',
	'gunzip',
	'gzip',
	'mkdir',
	'tee',
	'wc',
	'dmesg',
	'sleep',
	'rm',
	'poweroff',
	'reboot',
	'tr',
	'ls',
	'uname',
	'cut',
	'grep',
	'test',
	'sed',
	'timeout',
];

const initrd = async (busybox: string, init: string) =>
	Buffer.concat([
		...['bin', 'dev', 'proc', 'sys', 'run', 'tmp', 'root'].map(name => archived(name, 0o040755)),
		archived('bin/busybox', 0o100755, await readFile(busybox)),
		...applets.map(name => archived(`bin/${name}`, 0o120777, Buffer.from('busybox'))),
		archived(
			'init',
			0o100755,
			Buffer.from(`#!/bin/sh
export PATH=/bin HOME=/root TERM=vt220
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
exec >/dev/ttyS0 2>&1 </dev/ttyS0
echo '[  OK  ] Reached target basic.target'
${init}
`),
		),
		archived('TRAILER!!!', 0),
	]);

let inode = 0;
/** One member of a "newc" cpio archive (the kernel's Documentation/driver-api/early-userspace/buffer-format). */
const archived = (name: string, mode: number, content: Uint8Array = new Uint8Array()) => {
	const fields = [++inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
	const header = `070701${fields.map(field => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
	return Buffer.concat([padded(Buffer.from(header)), padded(Buffer.from(content))]);
};

const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
