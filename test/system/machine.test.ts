import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {FixableError} from '../../source/errors.ts';
import type {Host} from '../../source/host/host.ts';
import {processesOf} from '../../source/host/process-table.ts';
import {createHost} from '../../source/host/real-host.ts';
import {qemuChecks} from '../../source/machine/checks.ts';
import {openConsole} from '../../source/machine/console.ts';
import {runSmokeTest, type SmokeTest} from '../../source/machine/smoke-test.ts';
import {until} from '../helpers/until.ts';
import {makeTinyIso, type TinyIso} from '../machine/tiny-iso.ts';

// Real machines: GRUB, Debian's cloud kernel and busybox. With software emulation each boot takes about ten seconds.
const settings = {arch: 'amd64', cpu: 'host', memory: 1024, cores: 2, bootTimeout: 60, testTimeout: 20} as const;
const runId = `machine-test-${process.pid}`;
let host: Host;
let folder: string;
const runtime = () => join(folder, 'runtime');

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	mkdirSync(runtime());
	host = await createHost({runId, env: {...process.env, XDG_RUNTIME_DIR: runtime()}});
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const isos = new Map<string, Promise<string>>();
const iso = (what: TinyIso) => {
	const key = JSON.stringify(what);
	const made = isos.get(key) ?? makeTinyIso(host, mkdtempSync(join(folder, 'iso-')), what);
	isos.set(key, made);
	return made;
};

const smokeTest = async (what: TinyIso, options: Partial<SmokeTest> = {}) => {
	const runFolder = mkdtempSync(join(folder, 'run-'));
	const stages: string[] = [];
	const notes: string[] = [];
	const result = await runSmokeTest({
		host,
		iso: await iso(what),
		settings,
		folder: runFolder,
		script: 'uname -s; for n in $(seq 1 300 2>/dev/null || echo 1); do echo "RESULT:$n:PASS"; done; exit 3',
		signal: new AbortController().signal,
		cleanup: {add: (_, undo) => undo},
		onStage: stage => void stages.push(stage),
		note: text => void notes.push(text),
		...options,
	}).then(
		value => ({value, error: undefined}),
		(error: FixableError) => ({value: undefined, error}),
	);
	expect(processesOf(runId), 'no QEMU is left').toEqual([]);
	expect(readdirSync(runtime())).toEqual([]);
	return {...result, stages, notes: notes.join('\n'), log: readFileSync(join(runFolder, 'serial.log'), 'latin1')};
};

