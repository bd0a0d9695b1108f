import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {processesOf} from '../../source/host/process-table.ts';
import {createHost} from '../../source/host/real-host.ts';
import type {CheckResult} from '../../source/pipeline/events.ts';
import {parseEvents} from '../../source/pipeline/replay.ts';
import {startProgram} from '../helpers/program.ts';
import {failureIn} from '../helpers/run-events.ts';
import {runProgram} from '../helpers/run-program.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {until} from '../helpers/until.ts';
import {makeTinyIso, type TinyIso} from '../machine/bootable-iso.ts';

// Real machines: GRUB, Debian's cloud kernel and busybox. With software emulation each boot takes about ten seconds.
const minutes = 60_000;
// A stuck machine fails its own test, long before the file's time is over.
const stuckMs = 5 * minutes;
let folder: string;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	mkdirSync(join(folder, 'runtime'));
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const isos = new Map<string, Promise<string>>();
const isoOf = (what: TinyIso) => {
	const key = JSON.stringify(what);
	const made = isos.get(key) ?? createHost().then(host => makeTinyIso(host, mkdtempSync(join(folder, 'iso-')), what));
	isos.set(key, made);
	return made;
};

/** A workspace in which this ISO was built. */
const workspaceWith = async (what: TinyIso) => {
	const cwd = mkdtempSync(join(folder, 'workspace-'));
	mkdirSync(join(cwd, 'build'));
	copyFileSync(await isoOf(what), join(cwd, 'build/palette-edge-installer-rehearsal.iso'));
	// What was found out about KVM is for all tests.
	const env = {XDG_RUNTIME_DIR: join(folder, 'runtime'), XDG_CACHE_HOME: join(folder, 'cache')};
	const settings = ['--preset', 'rehearsal', 'MEMORY=1024', 'BOOT_TIMEOUT=60', 'TEST_TIMEOUT=20'];
	const lastRun = () => readdirSync(join(cwd, 'build/runs')).sort().at(-1) ?? '';
	const record = (name: string) => readFileSync(join(cwd, 'build/runs', lastRun(), name), 'latin1');
	return {
		cwd,
		env,
		settings,
		lastRun,
		record,
		failure: () => failureIn(parseEvents(record('events.ndjson')), 'smoke-test'),
		expectNothingLeft() {
			expect(processesOf(lastRun()), 'no QEMU is left').toEqual([]);
			expect(readdirSync(join(folder, 'runtime'))).toEqual([]);
		},
	};
};

const smokeTest = async (what: TinyIso, changes: readonly string[] = [], path = process.env.PATH ?? '') => {
	const workspace = await workspaceWith(what);
	const {cwd, env, settings} = workspace;
	const args = ['smoke-test', '--plain', ...settings, ...changes];
	const {exitCode, stdout} = await runProgram(args, {cwd, env: {...env, PATH: path}, timeoutMs: stuckMs});
	workspace.expectNothingLeft();
	return {...workspace, exitCode, stdout};
};

