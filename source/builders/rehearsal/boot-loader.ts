import {join} from 'node:path';
import type {StepContext} from '../../pipeline/step.ts';
import {readOverlayFile} from '../overlay-files.ts';
import {fixedDate, rehearsalFolder} from './rehearsal-overlay.ts';

/** Text of the boot menu: the three entries of a Palette ISO, and one that says REHEARSAL. */
export async function grubMenu({host, settings}: Pick<StepContext, 'host' | 'settings'>): Promise<string> {
	const text = await readOverlayFile(host, join(rehearsalFolder, 'iso', 'grub.cfg'));
	return text
		.replace('@DEFAULT@', settings.forceInteractiveInstall ? '2' : '0')
		.replace('@CONSOLE@', settings.arch === 'arm64' ? 'ttyAMA0' : 'ttyS0');
}

/**
 * Makes the boot images in `tree`: BIOS and UEFI on amd64, UEFI on arm64.
 * @returns options of `xorriso -as mkisofs` that make the ISO boot from them, also from a USB stick.
 */
export async function grubImages(c: StepContext, {tree, work}: {tree: string; work: string}): Promise<string[]> {
	const efi = c.settings.arch === 'arm64' ? arm64Efi : amd64Efi;
	await makeEfiImage(c, efi, {tree, work});
	const uefi = [
		...['-eltorito-alt-boot', '-e', 'boot/grub2/efi.img', '-no-emul-boot'],
		...['-append_partition', '2', '0xef', join(tree, 'boot', 'grub2', 'efi.img')],
	];
	if (c.settings.arch === 'arm64') return uefi;
	await mkimage(c, 'i386-pc-eltorito', ['biosdisk', ...modules], join(tree, 'boot', 'grub2', 'eltorito.img'));
	return [
		...['-b', 'boot/grub2/eltorito.img', '-no-emul-boot', '-boot-load-size', '4', '-boot-info-table'],
		...['--grub2-boot-info', '--grub2-mbr', '/usr/lib/grub/i386-pc/boot_hybrid.img'],
		...uefi,
	];
}

const amd64Efi = {format: 'x86_64-efi', file: 'BOOTX64.EFI'};
const arm64Efi = {format: 'arm64-efi', file: 'BOOTAA64.EFI'};

// All that the menu needs is inside, so no folder of modules has to be on the ISO.
const modules = [
	...['iso9660', 'normal', 'configfile', 'search', 'search_label', 'linux', 'echo', 'test', 'true', 'ls', 'cat'],
	...['terminal', 'part_msdos', 'part_gpt', 'fat', 'reboot', 'halt', 'sleep'],
];

const mkimage = (c: StepContext, format: string, contents: readonly string[], output: string) =>
	c.host.run({
		program: 'grub-mkimage',
		args: [
			...['--format', format, '--prefix', '/boot/grub2', '--output', output],
			...['--config', join(rehearsalFolder, 'iso', 'grub-embedded.cfg'), ...contents],
		],
		signal: c.signal,
		what: `Making the boot loader (${format})`,
		hint: 'Install grub-pc-bin and grub-efi-amd64-bin (arm64: grub-efi-arm64-bin).',
	});

async function makeEfiImage(
	c: StepContext,
	{format, file}: {format: string; file: string},
	{tree, work}: {tree: string; work: string},
) {
	const loader = join(work, file);
	await c.host.files.makeFolder(join(tree, 'boot', 'grub2'));
	await c.host.files.makeFolder(join(tree, 'EFI', 'BOOT'));
	await mkimage(c, format, modules, loader);
	const image = join(tree, 'boot', 'grub2', 'efi.img');
	const mtools = (program: string, ...args: string[]) =>
		c.host.run({
			program,
			args,
			// Dates in the FAT image, and mtools' own check for odd disk geometries.
			env: {SOURCE_DATE_EPOCH: fixedDate, MTOOLS_SKIP_CHECK: '1', TZ: 'UTC'},
			signal: c.signal,
			what: 'Making the UEFI boot image',
		});
	// A fixed serial number; mformat makes one of the time otherwise.
	await mtools('mformat', '-i', image, '-C', '-f', '2880', '-N', '20200101', '::');
	await mtools('mmd', '-i', image, '::/EFI', '::/EFI/BOOT');
	await mtools('mcopy', '-i', image, loader, `::/EFI/BOOT/${file}`);
	// Firmware that reads ISO 9660 itself looks for the loader here.
	await c.host.run({
		program: 'cp',
		args: ['--', loader, join(tree, 'EFI', 'BOOT', file)],
		what: 'Copying the boot loader',
	});
}
