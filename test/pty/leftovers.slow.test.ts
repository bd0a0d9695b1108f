import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {execaSync} from 'execa';
import {expect, test} from 'vitest';
import {keptTag} from '../../source/builders/canvos/docker/leftovers.ts';
import {markOf} from '../../source/host/run-mark.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const runId = '2026-11-22T07-30-05-rehearsal-3f9a';

/** A workspace with the journal of a run that was killed. */
const afterKill = (...leftovers: object[]) => afterKillOf(runId, ...leftovers);

const afterKillOf = (run: string, ...leftovers: object[]) => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'build/state/journal'), {recursive: true});
	const lines = [
		{type: 'owner', runId: run, pid: 1, identity: 'of another boot'},
		...leftovers.map((leftover, id) => ({type: 'made', id, leftover})),
	];
	writeFileSync(journalIn(cwd, run), lines.map(line => `${JSON.stringify(line)}\n`).join(''));
	return cwd;
};
const journalIn = (cwd: string, run = runId) => join(cwd, 'build/state/journal', `${run}.ndjson`);

/** A PATH on which docker, buildah and umount only note how they were called. */
const noting = (docker = '') => {
	const folder = temporaryFolder();
	const log = join(folder, 'calls');
	for (const [program, script] of Object.entries({docker, buildah: 'exit 1', umount: ''})) {
		writeFileSync(join(folder, program), `#!/bin/sh\necho "${program} $*" >> '${log}'\n${script}\n`);
		chmodSync(join(folder, program), 0o755);
	}
	return {
		env: {PATH: `${folder}:${process.env.PATH}`},
		calls: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
	};
};

// The next start of anything; that there is no ISO to verify comes afterwards.
const nextStart = (cwd: string, env: Record<string, string> = noting().env) =>
	runProgram(['verify', 'iso', '--preset', 'rehearsal'], {cwd, env});

// Whether BuildKit was looked after hung on the word "container" in a sentence, which a path may hold.
test('after a run without Docker, Docker is left alone', async () => {
	const cwd = afterKill({kind: 'folder', path: 'set below'});
	const folder = join(cwd, 'build/container');
	mkdirSync(folder);
	writeFileSync(journalIn(cwd), readFileSync(journalIn(cwd), 'utf8').replace('set below', folder));
	const programs = noting();
	const {stdout} = await nextStart(cwd, programs.env);
	expect(stdout).toContain(`Removed ${folder}`);
	expect(programs.calls()).not.toContain('docker');
});

// CanvOS's own script gives its container neither name nor label, and tags kept its images.
test('container and kept tags of a killed upstream-script run are removed, and BuildKit is stopped', async () => {
	const cwd = afterKill({kind: 'docker'});
	const tree = join(cwd, 'build/state/temporary', runId, 'tree');
	const tags = [0, 1].map(number => keptTag(runId, number));
	const programs = noting(
		`case "$*" in *volume=${tree}*) echo abc123;; *name=*buildkitd*) echo edge-builder-buildkitd;;
*reference=edge-builder-keep:${markOf(runId)}-*) printf '%s\\n' ${tags.join(' ')};; esac`,
	);
	const {stdout} = await nextStart(cwd, {...programs.env, XDG_STATE_HOME: join(cwd, 'xdg')});
	expect(programs.calls()).toContain('docker rm --force --volumes abc123\n');
	expect(programs.calls()).toContain(`docker image rm ${tags.join(' ')}\n`);
	expect(programs.calls()).toMatch(/docker stop .*edge-builder-buildkitd\n/);
	expect(stdout).toContain(`Removed 3 things that run ${runId} left in Docker`);
	expect(existsSync(journalIn(cwd))).toBe(false);
});

// The turn at BuildKit was an abstract socket: whoever held its name, under any user, held everybody up for ever.
test('a socket that another user holds keeps nobody from BuildKit, and its turn lies in the person’s own folder', async () => {
	const squatters = await Promise.all(
		['managed-buildkit', 'native-buildkit', 'container-cache'].map(async name => {
			const server = createServer();
			await new Promise<void>(resolve => server.listen(`\0edge-builder/${name}`, resolve));
			return server;
		}),
	);
	const cwd = afterKill({kind: 'docker'});
	const state = join(cwd, 'xdg');
	const programs = noting(
		`case "$*" in *name=*buildkitd*) echo edge-builder-buildkitd;; *stop*) ls -l '${state}/edge-builder/turns' >> '${cwd}/turns';; esac`,
	);
	await nextStart(cwd, {...programs.env, XDG_STATE_HOME: state});
	for (const squatter of squatters) squatter.close();
	expect(programs.calls()).toMatch(/docker stop .*edge-builder-buildkitd\n/);
	expect(readFileSync(join(cwd, 'turns'), 'utf8')).toContain('buildkit');
});

