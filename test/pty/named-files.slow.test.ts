import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const canvos = ['BUILDER=canvos', 'RUNNER=remote', 'BUILDKIT_HOSTS=tcp://builder.lan:8372', 'BUILDKIT_INSECURE=yes'];

const info = async (cwd: string, ...words: string[]) => {
	const {exitCode, stdout} = await runProgram(['info', '--json', ...words], {cwd});
	return {exitCode, ...JSON.parse(stdout)};
};

// Symptom: a build with a misspelt CA_FILE, CLUSTERCONFIG or EDGE_CUSTOM_CONFIG went on without the file, USER_DATA was
// missed after the download. Cause: each was looked for where it was used, and most uses took "not there" for "not wanted".
test.each([
	['CA_FILE', 'ca.pem'],
	['USER_DATA', 'user-data'],
	['CLUSTERCONFIG', 'cluster.tgz'],
	['EDGE_CUSTOM_CONFIG', 'edge.yaml'],
	['CONTENT_BUNDLE', 'content'],
	['BUILDKIT_CERTIFICATES', 'certificates'],
	['BFB_FILE', './mine.bfb'],
	['DOCA_DEB_FILE', './doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb'],
	['CANVOS_SOURCE', './canvos'],
])('%s that is not there is refused at once', async (name, value) => {
	const cwd = temporaryFolder();
	const {complaints, exitCode} = await info(cwd, ...canvos, `${name}=${value}`);
	const [complaint] = complaints.filter(({place}: {place: string}) => place === `argument ${name}`);
	expect(complaint.message).toBe(`${join(cwd, value)} does not exist`);
	expect(exitCode).toBe(2);
});

test('a folder, a pipe, a dangling link and a path through a file are no files', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'folder'));
	execFileSync('mkfifo', [join(cwd, 'pipe')]);
	symlinkSync('nowhere', join(cwd, 'dangling'));
	writeFileSync(join(cwd, 'file'), '');
	for (const [value, message] of [
		['folder', 'is a folder, not a file'],
		['pipe', 'is not an ordinary file'],
		['dangling', 'does not exist'],
		['file/in-it', 'does not exist'],
	] as const) {
		const {complaints} = await info(cwd, `USER_DATA=${value}`);
		expect(complaints).toHaveLength(1);
		expect(complaints[0].message).toContain(message);
	}
	const {complaints} = await info(cwd, ...canvos, 'BUILDKIT_CERTIFICATES=file');
	expect(complaints[0].message).toContain('is a file, not a folder');
});

test('what CanvOS only takes where it exists may be missing under its usual name', async () => {
	const {complaints} = await info(temporaryFolder(), ...canvos, 'CLUSTERCONFIG=spc.tgz');
	expect(complaints).toEqual([]);
});

// Symptom: the same relative CA_FILE was found by one part of a build and not by another. Cause: some took it from the
// workspace, some from the current folder.
test('a relative path is taken from the workspace, wherever the program was called', async () => {
	const cwd = temporaryFolder();
	const workspace = join(cwd, 'workspace');
	mkdirSync(workspace);
	writeFileSync(join(workspace, 'ca.pem'), '');
	const {complaints, settings} = await info(cwd, '--workspace', workspace, 'CA_FILE=ca.pem');
	expect(complaints).toEqual([]);
	expect(settings.caFile).toBe(join(workspace, 'ca.pem'));
});

test('~ is the home folder', async () => {
	const {complaints} = await info(temporaryFolder(), 'CA_FILE=~/no-such-file-of-mine');
	expect(complaints[0].message).toBe(`${join(homedir(), 'no-such-file-of-mine')} does not exist`);
});

test('a preset is saved with the path as it was written', async () => {
	const cwd = temporaryFolder();
	writeFileSync(join(cwd, 'user-data'), '#cloud-config\n');
	await runProgram(['presets', 'save', 'mine', 'USER_DATA=user-data'], {cwd});
	const {stdout} = await runProgram(['presets', 'show', 'mine'], {cwd});
	expect(stdout).toContain('userData: user-data');
});

// Symptom: `download --verify` passed it, and the build said "is not a plain file".
test('firmware that is named by a link is checked and taken alike', async () => {
	const cwd = temporaryFolder();
	// Less can't be a bundle.
	const content = Buffer.alloc(101_000_000);
	writeFileSync(join(cwd, 'bundle-3.bfb'), content);
	symlinkSync('bundle-3.bfb', join(cwd, 'latest.bfb'));
	const sha256 = createHash('sha256').update(content).digest('hex');
	const settings = ['BUILDER=canvos', 'BFB_FILE=./latest.bfb', `BFB_SHA256=${sha256}`];
	for (const flags of [['--verify'], ['--plain']]) {
		const {exitCode, stdout, stderr} = await runProgram(['download', '--only', 'bfb', ...flags, ...settings], {cwd});
		expect(`${stdout}${stderr}`).toContain(sha256);
		expect(exitCode).toBe(0);
	}
});
