import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {standInQemu, standInVm} from '../helpers/stand-in-qemu.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {tinyIso} from '../verification/iso/hand-made-iso.ts';

/** Runs the boot test of an ISO on a stand-in for QEMU, whose guest logs in and then does this. */
const bootTest = async (guest: string, ...words: string[]) => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'build'));
	writeFileSync(join(cwd, 'build/palette-edge-installer-rehearsal.iso'), tinyIso({boot: {kernel: 'a kernel'}}));
	const env = standInQemu(cwd, guest);
	return runProgram(['smoke-test', '--preset', 'rehearsal', '--plain', ...standInVm, ...words], {
		cwd,
		env,
		timeoutMs: 100_000,
	});
};

const limit = 120_000;

// Symptom: a kernel panic after the login was seen after 633 s only, and the serial line was blamed. Cause: once the login
// was there, nobody looked for faults any more until the shell had answered.
test.each([
	['panic', 'The kernel panicked'],
	['bug', 'The kernel reported a fatal bug'],
	['emergency', 'The system went into emergency mode'],
	['qemu-exit', 'QEMU ended with exit code 1: qemu-system-x86_64: terminating on a bus error'],
])(
	'a guest that ends in "%s" after its login is told for what it is',
	async (guest, message) => {
		const {exitCode, stdout, stderr} = await bootTest(guest);
		expect(stdout + stderr).toContain(message);
		expect(stdout + stderr).toContain('serial.log');
		expect(exitCode).toBe(7);
	},
	limit,
);

// Symptom: on a busy machine "nothing for 300 s after Starting services". Cause: systemd had given up on the serial line,
// and nobody looked for that.
test(
	'a system that gives up waiting for its serial line is told for what it is',
	async () => {
		const {exitCode, stdout, stderr} = await bootTest('no-serial-line');
		expect(stdout + stderr).toContain('gave up waiting for its serial line');
		expect(exitCode).toBe(7);
	},
	limit,
);

// Symptom: a shell that only echoed, or made noise, cost 600 s. Cause: its limit was ten times a minute under emulation,
// whatever the guest did and however quickly it had booted.
test(
	'a shell that only echoes, makes noise or is silent is given up as soon as its guest should have answered',
	async () => {
		const results = await Promise.all(['echo', 'noise', 'silence'].map(guest => bootTest(guest)));
		const words = [
			'what is typed comes back, but nothing runs it',
			'other things, but no answer',
			'the line is silent',
		];
		for (const [index, {exitCode, stdout, stderr}] of results.entries()) {
			expect(stdout + stderr).toMatch(/No shell answered within \d\d s after the login/);
			expect(stdout + stderr).toContain(words[index]);
			expect(exitCode).toBe(7);
		}
	},
	limit,
);

// Symptom: "No boot menu appeared within 60 s", whatever BOOT_TIMEOUT said, and a hint that didn't help.
test(
	'a boot menu that does not come is waited for as long as BOOT_TIMEOUT says, and the hint names it',
	async () => {
		const {exitCode, stdout, stderr} = await bootTest('no-menu', 'BOOT_TIMEOUT=10');
		expect(stdout + stderr).toContain('nothing for 10 s after "Firmware"');
		expect(stdout + stderr).toMatch(/→ .*edge-builder console.*BOOT_TIMEOUT/);
		expect(exitCode).toBe(7);
	},
	limit,
);
