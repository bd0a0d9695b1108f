import {copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {createHost} from '../../source/host/real-host.ts';
import {launcher} from '../helpers/launcher.ts';
import {cleanEnvironment, startInTerminal} from '../helpers/program.ts';
import {makeTinyIso} from '../machine/bootable-iso.ts';

// What KVM is on this machine must not matter here: each test has a /dev of its own, in its own mount namespace, and a
// stand-in on PATH that turns KVM into emulation. The guest is a real one: GRUB, Debian's cloud kernel, busybox.
let folder: string;
let iso: string;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	iso = await makeTinyIso(await createHost(), mkdtempSync(join(folder, 'iso-')), {menu: 'grub'});
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** /dev/kvm is not there, or is a file that opens and is no KVM. */
const ownDev = `set -e
new=$(mktemp -d); mount -t tmpfs -o mode=755 tmpfs "$new"
for path in /dev/*; do
	name=\${path#/dev/}
	[ "$name" = kvm ] && continue
	if [ -L "$path" ]; then cp -P "$path" "$new/$name"
	elif [ -d "$path" ]; then mkdir "$new/$name"; mount --rbind "$path" "$new/$name"
	else touch "$new/$name"; mount --bind "$path" "$new/$name" 2>/dev/null || rm "$new/$name"
	fi
done
if [ "$1" = present ]; then touch "$new/kvm"; fi
mount --move "$new" /dev; rmdir "$new"
shift; exec "$@"`;

/**
 * QEMU under whose KVM all is well, or whose firmware speaks and then stands still: in each machine, or only in those that
 * are controlled by QMP, which are not the race's. SeaBIOS waits for a key as long as it is told to.
 */
const standIn = (stalls: 'never' | 'always' | 'in-the-boot-test', calls: string) => `#!/bin/bash
args=() kvm=
for arg in "$@"; do
	case $arg in *accel=kvm*) kvm=1; arg=\${arg/accel=kvm/accel=tcg};; host) arg=max;; esac
	[[ $arg == menu=off* ]] && boot=1
	args+=("$arg")
done
[[ $* == *-machine* ]] && echo "\${kvm:+kvm}\${kvm:-tcg}\${boot:+ boot}" | sed s/kvm1/kvm/ >>'${calls}'
stall=()
case ${stalls} in always) stall=1;; in-the-boot-test) stall=$boot;; esac
if [[ $kvm && $stall ]]; then
	args=("\${args[@]/menu=off/menu=on,splash-time=60000}")
	[[ $boot ]] || args+=(-boot menu=on,splash-time=60000)
fi
exec /usr/bin/qemu-system-x86_64 "\${args[@]}"
`;

type Stalls = Parameters<typeof standIn>[0];

/** A workspace with the ISO and, unless QEMU itself is to run, the stand-in. */
const makeWorkspace = (stalls?: Stalls) => {
	const cwd = mkdtempSync(join(folder, 'workspace-'));
	for (const name of ['build', 'bin']) mkdirSync(join(cwd, name));
	copyFileSync(iso, join(cwd, 'build/palette-edge-installer-rehearsal.iso'));
	if (stalls) writeFileSync(join(cwd, 'bin/qemu-system-x86_64'), standIn(stalls, join(cwd, 'calls')), {mode: 0o755});
	return cwd;
};

/** Words that run a command of the program with a /dev of its own, and its environment. */
const commandIn = (cwd: string, device: 'absent' | 'present', command: string) => {
	const environment = cleanEnvironment();
	const ownNamespace = ['--mount', '--propagation', 'private', 'bash', '-c', ownDev, 'own-dev', device, launcher];
	return {
		words: [...ownNamespace, command, '--preset', 'rehearsal', 'BOOT_TIMEOUT=50', 'MEMORY=1024'],
		env: {...environment, PATH: `${join(cwd, 'bin')}:${environment.PATH}`, XDG_CACHE_HOME: join(cwd, 'cache')},
		calls: () => readFileSync(join(cwd, 'calls'), 'utf8').split('\n').filter(Boolean),
	};
};

const bootTest = async (
	device: 'absent' | 'present',
	stalls?: Stalls,
	{args = [], again}: {args?: readonly string[]; again?: string} = {},
) => {
	const cwd = again ?? makeWorkspace(stalls);
	writeFileSync(join(cwd, 'calls'), '');
	const {words, env, calls} = commandIn(cwd, device, 'smoke-test');
	const {exitCode, all} = await execa('unshare', [...words, '--plain', ...args], {
		cwd,
		env,
		extendEnv: false,
		stdin: 'ignore',
		all: true,
		reject: false,
		timeout: 5 * minutes,
	});
	const run = readdirSync(join(cwd, 'build/runs')).sort().at(-1) ?? '';
	const logs = readdirSync(join(cwd, 'build/runs', run));
	return {cwd, exitCode, printed: all, logs, calls: calls()};
};

const minutes = 60_000;
// The tiny guest is no rehearsal, so its checks fail; what counts here is that they were asked and answered.
const asked = 'The live system is not as it should be';
const boots = (calls: readonly string[]) => calls.filter(call => call.endsWith(' boot'));

describe.runIf(process.arch === 'x64' && process.getuid?.() === 0)(
	'the boot test where /dev/kvm',
	{timeout: 6 * minutes},
	() => {
		test('is absent is emulated, and says why', async () => {
			const {printed} = await bootTest('absent');
			expect(printed).toContain('software emulation (there is no /dev/kvm)');
			expect(printed).toContain(asked);
		});

		test('is there and dead is emulated, with what QEMU said', async () => {
			const {printed} = await bootTest('present');
			expect(printed).toMatch(/software emulation \(KVM was tried and QEMU ended at once: .*(kvm|KVM)/);
			expect(printed).toContain(asked);
		});

		// Symptom: "No boot menu appeared within 60 s". Cause: the firmware spoke under KVM at once, which was taken for proof.
		test('is half dead is emulated after one race, which the next run remembers', async () => {
			const first = await bootTest('present', 'always');
			expect(first.printed).toContain('the guest stood still after the firmware');
			expect(first.printed).toContain(asked);
			expect(first.calls.length).toBeGreaterThan(1);
			expect(boots(first.calls)).toEqual(['tcg boot']);
			const second = await bootTest('present', 'always', {again: first.cwd});
			expect(second.calls).toEqual(['tcg boot']);
		});

		test('stalls in the boot test only is left for emulation, with a warning, and is not tried again', async () => {
			const first = await bootTest('present', 'in-the-boot-test');
			expect(first.printed).toMatch(/stalled under KVM .* begins again under software emulation/);
			expect(first.printed).toContain(asked);
			expect(boots(first.calls)).toEqual(['kvm boot', 'tcg boot']);
			expect(first.logs).toEqual(expect.arrayContaining(['serial.log', 'serial-kvm.log']));
			const second = await bootTest('present', 'in-the-boot-test', {again: first.cwd});
			expect(second.calls).toEqual(['tcg boot']);
		});

		test('stalls at the console is left for emulation, which says so and comes to the shell', async () => {
			const cwd = makeWorkspace('in-the-boot-test');
			const {words, env, calls} = commandIn(cwd, 'present', 'console');
			const console = startInTerminal('unshare', words, {cwd, env, columns: 200, rows: 50});
			await console.shows(/stalled under KVM .* begins again under software emulation/, 3 * minutes);
			await console.shows('root@edge:~#', 3 * minutes);
			console.press('ctrl+]');
			expect(await console.exitCode(minutes)).toBe(0);
			expect(boots(calls())).toEqual(['kvm boot', 'tcg boot']);
		});

		test('is half dead fails where ACCELERATOR=kvm insists on it', async () => {
			const {printed, exitCode, calls} = await bootTest('present', 'always', {args: ['ACCELERATOR=kvm']});
			expect(printed).toContain('KVM was asked for, but KVM was tried and the guest stood still after the firmware');
			expect(printed).toContain('ACCELERATOR=auto');
			expect(boots(calls)).toEqual([]);
			expect(exitCode).toBe(3);
		});

		test('is good is used', async () => {
			const {printed, calls} = await bootTest('present', 'never');
			expect(printed).toContain('The VM runs with KVM');
			expect(printed).toContain(asked);
			expect(boots(calls)).toEqual(['kvm boot']);
		});
	},
);
