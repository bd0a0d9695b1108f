import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa, execaSync} from 'execa';
import {expect, onTestFinished, test} from 'vitest';
import {parseEvents} from '../../source/pipeline/replay.ts';
import {launcher} from '../helpers/launcher.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const minutes = 60_000;

/** A workspace on a filesystem of its own, with room for what a run asks for before it starts. */
const workspaceOnTmpfs = () => {
	const folder = temporaryFolder();
	execaSync('mount', ['-t', 'tmpfs', '-o', 'size=8g', 'edge-builder-test', folder]);
	onTestFinished(() => void execaSync('umount', ['--lazy', folder]));
	return folder;
};

/** A PATH on which dpkg-deb, which the second step calls, is this script. */
const withDpkgDeb = (script: string) => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, 'dpkg-deb'), `#!/bin/sh\n${script}\n`);
	chmodSync(join(folder, 'dpkg-deb'), 0o755);
	return {PATH: `${folder}:${process.env.PATH}`};
};

const manifestOf = (cwd: string, id: string) =>
	JSON.parse(readFileSync(join(cwd, 'build/runs', id, 'run.json'), 'utf8'));

// The record stopped in the middle of a line, nobody said so, and the run went on until something else broke.
test(
	'a record that can’t be written any more stops the run, which names the full disk',
	async () => {
		const cwd = workspaceOnTmpfs();
		// It would print for ever, and it makes the disk small.
		const env = withDpkgDeb(`mount -o remount,size=6m '${cwd}'\nexec yes 'a line of output that fills the log'`);
		const {stdout, exitCode} = await runProgram(['build', '--preset', 'rehearsal', '--quiet'], {
			cwd,
			env,
			timeoutMs: 2 * minutes,
		});
		expect(stdout).toMatch(/Fetching firmware failed\n {2}No space is left on the disk for .*build\/runs\//);
		expect(exitCode).toBe(4);
		const {runs} = JSON.parse((await runProgram(['runs', 'list', '--json'], {cwd})).stdout);
		expect(runs[0].outcome).toBe('failed');
		const {id} = runs[0];
		// Every line is whole, and the last ones tell of the end.
		const text = readFileSync(join(cwd, 'build/runs', id, 'events.ndjson'), 'utf8');
		expect(text.endsWith('\n')).toBe(true);
		expect(parseEvents(text).at(-1)).toMatchObject({type: 'run-finished', outcome: 'failed'});
		expect((await runProgram(['runs', 'show', id], {cwd})).stdout).toContain('No space is left on the disk');
		expect(readFileSync(join(cwd, 'build/runs', id, 'logs/fetch-firmware.log'), 'utf8')).toContain(
			'No space is left on the disk',
		);
		expect(manifestOf(cwd, id).exitCode).toBe(4);
		expect(existsSync(join(cwd, 'build/runs', id, 'report.html'))).toBe(true);
	},
	6 * minutes,
);

// "dpkg-deb failed with exit code 2", and the cause somewhere above in the log.
test(
	'a program that finds the disk full is not blamed for it',
	async () => {
		const cwd = temporaryFolder();
		const script =
			"echo 'cannot copy: No space left on device' >&2; i=0; while [ $i -lt 50 ]; do echo more $i; i=$((i + 1)); done; exit 2";
		const {stdout, exitCode} = await runProgram(['build', '--preset', 'rehearsal', '--quiet'], {
			cwd,
			env: withDpkgDeb(script),
			timeoutMs: 5 * minutes,
		});
		expect(stdout).toMatch(/Fetching firmware failed\n {2}No space is left on the disk: Making a stand-in package/);
		expect(stdout).toContain('Free some space');
		expect(exitCode).toBe(4);
	},
	6 * minutes,
);

test(
	'clean works on a disk without a free byte',
	async () => {
		const cwd = workspaceOnTmpfs();
		mkdirSync(join(cwd, 'build/state'), {recursive: true});
		mkdirSync(join(cwd, 'build/cache'));
		await execa('mount', ['-o', 'remount,size=2m', cwd]);
		await execa('dd', ['if=/dev/zero', `of=${join(cwd, 'build/cache/large')}`], {reject: false});
		const {stderr, exitCode} = await execa(launcher, ['clean', 'cache', '--yes'], {
			cwd,
			reject: false,
			stdin: 'ignore',
		});
		expect(stderr).toContain('Removed Build cache');
		expect(exitCode).toBe(0);
		expect(existsSync(join(cwd, 'build/cache/large'))).toBe(false);
	},
	minutes,
);