describe.runIf(process.arch === 'x64')('a smoke test in QEMU', () => {
	// As the installer's own menu, which GRUB draws on the screen and the firmware mirrors; as the rehearsal's, which GRUB
	// also writes to the serial line itself.
	test.each([
		['bios', 'firmware'],
		['bios', 'grub'],
		['uefi', 'firmware'],
		['uefi', 'grub'],
	] as const)('boots the manual entry under %s, menu written by %s', async (firmware, menu) => {
		const {value, error, stages, notes, log} = await smokeTest({menu}, {firmware});
		expect(error, `${notes}\n${log.match(/Command line: .*/)}`).toBeUndefined();
		expect(value).toMatchObject({exitCode: 3, commandLine: 'BOOT_IMAGE=/boot/kernel console=tty1 console=ttyS0'});
		expect(value?.output).toMatch(/^Linux\nRESULT:1:PASS\n/);
		expect(stages).toEqual(expect.arrayContaining(['menu', 'kernel', 'login', 'shell']));
		expect(log).toContain('automatic login');
	});

	test.each([
		['kernel-panic', {menu: 'grub', args: 'rdinit=/bin/missing panic=0'}],
		['initramfs-failure', {menu: 'grub', init: `echo 'Generating "/run/initramfs/rdsosreport.txt"'; exec sleep 600`}],
		['no-autologin', {menu: 'grub', init: `printf 'edge login: '; exec sleep 600`}],
		['no-shell', {menu: 'grub', init: `printf 'edge login: root (automatic login)\\n'; exec sleep 600`}],
		['guest-switched-off', {menu: 'grub', init: 'reboot -f'}],
	] satisfies [string, TinyIso][])('ends with %s where the boot does', async (code, what) => {
		// As if the timeouts were for KVM; the machine is small enough.
		const hurried = {
			...host,
			sleep: (ms: number, signal?: AbortSignal) => host.sleep(ms > 50_000 ? ms / 10 : ms, signal),
		};
		const {error, log} = await smokeTest(what, {host: hurried});
		expect(error).toMatchObject({code, exit: 'smokeTest'});
		expect(log.length).toBeGreaterThan(100);
	});

	test('says what QEMU says of an ISO that is not there', async () => {
		const {error} = await smokeTest({menu: 'grub'}, {iso: '/nowhere/edge.iso'});
		expect(error?.code).toBe('qemu-ended');
		expect(error?.message).toContain("Could not open '/nowhere/edge.iso'");
	});

	test('leaves nothing when it is cancelled in the middle', async () => {
		const controller = new AbortController();
		const {error} = await smokeTest(
			{menu: 'grub'},
			{signal: controller.signal, onStage: stage => stage === 'loading' && controller.abort(new Error('cancelled'))},
		);
		expect(error?.message).toBe('cancelled');
	});

	// A process that is killed outright cannot clean up; the kernel ends QEMU with it.
	test('leaves no QEMU when we are killed with SIGKILL', async () => {
		const marker = `${runId}-killed`;
		const program = `
			const {createHost} = await import('${import.meta.dirname}/../../source/host/real-host.ts');
			const {runSmokeTest} = await import('${import.meta.dirname}/../../source/machine/smoke-test.ts');
			await runSmokeTest({
				host: await createHost({runId: '${marker}'}),
				iso: process.argv[1], settings: ${JSON.stringify(settings)}, folder: process.argv[2], script: 'true',
				signal: new AbortController().signal, cleanup: {add: (_, undo) => undo},
				onStage: stage => console.log(stage),
			});`;
		const child = spawn(
			process.execPath,
			[
				...['--experimental-transform-types', '--no-warnings', '--input-type=module', '-e', program, '--'],
				...[await iso({menu: 'grub'}), mkdtempSync(join(folder, 'run-'))],
			],
			{stdio: ['ignore', 'pipe', 'inherit'], env: {...process.env, XDG_RUNTIME_DIR: runtime()}},
		);
		let seen = '';
		child.stdout.on('data', text => (seen += text));
		await until(
			() => seen.includes('menu'),
			() => `stages: ${seen}`,
			60_000,
		);
		expect(processesOf(marker)).toHaveLength(1);
		child.kill('SIGKILL');
		await until(
			() => processesOf(marker).length === 0,
			() => `left: ${processesOf(marker)}`,
		);
		// The reaper removes it by the journal, which this program did not keep.
		for (const name of readdirSync(runtime())) rmSync(join(runtime(), name), {recursive: true});
	});
});

describe.runIf(process.arch === 'x64')('the console in QEMU', () => {
	test('takes a command in the guest and comes back', async () => {
		const [input, output] = [new PassThrough(), new PassThrough()];
		let shown = '';
		output.on('data', text => (shown += text));
		const shows = (text: string) =>
			until(
				() => shown.includes(text),
				() => `no "${text}" in:\n${shown}`,
				120_000,
			);
		const end = openConsole({
			host,
			iso: await iso({menu: 'firmware'}),
			settings,
			input,
			output,
			serialLog: join(mkdtempSync(join(folder, 'console-')), 'serial.log'),
			signal: new AbortController().signal,
			cleanup: {add: (_, undo) => undo},
			diskGib: 8,
		});
		await shows('root@edge:~#');
		input.write('echo $((111*111))\r');
		await shows('12321');
		expect(shown).not.toContain('nodepair.enable');
		input.write('\x1d');
		expect((await end).reason).toBe('detached');
		expect(processesOf(runId)).toEqual([]);
	});
});

describe('the checks for QEMU on this machine', () => {
	test('have a verdict each, and no failure after the packages were installed', async () => {
		const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
		const checks = await qemuChecks(host, {...settings, arch});
		expect(checks.map(({id}) => id)).toEqual(['qemu', 'kvm', 'uefi', 'vm-memory']);
		expect(checks.filter(({verdict}) => verdict === 'fail')).toEqual([]);
	});
});
