import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

/** A workspace and a home of its own, with presets in it by name and lines of settings. */
const place = (presets: Record<string, readonly string[]> = {}) => {
	const cwd = temporaryFolder();
	const home = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	for (const [name, lines] of Object.entries(presets)) writeFileSync(fileOf(cwd, name), presetText(name, lines));
	const run = (...args: string[]) => runProgram(['presets', ...args], {cwd, env: {HOME: home}});
	return {cwd, home, run};
};

const fileOf = (cwd: string, name: string) => join(cwd, 'presets', `${name}.yaml`);

const presetText = (name: string, lines: readonly string[]) =>
	['schemaVersion: 1', `name: ${name}`, '# ours', 'settings:', ...lines.map(line => `  ${line}`), ''].join('\n');

const argFiles = join(import.meta.dirname, '../settings/arg-files');

describe('import', () => {
	test('shows what a .arg changes, says what it passes on, and saves it after a yes', async () => {
		const {cwd, run} = place();
		const file = join(argFiles, 'trusted-boot.arg');
		const asked = await run('import', file);
		expect(asked).toMatchObject({exitCode: 2, stderr: expect.stringContaining('Nothing was saved')});
		expect(readdirSync(join(cwd, 'presets'))).toEqual([]);

		const {exitCode, stdout, stderr} = await run('import', file, '--yes');
		expect(exitCode).toBe(0);
		expect(stdout).toMatch(/Unified kernel image +no → yes/);
		expect(stdout).toContain('Passed on to CanvOS as they are (canvosArguments): MY_ORG');
		expect(stdout).toContain('an edge appliance cannot be a unified kernel image');
		expect(stderr).toContain('these are missing');
		expect(stderr).toContain('secure-boot');
		const exported = await run('export', 'trusted-boot', '--arg');
		expect(exported.stdout).toContain('IS_UKI=true\n');
		expect(exported.stdout).toContain("MY_ORG='ACME Corporation'");
	});

	test('refuses what no setting takes, with line and reason, and saves nothing', async () => {
		const {cwd, run} = place();
		const {exitCode, stderr} = await run('import', join(argFiles, 'hadron.arg'), '--yes');
		expect(exitCode).toBe(2);
		expect(stderr).toMatch(/hadron\.arg line 2: "hadron" is not one of/);
		expect(stderr).toContain('v4.10.0-rc.2');
		expect(readdirSync(join(cwd, 'presets'))).toEqual([]);
	});

	test('shows the difference to the preset of that name, and keeps the text of a preset as it is', async () => {
		const {cwd, run} = place({lab: ['builder: canvos', 'customTag: old']});
		const text = presetText('other', ['builder: canvos', 'customTag: new # why']);
		writeFileSync(join(cwd, 'from.yaml'), text);
		const {stdout} = await run('import', 'from.yaml', '--name', 'lab', '--yes');
		expect(stdout).toMatch(/beside the preset lab so far:\n +Tag +old → new$/);
		expect(readFileSync(fileOf(cwd, 'lab'), 'utf8')).toBe(text.replace('name: other', 'name: lab'));
	});

	test.each([
		['http://127.0.0.1:9/x.yaml', /is not an https address/],
		['ftp://127.0.0.1/x.yaml', /is not an https address/],
		['https://127.0.0.1:9/x.yaml', /cannot be fetched/],
		['nowhere.yaml', /There is no file/],
	])('%s is no source', async (from, message) => {
		const {exitCode, stderr} = await place().run('import', from, '--yes');
		expect(exitCode).toBe(2);
		expect(stderr).toMatch(message);
	});

	test('of a folder says what to name, not to remove it', async () => {
		const {cwd, run} = place();
		const {exitCode, stderr} = await run('import', cwd);
		expect(exitCode).toBe(2);
		expect(stderr).toContain(`${cwd} is not a file`);
		expect(stderr).toContain('Name a preset file or a .arg.');
	});

	test('is a preview for scripts without a yes', async () => {
		const {run} = place();
		const {exitCode, stdout} = await run('import', join(argFiles, 'gpu-rke2.arg'), '--json');
		expect(exitCode).toBe(2);
		expect(JSON.parse(stdout)).toMatchObject({name: 'gpu-rke2', exists: false, saved: false});
		const saved = JSON.parse((await run('import', join(argFiles, 'gpu-rke2.arg'), '--json', '--yes')).stdout);
		expect(saved).toMatchObject({saved: true, path: expect.stringMatching(/gpu-rke2\.yaml$/)});
		expect(saved.difference).toContainEqual(expect.objectContaining({key: 'k8sVersion', after: '1.34.6'}));
		expect(saved.wrong[0]).toContain('has no rke2 1.34.6');
	});

	test('names the files that a preset would read here', async () => {
		const {cwd, run} = place();
		writeFileSync(join(cwd, 'x.yaml'), presetText('x', ['builder: canvos', 'ubuntuProKey: file:~/token']));
		expect((await run('import', 'x.yaml')).stdout).toContain('! ubuntuProKey is read from ~/token of this machine.');
	});

	test('takes no name of a preset that comes with the program', async () => {
		const {cwd, run} = place();
		writeFileSync(join(cwd, 'x.yaml'), presetText('standard', ['builder: canvos']));
		expect((await run('import', 'x.yaml', '--yes')).stderr).toContain('comes with edge-builder');
	});
});

