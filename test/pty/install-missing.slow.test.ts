import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseEvents} from '../../source/pipeline/replay.ts';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {follow} from '../helpers/follow.ts';
import {openEntry, toReview} from '../helpers/home-keys.ts';
import {startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

// What moves a cursor, clears or hides; colours do neither.
const escapes = /\u001B(?!\[[\d;]*m)/;

const isInstall = (call: string) => call.startsWith('apt-get') && call.includes(' install ');

// Enter through the wizard ended in "Failed: This machine is not ready" on every new machine.
describe('on a machine where packages are missing', () => {
	test('the review offers to install them, c shows the commands, and Enter installs and goes on to the build', async () => {
		const machine = fakeMachine();
		const cwd = temporaryFolder();
		const program = startProgram([], {cwd, columns: 120, rows: 40, env: machine.env});
		await toReview(program);
		await program.shows(/Install \d+ packages, then build/);
		program.press('c');
		await program.shows('Press Enter to go back');
		expect(program.screen()).toContain('apt-get update');
		expect(program.screen()).toMatch(/install -y --no-install-recommends apt-utils/);
		expect(machine.calls().filter(isInstall)).toEqual([]);
		// Once swallowed: Node went on reading the terminal that it had lent away, also while sudo asked for a password.
		program.press('enter');
		await program.shows(/Install \d+ packages, then build/);
		program.press('enter');
		// Stand-ins of programs can't build: what counts is that all was installed and checked again.
		await program.shows('Failed');
		expect(machine.calls().filter(isInstall)).toHaveLength(1);
		const [run = ''] = readdirSync(join(cwd, 'build/runs'));
		const programs = parseEvents(readFileSync(join(cwd, 'build/runs', run, 'events.ndjson'), 'utf8')).flatMap(event =>
			event.type === 'check' && event.result.id === 'rehearsal-programs' ? [event.result.detail] : [],
		);
		expect(programs).toEqual([expect.stringContaining('buildah'), expect.not.stringContaining('buildah')]);
		program.press('q');
		expect(await program.exitCode()).not.toBe(0);
	});

	test('Ctrl-C leads back from the commands, and the screen is drawn whole', async () => {
		const program = startProgram([], {cwd: temporaryFolder(), columns: 120, rows: 40, env: fakeMachine().env});
		await toReview(program);
		await program.shows(/Install \d+ packages, then build/);
		program.press('c');
		await program.shows('Press Enter to go back');
		program.press('ctrl+c');
		// Once begun where "^C" had left the cursor, so that its first row was cut off.
		await program.shows(/Install \d+ packages, then build/);
		expect(program.screen().split('\n')[0]).toMatch(/^ Build this\? {20}/);
		program.press('ctrl+c');
		expect(await program.exitCode()).toBe(130);
	});

	// On a loaded machine the end of what the terminal was lent to is told before the signal that ended it.
	test('Ctrl-C that comes after the end of what it ended leads back, too', async () => {
		const folder = temporaryFolder();
		const lateInterrupt = 'printf "%s" "$4"; (sleep 0.1; kill -INT $PPID) & kill -INT $$';
		writeFileSync(
			join(folder, 'sh'),
			`#!/bin/bash\n[[ $2 == *'Press Enter'* ]] || exec /bin/sh "$@"\n${lateInterrupt}\n`,
			{mode: 0o755},
		);
		const {env} = fakeMachine();
		const program = startProgram([], {
			cwd: temporaryFolder(),
			columns: 120,
			rows: 40,
			env: {...env, PATH: `${folder}:${env.PATH}`},
		});
		await toReview(program);
		await program.shows(/Install \d+ packages, then build/);
		program.press('c');
		await program.shows('apt-get update');
		await program.shows(/Install \d+ packages, then build/);
		program.press('c');
		await program.shows('apt-get update');
		await program.shows(/Install \d+ packages, then build/);
		program.press('ctrl+c');
		expect(await program.exitCode()).toBe(130);
	});

	test.each([
		['a preset of the menu', 'menu', []],
		['a build that a command began', undefined, ['build', '--preset', 'mine']],
	])('%s asks first, and without a yes tells the line to run', async (_, menu, args) => {
		const machine = fakeMachine();
		const cwd = temporaryFolder();
		mkdirSync(join(cwd, 'presets'));
		writeFileSync(
			join(cwd, 'presets/mine.yaml'),
			'schemaVersion: 1\nname: mine\ndescription: My own\nsettings:\n  builder: rehearsal\n',
		);
		const program = startProgram(args, {cwd, columns: 120, rows: 40, env: machine.env});
		if (menu) {
			await program.shows('to fix');
			await openEntry(program, 'Presets');
			await program.shows('My own');
			program.press('b');
		}
		await program.shows(/Install \d+ packages, then go on\?/);
		program.press('n');
		await program.shows('This machine is not ready');
		program.press('q');
		expect(await program.exitCode()).toBe(3);
		expect(program.screen()).toContain('un: apt-get update && apt-get');
		expect(machine.calls().filter(isInstall)).toEqual([]);
	});

	test('in lines the question comes once, and Enter installs', async () => {
		const machine = fakeMachine();
		const args = ['verify', 'image', '--preset', 'rehearsal', '--plain'];
		const program = startProgram(args, {cwd: temporaryFolder(), columns: 120, rows: 40, env: machine.env});
		await program.shows(/Install \d+ packages\?/);
		program.press('enter');
		await program.shows('Machine checked');
		await program.exitCode();
		expect(machine.calls().filter(isInstall)).toHaveLength(1);
	});

	// It failed with "qemu-system-x86_64 is not installed", where the command asks.
	test.each([
		['without a yes tells the line to run', 'n', /install what it needs, run: .*apt-get update &&\s+.*qemu/s, 0],
		['with a yes installs it and starts the VM', 'y', /The VM was switched off/, 1],
	])('a console of the menu offers QEMU, and %s', async (_, answer, told, installs) => {
		const machine = fakeMachine();
		const cwd = temporaryFolder();
		for (const folder of ['build', 'presets']) mkdirSync(join(cwd, folder));
		writeFileSync(join(cwd, 'build/palette-edge-installer-rehearsal.iso'), '');
		const preset = 'schemaVersion: 1\nname: mine\nsettings:\n  builder: rehearsal\n';
		writeFileSync(join(cwd, 'presets/mine.yaml'), preset);
		const program = startProgram([], {cwd, columns: 120, rows: 40, env: machine.env});
		await openEntry(program, 'QEMU console');
		await program.shows('The whole terminal becomes');
		await follow(program, ['enter', 'Install what the VM needs, then open it?']);
		expect(program.screen()).toMatch(/install -y --no-install-recommends .*qemu/s);
		program.press(answer);
		// Back on the screen, with what became of it.
		await program.shows({
			test: (text: string) => text.includes('The whole terminal becomes') && told.test(text),
		} as RegExp);
		expect(machine.calls().filter(isInstall)).toHaveLength(installs);
		// The keyboard was dead after a VM that ended by itself, and the program with it.
		program.press('escape');
		await program.shows('Past runs');
		program.press('q');
		expect(await program.exitCode()).toBe(0);
	});

	test('on a terminal that can’t move its cursor the question is a line, and its answer too', async () => {
		const machine = fakeMachine();
		const args = ['verify', 'image', '--preset', 'rehearsal'];
		const env = {...machine.env, TERM: 'dumb'};
		const program = startProgram(args, {cwd: temporaryFolder(), columns: 120, rows: 40, env});
		await program.shows(/Install \d+ packages\? \[Y\/n\]:/);
		program.press('no\r');
		expect(await program.exitCode()).toBe(3);
		expect(program.screen()).toContain('This machine is not ready');
		expect(program.bytes()).not.toMatch(escapes);
		expect(machine.calls().filter(isInstall)).toEqual([]);
	});

	test.each([
		['no', 0],
		['yes', 1],
	])('the menu’s console in lines asks, too, and does what %s says', async (answer, installs) => {
		const machine = fakeMachine();
		const cwd = temporaryFolder();
		for (const folder of ['build', 'presets']) mkdirSync(join(cwd, folder));
		writeFileSync(join(cwd, 'build/palette-edge-installer-rehearsal.iso'), '');
		const preset = 'schemaVersion: 1\nname: mine\nsettings:\n  builder: rehearsal\n';
		writeFileSync(join(cwd, 'presets/mine.yaml'), preset);
		const program = startProgram([], {cwd, columns: 120, rows: 60, env: {...machine.env, TERM: 'dumb'}});
		await program.shows(/What do you want to do.*:$/s);
		program.press('console\r');
		await program.shows(/Which ISO.*:$/s);
		program.press('1\r');
		await program.shows(/Run them now\? \[y\/N\]:$/);
		expect(program.screen()).toMatch(/A VM needs:\n {2}\$ .*apt-get update/);
		expect(program.bytes()).not.toMatch(escapes);
		program.press(`${answer}\r`);
		if (installs > 0) await program.shows('The VM was switched off');
		await program.shows(/Run them now.*What do you want to do.*:$/s);
		expect(machine.calls().filter(isInstall)).toHaveLength(installs);
		program.press('ctrl+c');
		await program.exitCode();
	});

	test('console offers QEMU, and without a yes tells the line to run', async () => {
		const machine = fakeMachine();
		const cwd = temporaryFolder();
		mkdirSync(join(cwd, 'build'));
		writeFileSync(join(cwd, 'build/palette-edge-installer-rehearsal.iso'), '');
		const program = startProgram(['console', '--preset', 'rehearsal'], {cwd, columns: 120, rows: 40, env: machine.env});
		await program.shows(/Install \d+ packages\?/);
		program.press('n\r');
		expect(await program.exitCode()).toBe(3);
		expect(program.screen()).toContain('qemu');
		expect(machine.calls().filter(isInstall)).toEqual([]);
	});

	// QEMU was installed first, and only then it turned out that there was nothing to boot.
	test('smoke-test without an ISO says so before anything is installed', async () => {
		const machine = fakeMachine();
		const cwd = temporaryFolder();
		const args = ['smoke-test', '--preset', 'rehearsal', '--yes'];
		const {exitCode, stdout} = await runProgram(args, {cwd, env: machine.env});
		expect(stdout).toContain('There is no ISO at');
		expect(exitCode).toBe(2);
		expect(machine.calls().filter(isInstall)).toEqual([]);
	});

	// Outside of runs nobody heard SIGTERM: the program ended at once and took dpkg along in the middle of a package.
	describe('SIGTERM while packages are unpacked waits for that', () => {
		const unpacksSlowly = () =>
			fakeMachine({install: 'echo "Unpacking one (1.0) ..."; sleep 3; : > "${0%/*}/unpacked"; provide'});
		const isUnpacked = ({env}: {env: {PATH: string}}) => readdirSync(env.PATH).includes('unpacked');

		test('in doctor --fix without a terminal', async () => {
			const machine = unpacksSlowly();
			const program = startUnattended(['doctor', '--fix', '--yes'], {cwd: temporaryFolder(), env: machine.env});
			await program.prints('Unpacking one', 30_000);
			program.signal('SIGTERM');
			expect(await program.exitCode(30_000)).toBe(130);
			expect(isUnpacked(machine)).toBe(true);
		});

		test('in the console', async () => {
			const machine = unpacksSlowly();
			const cwd = temporaryFolder();
			mkdirSync(join(cwd, 'build'));
			writeFileSync(join(cwd, 'build/palette-edge-installer-rehearsal.iso'), '');
			const args = ['console', '--preset', 'rehearsal', '--yes'];
			const program = startProgram(args, {cwd, columns: 120, rows: 40, env: machine.env});
			await program.shows('Unpacking one');
			program.signal('SIGTERM');
			expect(await program.exitCode(30_000)).toBe(130);
			expect(isUnpacked(machine)).toBe(true);
		});
	});
});