describe.runIf(process.arch === 'x64')('a smoke test in QEMU', {timeout: stuckMs + minutes}, () => {
	// As the installer's own menu, which GRUB draws on the screen and the firmware mirrors; as the rehearsal's, which GRUB
	// also writes to the serial line itself. The tiny guest is no rehearsal, so its checks fail: they were asked and answered.
	test.each([
		['bios', 'firmware'],
		['bios', 'grub'],
		['uefi', 'firmware'],
		['uefi', 'grub'],
	] as const)('boots the manual entry under %s, menu written by %s', async (firmware, menu) => {
		const {stdout, record, exitCode} = await smokeTest({menu}, [`VM_FIRMWARE=${firmware}`]);
		expect(stdout).toContain('Started the boot menu entry "Palette eXtended Kubernetes Edge Installer (manual)"');
		for (const stage of ['Boot menu', 'Kernel', 'Login', 'Shell']) expect(stdout).toContain(`${stage}, `);
		expect(stdout).toMatch(/✔ The probe answered: \d+ answers/);
		// Where the kernel takes the line over from its early console a character may come twice.
		expect(record('serial.log')).toMatch(/ommand line: BOOT_IMAGE=\/boot\/kernel c.*ttyS0\s*$/m);
		expect(record('serial.log')).toContain('automatic login');
		expect(exitCode).toBe(7);
	});

	test.each([
		['kernel-panic', {menu: 'grub', args: 'rdinit=/bin/missing panic=0'}],
		['initramfs-failure', {menu: 'grub', init: `echo 'Generating "/run/initramfs/rdsosreport.txt"'; exec sleep 600`}],
		['no-autologin', {menu: 'grub', init: `printf 'edge login: '; exec sleep 600`}],
		['no-shell', {menu: 'grub', init: `printf 'edge login: root (automatic login)\\n'; exec sleep 600`}],
		['guest-switched-off', {menu: 'grub', init: 'reboot -f'}],
	] satisfies [string, TinyIso][])('ends with %s where the boot does', async (code, what) => {
		const {failure, record, exitCode} = await smokeTest(what);
		expect(failure()).toMatchObject({code, log: expect.stringContaining('serial.log')});
		expect(record('serial.log').length).toBeGreaterThan(100);
		expect(exitCode).toBe(7);
	});

	test('says what QEMU says of an ISO that it can’t open', async () => {
		const bin = mkdtempSync(join(folder, 'bin-'));
		const elsewhere = `#!/bin/bash\nexec /usr/bin/qemu-system-x86_64 "\${@/file=*.iso/file=/nowhere/edge.iso}"\n`;
		writeFileSync(join(bin, 'qemu-system-x86_64'), elsewhere);
		chmodSync(join(bin, 'qemu-system-x86_64'), 0o755);
		const {failure} = await smokeTest({menu: 'grub'}, [], `${bin}:${process.env.PATH}`);
		expect(failure()?.code).toBe('qemu-ended');
		expect(failure()?.message).toContain("Could not open '/nowhere/edge.iso'");
	});

	test('leaves nothing when it is cancelled in the middle', async () => {
		const {cwd, env, settings, expectNothingLeft} = await workspaceWith({menu: 'grub'});
		const run = startUnattended(['smoke-test', '--plain', ...settings], {cwd, env});
		await run.prints('Loading the kernel, ', stuckMs);
		run.signal('SIGINT');
		expect(await run.exitCode(minutes)).toBe(130);
		expectNothingLeft();
	});

	// A process that is killed outright cannot clean up; the kernel ends QEMU with it, and the next start does the rest.
	test('leaves no QEMU when we are killed with SIGKILL', async () => {
		const {cwd, env, settings, lastRun, expectNothingLeft} = await workspaceWith({menu: 'grub'});
		const run = startUnattended(['smoke-test', '--plain', ...settings], {cwd, env});
		await run.prints('Boot menu, ', stuckMs);
		const killed = lastRun();
		expect(processesOf(killed)).not.toEqual([]);
		run.signal('SIGKILL');
		await until(
			() => processesOf(killed).length === 0,
			() => `left: ${processesOf(killed)}`,
		);
		const next = await runProgram(['verify', 'iso', '--plain', ...settings], {cwd, env});
		expect(next.stdout).toContain('Cleaned up after an earlier run');
		expectNothingLeft();
	});

	test('on a console takes a command in the guest and comes back', async () => {
		const {cwd, env, settings} = await workspaceWith({menu: 'firmware'});
		const program = startProgram(['console', ...settings], {cwd, env, columns: 120, rows: 40});
		await program.shows('root@edge:~#', stuckMs);
		program.press('echo $((111*111))\r');
		await program.shows('12321', minutes);
		expect(program.screen()).not.toContain('nodepair.enable');
		program.press('ctrl+]');
		expect(await program.exitCode(minutes)).toBe(0);
		expect(readdirSync(join(folder, 'runtime'))).toEqual([]);
	});
});

test(
	'the checks for QEMU have a verdict each, and no failure after the packages were installed',
	async () => {
		const cwd = mkdtempSync(join(folder, 'workspace-'));
		const {stdout} = await runProgram(['doctor', '--json', '--preset', 'rehearsal'], {cwd, timeoutMs: stuckMs});
		const {checks}: {checks: CheckResult[]} = JSON.parse(stdout);
		const ofQemu = checks.filter(({id}) => ['qemu', 'kvm', 'uefi', 'vm-memory'].includes(id));
		expect(ofQemu).toHaveLength(4);
		expect(ofQemu.filter(({verdict}) => verdict === 'fail')).toEqual([]);
	},
	stuckMs,
);