describe('diff', () => {
	test('tells apart what is said and what follows', async () => {
		const {run} = place({
			one: ['builder: canvos', 'customTag: one'],
			two: ['builder: canvos', 'customTag: two', 'osVersion: jammy'],
		});
		const {stdout} = await run('diff', 'one', 'two', '--json');
		const {difference} = JSON.parse(stdout);
		expect(difference).toEqual(
			expect.arrayContaining([
				{key: 'customTag', title: 'Tag', before: 'one', after: 'two', follows: false},
				expect.objectContaining({key: 'docaDebName', follows: true}),
			]),
		);
		expect((await run('diff', 'one', 'one')).stdout).toBe('one and one build the same.');
	});

	test('names a secret and never shows it', async () => {
		const {cwd, run} = place({one: ['builder: canvos'], two: ['builder: canvos', 'ubuntuProKey: file:token']});
		writeFileSync(join(cwd, 'token'), 'C1234567\n');
		const {stdout} = await run('diff', 'one', 'two');
		expect(stdout).toMatch(/Ubuntu Pro token +nothing → file:token/);
		expect(stdout).not.toContain('C1234567');
	});
});

describe('rename, duplicate and export', () => {
	test('keep comments and change the name inside', async () => {
		const {cwd, run} = place({lab: ['customTag: lab']});
		expect((await run('rename', 'lab', 'lab-2.1')).exitCode).toBe(0);
		expect(existsSync(fileOf(cwd, 'lab'))).toBe(false);
		expect((await run('duplicate', 'lab-2.1', 'copy')).exitCode).toBe(0);
		for (const name of ['lab-2.1', 'copy'])
			expect(readFileSync(fileOf(cwd, name), 'utf8')).toBe(presetText(name, ['customTag: lab']));
		expect((await run('export', 'copy')).stdout).toBe(presetText('copy', ['customTag: lab']).trimEnd());
	});

	test('refuse a name that is taken, and what comes with the program', async () => {
		const {run} = place({lab: [], other: []});
		for (const args of [
			['rename', 'lab', 'other'],
			['rename', 'standard', 'mine'],
			['duplicate', 'lab', 'standard'],
			['duplicate', 'lab', '../x'],
		])
			expect((await run(...args)).exitCode, args.join(' ')).toBe(2);
	});

	test('a rehearsal has no .arg', async () => {
		expect(await place().run('export', 'rehearsal', '--arg')).toMatchObject({
			exitCode: 2,
			stderr: expect.stringContaining('which has no .arg'),
		});
	});
});

