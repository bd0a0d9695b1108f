import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {exitCodes} from '../../source/exit-codes.ts';
import {runProgram} from '../helpers/run-program.ts';
import {standInQemu, standInVm} from '../helpers/stand-in-qemu.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {tinyIso} from '../verification/iso/hand-made-iso.ts';

const installer = 'Palette eXtended Kubernetes Edge Installer';
const menu = `menuentry "${installer}" {\n}\nmenuentry "${installer} (manual)" {\n}\n`;
const tree = {
	boot: {kernel: 'a kernel', initrd: 'an initrd', grub2: {'grub.cfg': menu}},
	'rootfs.squashfs': 'hsqs and so on',
};

/** A folder without a workspace, with an ISO of somebody else in another one. */
const withIso = (image: Buffer) => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'of others'));
	writeFileSync(join(cwd, 'of others/an image.iso'), image);
	return {cwd, iso: 'of others/an image.iso'};
};

const limit = 120_000;

test(
	'any ISO is verified without a preset, by what it says of itself',
	async () => {
		const {cwd, iso} = withIso(tinyIso(tree));
		const good = await runProgram(['verify', 'iso', iso, '--plain'], {cwd});
		expect(good.exitCode, good.stdout + good.stderr).toBe(0);
		expect(good.stdout).toContain('an image.iso.sha256 is missing');
		expect(good.stdout).toContain('Boots with BIOS from a stick');

		writeFileSync(join(cwd, iso), tinyIso(tree, {stick: []}));
		const onlyCd = await runProgram(['verify', 'iso', iso, '--plain'], {cwd});
		expect(onlyCd.exitCode).toBe(exitCodes.verification);
		expect(onlyCd.stdout).toContain('its first sector has no boot signature');
	},
	limit,
);

// Symptom: eleven times the same sentence, each with a hint about a build that there never was.
test(
	'a file that is no ISO is told so once',
	async () => {
		const {cwd, iso} = withIso(Buffer.from('some text\n'));
		const {exitCode, stdout} = await runProgram(['verify', 'iso', iso, '--plain'], {cwd});
		expect(exitCode).toBe(exitCodes.verification);
		expect(stdout.match(/^ {2}✖ ISO is whole: it cannot be read as an ISO/gm)).toHaveLength(2); // In the step, and at the end.
		expect(stdout).toContain('Checks: 1 failed');
		expect(stdout).not.toMatch(/Build (it|the ISO) again/);
	},
	limit,
);

test(
	'a checksum beside any ISO is compared',
	async () => {
		const {cwd, iso} = withIso(tinyIso(tree));
		writeFileSync(join(cwd, `${iso}.sha256`), `${'0'.repeat(64)}  an image.iso\n`);
		const {exitCode, stdout} = await runProgram(['verify', 'iso', iso, '--plain'], {cwd});
		expect(exitCode).toBe(exitCodes.verification);
		expect(stdout).toContain('an image.iso.sha256 says 0000');
	},
	limit,
);

test(
	'any ISO is boot-tested, and what ends its guest is told',
	async () => {
		const {cwd, iso} = withIso(tinyIso(tree));
		const env = standInQemu(cwd, 'panic');
		const {exitCode, stdout, stderr} = await runProgram(['smoke-test', iso, '--plain', ...standInVm], {cwd, env});
		expect(stdout + stderr).toContain('Booting an image.iso in QEMU');
		expect(stdout + stderr).toContain('The kernel panicked');
		expect(exitCode).toBe(exitCodes.smokeTest);
	},
	limit,
);

test.each([
	[['verify', 'iso', 'not-there.iso'], 'There is no file'],
	[['smoke-test', '.'], 'is not a file'],
	[['verify', 'image', 'not-there.iso'], 'Only an ISO can be named by its path'],
])('%j is a mistake of the call', async (words, says) => {
	const {exitCode, stderr} = await runProgram(words, {cwd: temporaryFolder()});
	expect(exitCode).toBe(2);
	expect(stderr).toContain(says);
});
