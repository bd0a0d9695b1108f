import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {describe, expect, test} from 'vitest';
import {lockWorkspace} from '../../source/host/workspace-lock.ts';
import {launcher} from '../helpers/launcher.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

// A container may forbid it.
const canUnshare =
	spawnSync('unshare', ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', 'true']).status === 0;

describe('without a terminal', () => {
	test('the menu says how to run unattended, and exits with 2', async () => {
		const {exitCode, stderr} = await runProgram([], {cwd: temporaryFolder()});
		expect(exitCode).toBe(2);
		expect(stderr).toContain('edge-builder build --preset rehearsal --yes');
	});

	test.each([
		[['build', 'K8S_VERSION=1;id'], 'argument K8S_VERSION'],
		[['build', '--k8s-version', '1.x'], '--k8s-version'],
		[['build', 'NO_SUCH_KEY=1'], 'there is no setting "NO_SUCH_KEY"'],
		[['build', '--preset', 'rehearsl'], 'Did you mean rehearsal?'],
		[['build', '--no-such-flag'], '--no-such-flag'],
		[['biuld'], 'There is no command "biuld". Did you mean build?'],
		[['presets', 'lst'], 'There is no command "presets lst". Did you mean list?'],
		[['runs', 'list', 'UBUNTU_PRO_KEY=geheim'], 'list takes no settings, such as UBUNTU_PRO_KEY.'],
		[['verify', 'kernel'], 'Allowed choices are image, iso'],
		[['presets', 'show', 'nothing'], 'There is no preset "nothing"'],
		[['runs', 'show', 'nothing'], 'There is no run nothing'],
		[['runs', 'replay', 'last', '--pace', 'fast'], 'Give a number above 0'],
		[['console'], 'The console needs a terminal'],
	])('%j is told what is wrong, and exits with 2', async (args, text) => {
		const {exitCode, stderr, stdout} = await runProgram(args, {cwd: temporaryFolder()});
		expect(`${stdout}${stderr}`).toContain(text);
		expect(stderr).not.toMatch(/bug|geheim/);
		expect(exitCode).toBe(2);
	});

	test('all wrong settings are told at once, each with its place', async () => {
		const cwd = temporaryFolder();
		mkdirSync(join(cwd, 'presets'));
		writeFileSync(join(cwd, 'presets/bad.yaml'), 'schemaVersion: 1\nname: bad\nsettings:\n  isoName: My ISO\n');
		const {exitCode, stderr} = await runProgram(['build', '--preset', 'bad', '--custom-tag', 'UPPER'], {
			cwd,
			env: {K8S_VERSION: 'v1.34.2x'},
		});
		expect(exitCode).toBe(2);
		expect(stderr).toContain('presets/bad.yaml line 4');
		expect(stderr).toContain('--custom-tag');
		expect(stderr).toContain('K8S_VERSION in the environment');
	});

	test('a workspace that another run holds is left alone, with exit 9', async () => {
		const cwd = temporaryFolder();
		mkdirSync(join(cwd, 'build/state'), {recursive: true});
		const holder = {runId: 'theirs', command: 'x build', now: 1_700_000_000_000};
		const lock = await lockWorkspace(join(cwd, 'build/state/lock.json'), holder);
		const {exitCode, stderr} = await runProgram(['build'], {cwd});
		await lock.release();
		expect(stderr).toMatch(/Run theirs .* since 2023-11-1\d /);
		expect(exitCode).toBe(9);
	});

	// Its process number means nobody in another pid namespace, so a second container over the same folder took the lock.
	test.runIf(canUnshare)('a run in another pid namespace is kept out as well', async () => {
		const cwd = temporaryFolder();
		const lock = await lockWorkspace(join(cwd, 'build/state/lock.json'), {runId: 'theirs', command: 'x', now: 0});
		const {exitCode, stderr} = await execa(
			'unshare',
			['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', launcher, 'clean'],
			{cwd, reject: false, stdin: 'ignore'},
		);
		await lock.release();
		expect(stderr).toContain('Run theirs');
		expect(exitCode).toBe(9);
	});

	test('a workspace that is no folder is named, with exit 3, in JSON too', async () => {
		const cwd = temporaryFolder();
		writeFileSync(join(cwd, 'file'), '');
		const {exitCode, stderr, stdout} = await runProgram(['build', '--json', '--workspace', 'file'], {cwd});
		expect(stderr).toContain(`${join(cwd, 'file')}`);
		expect(stderr).not.toContain('our bug');
		expect(JSON.parse(stdout).error.code).toBe('not-a-folder');
		expect(exitCode).toBe(3);
	});

	test('an answer that could not be written is no success', async () => {
		const {exitCode, stderr} = await execa('sh', ['-c', '"$0" presets list > /dev/full', launcher], {reject: false});
		expect(stderr).toContain('Not everything could be written');
		expect(exitCode).toBe(3);
	});

	test('a reader that has enough is no mistake', async () => {
		const {stdout, stderr} = await execa('sh', ['-c', '("$0" info --all; echo "exit $?" >&2) | head -1', launcher]);
		expect(stdout.split('\n')).toHaveLength(1);
		expect(stderr).toBe('exit 0');
	});

	test('--dry-run names what would be made and by which steps, and makes nothing', async () => {
		const cwd = temporaryFolder();
		const {exitCode, stdout} = await runProgram(['build', '--preset', 'rehearsal', '--dry-run', 'CUSTOM_TAG=lab'], {
			cwd,
		});
		expect(exitCode).toBe(0);
		expect(stdout).toContain('v4.8.10-lab');
		expect(stdout).toContain('Pushing provider image: skipped, not asked for (--push)');
	});

	test('info tells where a value came from, and what it won over', async () => {
		const {stdout} = await runProgram(['info', 'K8S_VERSION=1.33.5', '--custom-tag', 'lab'], {
			cwd: temporaryFolder(),
			env: {K8S_VERSION: '1.32.1'},
		});
		expect(stdout).toMatch(/K8S_VERSION +1\.33\.5 {2}\(argument K8S_VERSION, over K8S_VERSION in the environment\)/);
		expect(stdout).toMatch(/CUSTOM_TAG +lab {2}\(--custom-tag\)/);
	});

	test('presets are saved, shown, listed and deleted', async () => {
		const cwd = temporaryFolder();
		const save = ['presets', 'save', 'lab', '--preset', 'rehearsal', 'CUSTOM_TAG=lab', '--description', 'For the lab'];
		expect((await runProgram(save, {cwd})).exitCode).toBe(0);
		expect((await runProgram(['presets', 'show', 'lab'], {cwd})).stdout).toContain('customTag: lab');
		expect((await runProgram(save, {cwd})).exitCode).toBe(2);
		expect((await runProgram([...save, '--yes'], {cwd})).exitCode).toBe(0);
		const list = JSON.parse((await runProgram(['presets', 'list', '--json'], {cwd})).stdout);
		expect(list.presets[0]).toMatchObject({name: 'lab', description: 'For the lab', builtIn: false});
		expect((await runProgram(['presets', 'delete', 'lab'], {cwd})).exitCode).toBe(2);
		expect((await runProgram(['presets', 'delete', 'lab', '--yes'], {cwd})).exitCode).toBe(0);
		expect((await runProgram(['presets', 'delete', 'rehearsal', '--yes'], {cwd})).stderr).toContain(
			'comes with edge-builder',
		);
	});

	test.each([[['help', 'build']], [['build', '--help']]])(
		'%j tells of its own and of all commands’ options',
		async args => {
			const {stdout, exitCode} = await runProgram(args, {cwd: temporaryFolder()});
			expect(exitCode).toBe(0);
			for (const option of ['--only', '--k8s-version', '--workspace', '--json', '--yes'])
				expect(stdout).toContain(option);
		},
	);

	test('a yes-no flag without a value means yes', async () => {
		const {stdout} = await runProgram(['info', '--json', '--force-interactive-install'], {cwd: temporaryFolder()});
		expect(JSON.parse(stdout).settings.forceInteractiveInstall).toBe(true);
	});

	// Symptom: `build K8S_VERSION=1.34.2 IMAGE_REGISTRY=myregistry.io CUSTOM_TAG=v1` made a rehearsal called
	// myregistry.io/debian:…-v1, in silence. It was the line that people knew from the Makefile.
	test.each([
		['K8S_VERSION=1.34.2', 'IMAGE_REGISTRY=myregistry.io', 'CUSTOM_TAG=v1'],
		['CANVOS_REF=v4.8.10'],
		['--image-registry', 'myregistry.io'],
	])(
		'a real build’s settings without a builder (%s %s %s) are no rehearsal: exit 2, and both ways are named',
		async (...given) => {
			const cwd = temporaryFolder();
			const {exitCode, stderr} = await runProgram(['build', '--dry-run', ...given], {cwd});
			expect(exitCode).toBe(2);
			expect(stderr).toMatch(/BUILDER=canvos.*BUILDER=rehearsal/s);
			for (const builder of ['canvos', 'rehearsal']) {
				const said = await runProgram(['build', '--dry-run', ...given, `BUILDER=${builder}`], {cwd});
				expect(said.stderr).not.toContain('BUILDER=canvos');
			}
		},
	);

	test('help names every command, and none that does not work', async () => {
		const {stdout, exitCode} = await runProgram(['--help'], {cwd: temporaryFolder()});
		expect(exitCode).toBe(0);
		const named = [...stdout.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name]) => name);
		for (const command of named) {
			expect((await runProgram([command ?? '', '--help'], {cwd: temporaryFolder()})).exitCode).toBe(0);
		}
		expect(named).toEqual([
			'build',
			'doctor',
			'info',
			'download',
			'setup',
			'verify',
			'smoke-test',
			'console',
			'clean',
			'nodeprep',
			'presets',
			'runs',
		]);
	});
});