describe('export --pipeline', () => {
	type Step = {name?: string; run?: string; env?: Record<string, string>};

	test.each(['github', 'gitlab'] as const)('makes a pipeline for %s whose build the program takes', async service => {
		const {cwd, home, run} = place({quick: ['builder: rehearsal', 'customTag: ci']});
		const {stdout} = await run('export', 'quick', '--pipeline', service);
		const made = parse(stdout) as {jobs?: {build: {steps: Step[]}}; 'edge-image'?: {script: string[]}};
		const line = made.jobs?.build.steps.find(({name}) => name === 'Build')?.run ?? made['edge-image']?.script.at(-1);
		expect(line).toMatch(/^npm start -- build --preset quick /);
		const words = (line ?? '').split(' ').slice(3);
		const built = await runProgram([...words, '--dry-run'], {cwd, env: {HOME: home}});
		expect(built.stdout).toContain('ci');
		expect(built.exitCode).toBe(0);
	});

	test('a real one logs in, brings certificates and names secrets, and holds none', async () => {
		const {run} = place({
			lab: [
				...['builder: canvos', 'imageRegistry: registry.example.com/edge', 'runner: remote', 'buildkitHosts: b1.lab'],
				...[
					'ubuntuProAttach: true',
					"ubuntuProKey: 'prompt:'",
					'canvosRef: v4.10.0',
					'buildkitCertificates: /of/the/runner',
				],
			],
		});
		const {stdout} = await run('export', 'lab', '--pipeline', 'github');
		const steps = (parse(stdout) as {jobs: {build: {steps: Step[]}}}).jobs.build.steps;
		const step = (name: string) => steps.find(one => one.name === name);
		expect(step('Log in to the registry')?.run).toContain('docker login registry.example.com --username');
		expect(step('Bring the certificates')?.run).toContain('/earthly_key.pem"');
		expect(step('Build')).toMatchObject({
			env: {UBUNTU_PRO_KEY: '${{ secrets.UBUNTU_PRO_KEY }}'},
			run: expect.stringMatching(/--push --buildkit-certificates/),
		});
		const gitlab = await run('export', 'lab', '--pipeline', 'gitlab');
		expect(gitlab.stdout).toMatch(/# CI\/CD variables .*REGISTRY_PASSWORD.*BUILDKIT_CLIENT_KEY, UBUNTU_PRO_KEY\n/);
		expect((await run('export', 'lab', '--pipeline', 'github', '--arg')).exitCode).toBe(2);
	});
});

// They were removed without a word.
test('a preset with settings that are none here is not saved over, and which they are is said', async () => {
	const {cwd, run} = place({lab: ['customTag: lab', 'ofTomorrow: 7']});
	const before = readFileSync(fileOf(cwd, 'lab'), 'utf8');
	const {exitCode, stderr} = await run('save', 'lab', 'BUILDER=rehearsal', 'CUSTOM_TAG=new', '--yes');
	expect(stderr).toContain('is not replaced: there is no setting ofTomorrow');
	expect(exitCode).toBe(2);
	expect(readFileSync(fileOf(cwd, 'lab'), 'utf8')).toBe(before);
});

describe('presets of a person', () => {
	test('are in the configuration folder, for every workspace, and named as such', async () => {
		const {cwd, home, run} = place({lab: ['customTag: lab']});
		await run('duplicate', 'lab', 'mine', '--for-me');
		await run('save', 'saved', 'BUILDER=rehearsal', '--for-me');
		expect(readdirSync(join(home, '.config/edge-builder/presets'))).toEqual(['mine.yaml', 'saved.yaml']);
		expect(readdirSync(join(cwd, 'presets'))).toEqual(['lab.yaml']);
		const elsewhere = await runProgram(['presets', 'list'], {cwd: temporaryFolder(), env: {HOME: home}});
		expect(elsewhere.stdout).toMatch(/^mine .*\(yours, in every workspace\)$/m);
		expect(elsewhere.stdout).not.toMatch(/^lab/m);
	});

	test('are told from those of the workspace and of the program, in lines and in JSON', async () => {
		const {run} = place({lab: []});
		await run('duplicate', 'lab', 'mine', '--for-me');
		const {stdout} = await run('list');
		expect(stdout).toMatch(/^lab .*\(of this workspace\)$/m);
		expect(stdout).toMatch(/^mine .*\(yours, in every workspace\)$/m);
		expect(stdout).toMatch(/^standard .*\(comes with edge-builder\)$/m);
		const {presets} = JSON.parse((await run('list', '--json')).stdout);
		const origins = Object.fromEntries(presets.map(({name, origin}: Record<string, string>) => [name, origin]));
		expect(origins).toMatchObject({lab: 'workspace', mine: 'person', standard: 'shipped'});
	});

	test('are replaced where they lie, and one that another hides is told', async () => {
		const {cwd, home, run} = place({lab: []});
		await run('duplicate', 'lab', 'mine', '--for-me');
		await run('save', 'mine', 'BUILDER=rehearsal', 'CUSTOM_TAG=new', '--yes');
		expect(readFileSync(join(home, '.config/edge-builder/presets/mine.yaml'), 'utf8')).toContain('customTag: new');
		expect(readdirSync(join(cwd, 'presets'))).toEqual(['lab.yaml']);
		const {stderr} = await run('save', 'lab', 'BUILDER=rehearsal', '--for-me');
		expect(stderr).toContain(`Here ${fileOf(cwd, 'lab')} counts`);
	});
});

describe('delete', () => {
	test('can be taken back, until the next one of that name is deleted', async () => {
		const {cwd, run} = place({lab: ['customTag: first']});
		const {stderr} = await run('delete', 'lab', '--yes');
		expect(stderr).toContain('presets restore lab');
		expect(existsSync(fileOf(cwd, 'lab'))).toBe(false);
		await run('restore', 'lab');
		expect(readFileSync(fileOf(cwd, 'lab'), 'utf8')).toContain('customTag: first');
		expect((await run('restore', 'lab')).stderr).toContain('No deleted preset "lab" is kept');

		await run('delete', 'lab', '--yes');
		writeFileSync(fileOf(cwd, 'lab'), presetText('lab', ['customTag: second']));
		expect((await run('restore', 'lab')).stderr).toContain('There is a preset lab again');
		await run('delete', 'lab', '--yes');
		await run('restore', 'lab');
		expect(readFileSync(fileOf(cwd, 'lab'), 'utf8')).toContain('customTag: second');
	});

	test('brings a preset of the person back to where it was', async () => {
		const {home, run} = place({lab: []});
		await run('duplicate', 'lab', 'mine', '--for-me');
		await run('delete', 'mine', '--yes');
		expect((await run('restore', 'mine')).stderr).toContain(join(home, '.config/edge-builder/presets/mine.yaml'));
	});

	test('is final once clean was told so', async () => {
		const {cwd, home, run} = place({lab: []});
		await run('delete', 'lab', '--yes');
		await runProgram(['clean', 'deleted-presets', '--yes'], {cwd, env: {HOME: home}});
		expect((await run('restore', 'lab')).exitCode).toBe(2);
	});
});

describe('validate', () => {
	test('names what a build would refuse, and exits with 2', async () => {
		const {cwd, run} = place({
			good: ['builder: canvos', 'edgeAppliance: false'],
			clash: ['builder: canvos', 'isUki: true'],
			value: ['builder: canvos', 'arch: mips'],
		});
		writeFileSync(fileOf(cwd, 'broken'), 'a: [b\n');
		const {exitCode, stdout} = await run('validate');
		expect(exitCode).toBe(2);
		expect(stdout).toMatch(/^✔ good$/m);
		expect(stdout).toMatch(/^✖ clash\n {2}✖ isUki .*\[D04\]/m);
		expect(stdout).toMatch(/^✖ value\n {2}✖ .*"mips" is not one of/m);
		expect(stdout).toMatch(/^✖ broken\n {2}✖ .*not YAML/m);
		expect(await run('validate', 'good')).toMatchObject({exitCode: 0});
		expect(await run('validate', 'gone')).toMatchObject({exitCode: 2});
	});

	test('what the caller and the environment say does not count', async () => {
		const {cwd, home} = place({good: ['builder: canvos', 'edgeAppliance: false']});
		const env = {HOME: home, ARCH: 'arm64', K8S_VERSION: 'nonsense'};
		expect(await runProgram(['presets', 'validate', 'good'], {cwd, env})).toMatchObject({exitCode: 0});
	});
});

describe('values that a preset only names the place of', () => {
	const attach = ['builder: canvos', 'edgeAppliance: false', 'ubuntuProAttach: true'];

	test('file: is the first line of a file, and told when others can read it', async () => {
		const {cwd, run} = place({lab: [...attach, 'ubuntuProKey: file:secrets/token']});
		expect((await run('validate', 'lab')).stdout).toMatch(/secrets\/token does not exist/);
		mkdirSync(join(cwd, 'secrets'));
		writeFileSync(join(cwd, 'secrets/token'), 'C1234567\r\nmore\n');
		chmodSync(join(cwd, 'secrets/token'), 0o644);
		const open = await run('validate', 'lab');
		expect(open.exitCode).toBe(0);
		expect(open.stdout).toMatch(/others on this machine may read .*token/);
		chmodSync(join(cwd, 'secrets/token'), 0o600);
		expect((await run('validate', 'lab')).stdout).not.toContain('others on this machine');
	});

	test('prompt: is refused where nobody can be asked, with the way out', async () => {
		const {cwd, home, run} = place({lab: [...attach, "ubuntuProKey: 'prompt:'"]});
		expect((await run('validate', 'lab')).exitCode).toBe(0);
		const build = (...args: string[]) => runProgram(['build', '--preset', 'lab', ...args], {cwd, env: {HOME: home}});
		const refused = await build();
		expect(refused.exitCode).toBe(2);
		expect(refused.stderr).toMatch(/asked for when a run begins[\s\S]*UBUNTU_PRO_KEY in the environment/);
		expect((await build('--dry-run')).exitCode).toBe(0);
	});

	test('a preset saved from another one goes on naming them', async () => {
		const {cwd, run} = place({lab: [...attach, "ubuntuProKey: 'prompt:'"]});
		expect((await run('save', 'next', '--preset', 'lab', 'CUSTOM_TAG=next')).exitCode).toBe(0);
		expect(readFileSync(fileOf(cwd, 'next'), 'utf8')).toMatch(/customTag: next[\s\S]*ubuntuProKey: "?'?prompt:/);
	});
});
