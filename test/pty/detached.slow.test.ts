import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {processesOf} from '../../source/host/process-table.ts';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {hangingBuildah} from '../helpers/hanging-buildah.ts';
import {launcher} from '../helpers/launcher.ts';
import {preloading} from '../helpers/preload.ts';
import {startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {startShell} from '../helpers/shell.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

vi.setConfig({testTimeout: 60_000});

const detached = ['build', '--preset', 'rehearsal', '--detach', '--yes'];

// Files that are no programs of PATH, and are there where a build was before.
const grubIn = (folder: string) => `
	const fs = require('node:fs/promises');
	const {access} = fs;
	fs.access = (path, ...more) => access(String(path).startsWith('/usr/lib/grub/') ? '${folder}' : path, ...more);
`;

/** A machine that is ready once packages are "installed", and a build that packs its firmware for as long as the test goes on. */
const slowMachine = () => {
	const folder = temporaryFolder();
	const script = (name: string, text: string) =>
		writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, {mode: 0o755});
	for (const name of ['dpkg-deb', 'apt-ftparchive', 'mksquashfs', 'mcopy', 'grub-mkimage', 'newuidmap']) {
		script(name, 'echo "$0 version 9.0.0"');
	}
	const packing = `while [ -e '${folder}' ]; do sleep 0.1 || exit 1; done`;
	script('sh', `case "$*" in *'dpkg-deb '*) ${packing};; *) exec /bin/sh "$@";; esac`);
	const {PATH, NODE_OPTIONS} = fakeMachine().env;
	const preload = preloading(folder, grubIn(folder)).NODE_OPTIONS;
	return {env: {PATH: `${folder}:${PATH}`, NODE_OPTIONS: `${NODE_OPTIONS} ${preload}`}};
};

const runIn = (cwd: string) => readdirSync(join(cwd, 'build/runs'))[0] ?? '';
const isHeld = (cwd: string) => existsSync(join(cwd, 'build/state/lock.json'));

/** Stops whatever goes on there when the test is over. */
const stopAfterwards = (cwd: string) => {
	onTestFinished(async () => {
		await runProgram(['runs', 'stop'], {cwd});
	});
};

test('a detached build outlives its terminal, is attached to from another one, and stopped', async () => {
	const cwd = temporaryFolder();
	const {env} = slowMachine();
	stopAfterwards(cwd);
	const shell = startShell({cwd, env});
	await shell.prompts();
	shell.type(`'${launcher}' ${detached.join(' ')}; echo "exit $?"\r`);
	await shell.shows(/goes on in the background|exit \d/);
	await shell.shows(/^exit 0$/m);
	const id = runIn(cwd);
	expect(shell.screen()).toContain(`runs attach ${id}`);
	shell.close('SIGHUP');
	const view = startProgram(['runs', 'attach'], {cwd, columns: 120, rows: 40});
	await view.shows(/in another terminal.*Running/);
	view.signal('SIGKILL');
	await view.exitCode();
	expect(processesOf(id)).not.toEqual([]);
	const {stdout, exitCode} = await runProgram(['runs', 'stop', id], {cwd});
	expect(stdout).toContain(`Run ${id} has stopped.`);
	expect(exitCode).toBe(0);
	expect(processesOf(id)).toEqual([]);
	expect(JSON.parse(readFileSync(join(cwd, 'build/runs', id, 'run.json'), 'utf8')).outcome).toBe('cancelled');
	expect(readFileSync(join(cwd, 'build/runs', id, 'output.log'), 'utf8')).toContain('Cancelled');
});

test('packages that are missing refuse it with the one command, and exit code 3', async () => {
	const cwd = temporaryFolder();
	const args = ['build', '--preset', 'rehearsal', '--detach'];
	const {exitCode, stdout} = await runProgram(args, {cwd, env: fakeMachine().env});
	expect(stdout).toContain('This machine is not ready');
	expect(stdout).toMatch(/apt-get install/);
	expect(exitCode).toBe(3);
	expect(isHeld(cwd)).toBe(false);
});

test('settings and a workspace that is held refuse it at once', async () => {
	const cwd = temporaryFolder();
	expect((await runProgram(['build', '--detach', '--k8s-version', '1.x'], {cwd})).exitCode).toBe(2);
	expect(existsSync(join(cwd, 'build'))).toBe(false);
	const {env} = hangingBuildah();
	const run = startUnattended(['build', '--preset', 'rehearsal'], {cwd, env});
	await run.prints('▶ Checking this machine', 30_000);
	const {exitCode, stdout} = await runProgram(detached, {cwd, env});
	expect(stdout).toContain('holds this workspace');
	expect(exitCode).toBe(9);
});

test('Ctrl-C before it has begun stops it', async () => {
	const cwd = temporaryFolder();
	const program = startProgram(detached, {cwd, env: hangingBuildah().env});
	await program.shows('checking this machine');
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
	await until(
		() => !isHeld(cwd),
		() => 'It goes on',
	);
});

test('--json tells the run and its process, whose command line has no secrets', async () => {
	const cwd = temporaryFolder();
	stopAfterwards(cwd);
	const args = [...detached, '--json', '--ubuntu-pro-key', 'geheim', 'UBUNTU_PRO_KEY=geheim'];
	const {exitCode, stdout} = await runProgram(args, {cwd, env: slowMachine().env});
	expect(exitCode).toBe(0);
	const {run, pid} = JSON.parse(stdout);
	expect(run).toBe(runIn(cwd));
	const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
	expect(words).toContain('rehearsal');
	expect(words.join(' ')).not.toContain('geheim');
});