// A planted line unmounted any mount as root, and removed whatever had a name like ours.
test('a planted line reaches nothing that is not the run’s own', async () => {
	const elsewhere = temporaryFolder();
	const theirs = join(elsewhere, 'edge-builder-theirs');
	writeFileSync(theirs, '');
	const cwd = afterKill(
		{kind: 'mount', path: '/proc'},
		{kind: 'file', path: theirs},
		{kind: 'folder', path: elsewhere},
		{kind: 'buildah-container', name: 'edge-builder-of-another-run'},
	);
	const programs = noting();
	const {stdout} = await nextStart(cwd, programs.env);
	expect(programs.calls()).not.toMatch(/umount|buildah rm/);
	expect(existsSync(theirs)).toBe(true);
	expect(stdout).toContain(`${theirs} is not ours to remove`);
	expect(stdout).toContain('edge-builder-of-another-run is not ours to remove');
	expect(stdout).toContain(`Left 1 line of ${journalIn(cwd)} alone`);
});

// Whoever plants a journal chooses the run, too: a name of a letter stood in every other run's names.
test.each(['', 'e', 'vm', 'theirs', 'vm-0123456789ab'])(
	'a planted journal of a run "%s" reaches nothing of other runs',
	async run => {
		const elsewhere = temporaryFolder();
		const names = ['edge-builder-theirs', 'edge-builder-vm-0123456789ab-a1b2c3'];
		for (const name of names) writeFileSync(join(elsewhere, name), '');
		const cwd = afterKillOf(run, ...names.map(name => ({kind: 'file', path: join(elsewhere, name)})), {
			kind: 'buildah-container',
			name: 'edge-builder-base-2026-11-22T07-30-05-vm-theirs',
		});
		const programs = noting();
		await nextStart(cwd, programs.env);
		expect(readdirSync(elsewhere)).toEqual(names);
		expect(programs.calls()).not.toMatch(/buildah rm/);
	},
);

test('a folder outside the workspace that bears the run’s mark is removed', async () => {
	const folder = join('/tmp', `edge-builder-vm-${markOf(runId)}-test`);
	mkdirSync(folder, {recursive: true});
	const {stdout} = await nextStart(afterKill({kind: 'folder', path: folder}));
	expect(stdout).toContain(`Removed ${folder}`);
	expect(existsSync(folder)).toBe(false);
});

// The program hung, some of it even against SIGTERM; an unknown line ended every run as our bug.
test.each([
	['a FIFO', (file: string) => execaSync('mkfifo', [file]), 'is not a file'],
	['a dangling link', (file: string) => symlinkSync('not-there', file), 'is not a file'],
	['a link to itself', (file: string) => symlinkSync(file, file), 'is not a file'],
	['a folder', (file: string) => mkdirSync(file), 'is not a file'],
	['a journal of 9 MB', (file: string) => writeFileSync(file, 'x'.repeat(9e6)), 'is larger than'],
])('%s among the journals and presets stops nothing', async (_, make, text) => {
	const cwd = afterKill({kind: 'of the future', name: 1});
	mkdirSync(join(cwd, 'presets'));
	const strange = join(cwd, 'build/state/journal/strange.ndjson');
	make(strange);
	make(join(cwd, 'presets/strange.yaml'));
	const {stdout, stderr, exitCode} = await nextStart(cwd);
	expect(stdout).toContain(`Left a journal alone: ${strange} ${text}`);
	expect(stdout).toContain('Left 1 line of');
	expect(stderr).not.toContain('our bug');
	expect(exitCode).toBe(6);
	const list = await runProgram(['presets', 'list'], {cwd});
	expect(list.exitCode).toBe(0);
	expect(list.stdout).toMatch(/rehearsal/);
	// The dangling link was left out without a word.
	expect(list.stdout).toMatch(/strange.*cannot be read/s);
});
