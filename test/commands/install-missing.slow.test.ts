import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {tinyIso} from '../verification/iso/hand-made-iso.ts';

const verify = ['verify', 'image', '--preset', 'rehearsal'];
const installed = /^apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends .*\bbuildah\b/;
const aptCalls = (calls: readonly string[]) => calls.filter(call => call.startsWith('apt-get'));

// A new user's `build --preset rehearsal --yes` ended in exit 3 because of missing packages: `--yes` agreed to nothing.
describe('packages that are missing, without a terminal', () => {
	test('--yes installs them, says so, and checks the machine again before going on', async () => {
		const machine = fakeMachine();
		const {stdout} = await runProgram([...verify, '--yes'], {cwd: temporaryFolder(), env: machine.env});
		expect(stdout).toMatch(/going to install \d packages/);
		expect(stdout).toContain('$ ');
		const [update, install, ...more] = aptCalls(machine.calls());
		expect(update).toBe('apt-get update');
		expect(install).toMatch(installed);
		expect(more).toEqual([]);
		expect(stdout).toContain('✔ Programs of the rehearsal: all installed');
		expect(stdout).toContain('✔ Machine checked');
		expect(stdout).toContain('Verifying provider image');
	});

	test('without --yes nothing is changed: exit 3, with the one line to run', async () => {
		const machine = fakeMachine();
		const {exitCode, stdout} = await runProgram(verify, {cwd: temporaryFolder(), env: machine.env});
		expect(exitCode).toBe(3);
		expect(machine.calls()).toEqual([]);
		expect(stdout).toMatch(/→ Say --yes to install \d packages first\./);
		expect(stdout).toMatch(/un: apt-get update && apt-get \S+ \S+ install -y --no-install-recommends .*buildah/);
		expect(stdout).not.toContain('Verifying provider image');
	});

	test('smoke-test installs what it needs, and no more', async () => {
		const machine = fakeMachine();
		const cwd = temporaryFolder();
		mkdirSync(join(cwd, 'build'));
		writeFileSync(join(cwd, 'build/palette-edge-installer-rehearsal.iso'), '');
		const {stdout} = await runProgram(['smoke-test', '--preset', 'rehearsal', '--yes'], {cwd, env: machine.env});
		expect(aptCalls(machine.calls())[1]).toMatch(/qemu-system/);
		expect(aptCalls(machine.calls())[1]).not.toContain('buildah');
		expect(stdout).toContain('✔ Machine checked');
	});

	// It ended in "qemu-system-x86_64: not found": only an ISO of the settings had its machine checked.
	test('smoke-test of any ISO is refused with the line to run, and installs it with a yes', async () => {
		const cwd = temporaryFolder();
		writeFileSync(join(cwd, 'any.iso'), tinyIso({boot: {kernel: 'a kernel'}}));
		const machine = fakeMachine();
		const refused = await runProgram(['smoke-test', 'any.iso'], {cwd, env: machine.env});
		expect(refused.exitCode).toBe(3);
		expect(refused.stdout).toMatch(
			/un: apt-get update && apt-get \S+ \S+ install -y --no-install-recommends .*qemu-system/,
		);
		expect(machine.calls()).toEqual([]);
		const {stdout} = await runProgram(['smoke-test', 'any.iso', '--yes'], {cwd, env: machine.env});
		expect(aptCalls(machine.calls())[1]).toMatch(/qemu-system/);
		expect(stdout).toContain('✔ Machine checked');
		expect(stdout).toContain('Booting any.iso in QEMU');
	});

	test('apt with a broken source still installs, and says what was wrong with the lists', async () => {
		const machine = fakeMachine({update: 'echo "E: The repository x does not have a Release file." >&2; exit 100'});
		const {stdout} = await runProgram([...verify, '--yes'], {cwd: temporaryFolder(), env: machine.env});
		expect(stdout).toContain('could not be refreshed (E: The repository x does not have a Release file.)');
		expect(stdout).toContain('✔ Machine checked');
	});

	test.each([
		['E: Unable to locate package buildah', 'apt knows no package buildah', 'Look at /etc/apt/sources.list'],
		['E: Package mtools has no installation candidate', 'apt knows no package mtools', 'Look at /etc/apt'],
		[
			'E: dpkg was interrupted, you must manually run "dpkg --configure -a"',
			'An earlier installation was interrupted',
			'dpkg --configure -a',
		],
		[
			'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt)',
			'Another program is installing packages',
			'Wait until it has ended',
		],
		['E: Failed to fetch http://mirror/x.deb  404  Not Found', 'Packages could not be downloaded', 'Check network'],
		["E: You don't have enough free space in /var/cache/apt/archives/.", 'The disk has no room', 'Free some space'],
		[
			'E: Sub-process /usr/bin/dpkg returned an error code (1)',
			'dpkg could not set up a package',
			'dpkg --configure -a',
		],
	])('apt says %j, and the person is told what to do: exit 3', async (said, message, hint) => {
		const machine = fakeMachine({install: `cat >&2 <<'END'\n${said}\nEND\nexit 100`});
		const {exitCode, stdout} = await runProgram([...verify, '--yes'], {cwd: temporaryFolder(), env: machine.env});
		expect(stdout).toContain(message);
		expect(stdout).toContain(said);
		expect(stdout).toContain(hint);
		expect(stdout).not.toContain('our bug');
		expect(exitCode).toBe(3);
	});
});
