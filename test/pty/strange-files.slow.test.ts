import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {execaSync} from 'execa';
import {describe, expect, test} from 'vitest';
import {toReview} from '../helpers/home-keys.ts';
import {startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const kinds = {
	'a FIFO': (path: string) => execaSync('mkfifo', [path]),
	'a dangling link': (path: string) => symlinkSync('/nowhere/at-all', path),
	'a link to itself': (path: string) => symlinkSync(basename(path), path),
	'a folder': (path: string) => mkdirSync(path),
};
type Kind = keyof typeof kinds;
const everyKind = Object.keys(kinds) as Kind[];

const workspaceWith = (kind: Kind, path: string) => {
	const cwd = temporaryFolder();
	mkdirSync(dirname(join(cwd, path)), {recursive: true});
	kinds[kind](join(cwd, path));
	return cwd;
};

const bundle = 'bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb';
const verifying = ['download', '--verify', 'BUILDER=canvos'];
const runId = '2026-11-26T00-00-00-edge-0000';
const runFolder = `build/runs/${runId}`;

// The program hung on them, some of it even against SIGTERM, or ended as our bug.
describe.each(everyKind)('%s', kind => {
	test.each([
		['the lock of the workspace', 'build/state/lock.json', ['clean', 'artifacts', '--yes']],
		['the lock of a workspace that is only looked at', 'build/state/lock.json', ['runs', 'list']],
		['the folder of the journals', 'build/state/journal', ['clean', 'artifacts', '--yes']],
		['the state', 'build/state', ['clean', 'artifacts', '--yes']],
		['the events of a run', `${runFolder}/events.ndjson`, ['runs', 'list']],
		['the events of a run that is asked for', `${runFolder}/events.ndjson`, ['runs', 'show', runId]],
		['the manifest of a run', `${runFolder}/run.json`, ['runs', 'list']],
		['all runs', 'build/runs', ['runs', 'list']],
		['all presets', 'presets', ['presets', 'list']],
		['all firmware', 'redist', ['info', 'BUILDER=canvos']],
		['the ISO', 'build/palette-edge-installer-rehearsal.iso', ['verify', 'iso', '--preset', 'rehearsal']],
		['a bundle', 'bundle.tar', ['download', '--from-bundle', 'bundle.tar']],
		['the lock of the firmware', 'firmware.lock.yaml', ['download', '--verify', 'BUILDER=canvos']],
		['firmware', `redist/${bundle}`, ['download', '--verify', 'BUILDER=canvos', `BFB_NAME=${bundle}`]],
	])('in the place of %s is told, not waited for', async (_, path, args) => {
		const cwd = workspaceWith(kind, path);
		const {stdout, stderr, exitCode} = await runProgram(args, {cwd});
		expect(`${stdout}${stderr}`).not.toMatch(/our bug|^ {4}at |\bE(ISDIR|LOOP|NOENT|NOTDIR|NXIO|EXIST)\b/m);
		expect(exitCode).not.toBe(1);
	});

	test('in the place of a draft is passed over by the wizard, which keeps its answers anew', async () => {
		const draft = 'build/state/wizard-draft.json';
		const cwd = workspaceWith(kind, draft);
		const program = startProgram([], {cwd, columns: 100, rows: 30});
		await toReview(program);
		program.press('ctrl+c');
		expect(await program.exitCode()).toBe(130);
		expect(JSON.parse(readFileSync(join(cwd, draft), 'utf8')).saved).toBeDefined();
	});
});

test('a draft of 9 MB is not read', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'build/state'), {recursive: true});
	const keys = Array.from({length: 700_000}, (_, index) => `"k${index}":1`);
	writeFileSync(join(cwd, 'build/state/wizard-draft.json'), `{${keys.join(',')}}`);
	const program = startProgram([], {cwd, columns: 100, rows: 30});
	await program.shows('Standard image');
});

// One such file took minutes, and every other preset with it.
test('a preset of 9 MB and 700,000 keys is named, and all others are listed', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	const keys = Array.from({length: 700_000}, (_, index) => `k${index}: 1\n`);
	writeFileSync(join(cwd, 'presets/large.yaml'), keys.join(''));
	const {stdout, exitCode} = await runProgram(['presets', 'list'], {cwd});
	expect(stdout).toMatch(/large.*is larger than/s);
	expect(stdout).toMatch(/edge-appliance/);
	expect(exitCode).toBe(0);
});

// The parser compared each key with each, and did nothing else for minutes, not even end at a SIGTERM.
test.each([
	['a preset', 'presets/large.yaml', 'schemaVersion: 1\nname: large\nsettings:\n', ['presets', 'list'], /^large/m],
	['user-data', 'site.yaml', '#cloud-config\na:\n', ['info', 'BUILDER=canvos', 'USER_DATA=site.yaml'], /\[D32\]/],
	['the lock of the firmware', 'firmware.lock.yaml', 'version: 1\nfiles:\n', verifying, /cannot be read/],
])('%s of 32,000 keys is read in moments', async (_, name, head, args, text) => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, dirname(name)), {recursive: true});
	const keys = Array.from({length: 32_000}, (_, index) => ` k${index.toString(36)}:\n`);
	writeFileSync(join(cwd, name), `${head}${keys.join('')}`);
	const {stdout, stderr} = await runProgram(args, {cwd, timeoutMs: 20_000});
	expect(`${stdout}${stderr}`).toMatch(text);
	expect(`${stdout}${stderr}`).not.toContain('our bug');
});

test.each([
	['user-data', 'site.yaml', ['build', '--dry-run', 'BUILDER=canvos', 'USER_DATA=site.yaml'], 'it has 9'],
	['the lock of the firmware', 'firmware.lock.yaml', verifying, 'is larger than'],
])('%s of 9 MB is refused at once', async (_, name, args, text) => {
	const cwd = temporaryFolder();
	writeFileSync(join(cwd, name), `#cloud-config\n${'k: 1\n'.repeat(1_800_000)}`);
	const {stdout, stderr, exitCode} = await runProgram(args, {cwd, timeoutMs: 20_000});
	expect(`${stdout}${stderr}`).toContain(text);
	expect(exitCode).not.toBe(0);
});
