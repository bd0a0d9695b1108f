import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {lockWorkspace} from '../../source/host/workspace-lock.ts';
import {fakeCanvos} from '../builders/canvos/fake-canvos.ts';
import {follow} from '../helpers/follow.ts';
import {openEntry} from '../helpers/home-keys.ts';
import {startProgram} from '../helpers/program.ts';
import {recordRun} from '../helpers/recorded-run.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const savedPreset = 'schemaVersion: 1\nname: mine\ndescription: My own\nsettings:\n  builder: rehearsal\n';

const workspaceWithPreset = () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	writeFileSync(join(cwd, 'presets/mine.yaml'), savedPreset);
	return cwd;
};

const fitsInto = (screen: string, columns: number) =>
	expect(Math.max(...screen.split('\n').map(row => row.length))).toBeLessThanOrEqual(columns);

const ctrlU = '\u0015';

test.each([
	[60, 20],
	[80, 24],
	[120, 40],
])(
	'the first time, three cards say at %ix%i what there is to begin with; Ctrl-C gives the screen back',
	async (columns, rows) => {
		const program = startProgram([], {cwd: temporaryFolder(), columns, rows});
		for (const text of [
			'Makes an edge image',
			'Rehearse',
			'Edge appliance',
			'Standard image',
			'Everything else',
			'Watch a demo',
		])
			await program.shows(text);
		fitsInto(program.screen(), columns);
		program.press('ctrl+c');
		expect(await program.exitCode()).toBe(130);
		expect(program.screen()).not.toContain('Rehearse');
	},
);

test('the first time, Enter leads to the review of a rehearsal', async () => {
	const program = startProgram([], {cwd: temporaryFolder(), columns: 120, rows: 40});
	await program.shows('Rehearse');
	await follow(program, ['enter', 'Build this?'], ['escape', 'What do you want to make?'], ['escape', 'Makes an edge']);
	program.press('q');
	expect(await program.exitCode()).toBe(0);
});

test('the first time, a real build goes on with the decisions, and everything else is one key away', async () => {
	const program = startProgram([], {cwd: temporaryFolder(), columns: 120, rows: 40});
	await program.shows('Rehearse');
	await follow(program, ['2', 'Which system does the image have?'], ['escape', 'What do you want to make?']);
	await follow(program, ['escape', 'Makes an edge'], ['4', 'Check this machine'], ['escape', 'Makes an edge']);
	await follow(program, ['4', 'Check this machine'], ['8', 'Help']);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

test.each([
	[60, 20],
	[80, 24],
	[120, 40],
])('afterwards home tells at %ix%i what there is, and builds again what was built last', async (columns, rows) => {
	const cwd = workspaceWithPreset();
	recordRun(cwd, {preset: 'mine', settings: {customTag: 'as-before'}});
	const program = startProgram([], {cwd, columns, rows});
	for (const text of ['Build again', 'New build', 'Presets', 'Past runs', 'QEMU console', 'Quit', 'passed'])
		await program.shows(text);
	fitsInto(program.screen(), columns);
	await follow(program, ['enter', 'Build this?'], [[], 'differs from the defaults in 1']);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

test('home tells what the last build differs in, and what goes on in another terminal', async () => {
	const cwd = workspaceWithPreset();
	const {id} = recordRun(cwd, {preset: 'mine', settings: {customTag: 'as-before'}});
	const lock = await lockWorkspace(join(cwd, 'build/state/lock.json'), {runId: id, command: 'build', now: Date.now()});
	const program = startProgram([], {cwd, columns: 120, rows: 40});
	await program.shows('Tag: as-before instead of rehearsal');
	await program.shows(/mine: Writing the profile, in another terminal, for \d/);
	await lock.release();
	program.press('q');
	expect(await program.exitCode()).toBe(0);
});

test('presets are shown with what they make; a deleted one comes back', async () => {
	const program = startProgram([], {cwd: workspaceWithPreset(), columns: 120, rows: 40});
	await program.shows('Presets');
	await follow(program, ['2', 'My own'], [[], 'localhost/'], [[], 'not built yet']);
	await follow(program, ['d', 'Deleted preset mine; u brings it back.'], ['u', 'Preset mine is back.'], [[], 'My own']);
	await follow(program, ['s', 'Name of the copy'], [['mine-2', 'enter'], 'Saved preset mine-2.']);
	await follow(program, ['e', 'Build this?'], ['escape', 'Presets']);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

test('presets of a person are told from those of the workspace and of the program', async () => {
	const cwd = workspaceWithPreset();
	const home = temporaryFolder();
	const folder = join(home, '.config/edge-builder/presets');
	mkdirSync(folder, {recursive: true});
	writeFileSync(join(folder, 'own.yaml'), savedPreset.replace('mine', 'own').replace('My own', 'Everywhere'));
	const program = startProgram([], {cwd, env: {HOME: home}, columns: 120, rows: 40});
	await program.shows('Presets');
	await follow(program, ['2', 'of this workspace'], ['down', 'yours, in every workspace'], ['down', 'comes with']);
	expect(program.screen()).toMatch(/own +yours, not built yet/);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

// "Enter verify" stood there, and did nothing.
test('where there is no ISO, no run, the footer names only keys that work', async () => {
	const program = startProgram([], {cwd: workspaceWithPreset(), columns: 120, rows: 30});
	await program.shows('Verify or smoke-test an ISO');
	for (const [title, empty] of [
		['Verify or smoke-test an ISO', 'There is no ISO in build/'],
		['QEMU console', 'no ISO'],
		['Past runs', 'No run yet'],
	] as const) {
		await openEntry(program, title);
		await program.shows(empty);
		expect(program.screen().split('\n').at(-1)?.trim()).toBe('? help   Esc back');
		await follow(program, ['escape', 'Quit']);
	}
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

test('past runs tell what they were, where their report is, and go after a yes', async () => {
	const cwd = workspaceWithPreset();
	recordRun(cwd, {preset: 'mine', settings: {customTag: 'as-before'}});
	const program = startProgram([], {cwd, columns: 120, rows: 40});
	await program.shows('Past runs');
	await follow(program, ['4', '1 setting differs from rehearsal'], ['p', 'report.html'], ['e', 'as-before']);
	await follow(program, ['escape', 'Past runs'], ['enter', 'looking back'], ['enter', '1 setting differs']);
	await follow(program, ['d', 'Delete the record of mine?'], ['y', 'Deleted the record'], [[], 'No run yet']);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

test('past runs are compared and their report is opened where there is a display', async () => {
	const cwd = workspaceWithPreset();
	recordRun(cwd, {preset: 'mine', settings: {customTag: 'one'}});
	recordRun(cwd, {preset: 'other', settings: {customTag: 'two'}});
	const programs = temporaryFolder();
	for (const name of ['setsid', 'xdg-open']) {
		writeFileSync(join(programs, name), '#!/bin/sh\nprintf "%s " "$@" > "$(dirname "$0")/called"\n', {mode: 0o755});
	}
	const env = {DISPLAY: ':0', PATH: `${programs}:${process.env.PATH}`};
	const program = startProgram([], {cwd, env, columns: 120, rows: 40});
	await program.shows('Past runs');
	await follow(program, ['4', 'c compare'], ['c', 'is compared with the next one'], ['down', '❯ 2']);
	await follow(program, ['c', 'What differs between two runs'], [[], /Tag +(one → two|two → one)/], ['escape', '❯ 2']);
	await follow(program, ['p', /Opened .*report\.html/]);
	expect(readFileSync(join(programs, 'called'), 'utf8')).toMatch(/^--fork xdg-open \S+report\.html $/);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

test('what takes disk goes after a yes', async () => {
	const cwd = workspaceWithPreset();
	recordRun(cwd, {preset: 'mine'});
	writeFileSync(join(cwd, 'build/old.iso'), Buffer.alloc(5_000_000, 1));
	const program = startProgram([], {cwd, columns: 120, rows: 40});
	await program.shows('Clean up');
	await follow(program, ['8', /5 MB {2}Artifact: .*old\.iso/]);
	// What this machine's buildah keeps may stand above it.
	while (!/❯ \S +5 MB/.test(program.screen())) {
		const before = program.screen();
		program.press('down');
		await until(
			() => program.screen() !== before,
			() => `Nothing moves:\n${before}`,
		);
	}
	await follow(
		program,
		[' ', '5 MB chosen'],
		['enter', 'Remove 1 thing (5 MB)?'],
		['y', '5 MB given back'],
		[[], /^(?![\s\S]*old\.iso)/],
	);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

// A build that can't be made ended, and its answers with it: the menu began at the first question again.
test('a build that failed is tried again by r, and its answers are changed by e', async () => {
	const cwd = workspaceWithPreset();
	const settings = 'settings:\n  builder: canvos\n  edgeAppliance: false\n  customTag: lab\n';
	writeFileSync(join(cwd, 'presets/broken.yaml'), `schemaVersion: 1\nname: broken\n${settings}`);
	const program = startProgram([], {cwd, columns: 120, rows: 40, env: {DOCKER_HOST: 'unix:///nowhere/docker.sock'}});
	await program.shows('Presets');
	await follow(program, ['2', /❯ 1 +broken/], ['b', 'r retry'], [[], 'Failed after']);
	program.press('r');
	const reports = () =>
		readdirSync(join(cwd, 'build/runs')).filter(id => existsSync(join(cwd, 'build/runs', id, 'report.html')));
	await until(
		() => reports().length === 2,
		() => `It was not tried again. The screen:\n${program.screen()}`,
	);
	await program.shows(/Failed after[\s\S]*r retry/);
	await follow(program, ['e', 'Build this?'], [[], /Checking this machine failed/], [[], 'lab'], ['escape', 'r retry']);
	program.press('enter');
	await program.shows('Build again');
	program.press('4');
	await program.shows(/2 ✖ failed +broken/);
	program.press('ctrl+c');
	await program.exitCode();
});

// Where arrows can't be shown their names are words, and "Right" met what it does: "RightOpen the marked entry".
test('without Unicode the help keeps keys and what they do apart', async () => {
	const program = startProgram([], {cwd: workspaceWithPreset(), env: {LANG: 'C', LC_ALL: 'C'}});
	await program.shows('Presets');
	program.press('?');
	await program.shows(/Enter Space Right +Open the marked entry/);
	program.press('?', 'q');
	expect(await program.exitCode()).toBe(0);
});

// The help said that Ctrl-C leaves the program; it closed the help, as any other key.
test('Ctrl-C leaves from the help as well', async () => {
	const program = startProgram([], {cwd: workspaceWithPreset()});
	await program.shows('Presets');
	program.press('?');
	await program.shows('Leave the program');
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

// The last run of a preset was any run, so a download or a setup that went well made it "passed".
test('a preset of which there is only a download and a setup was not built yet', async () => {
	const {clone, c} = await fakeCanvos();
	const {root: cwd} = c.workspace;
	const settings = `settings:\n  builder: canvos\n  edgeAppliance: false\n  canvosSource: ${clone}\n  canvosRef: v4.8.10\n`;
	mkdirSync(join(cwd, 'presets'));
	writeFileSync(join(cwd, 'presets/mine.yaml'), `schemaVersion: 1\nname: mine\n${settings}`);
	for (const command of ['download', 'setup']) {
		expect((await runProgram([command, '--preset', 'mine'], {cwd})).exitCode).toBe(0);
	}
	const showsPresets = async (key: string, text: RegExp) => {
		const program = startProgram([], {cwd, columns: 120, rows: 40});
		await program.shows('Presets');
		await follow(program, [key, text]);
		program.press('ctrl+c');
		await program.exitCode();
	};
	await showsPresets('2', / mine .*not built yet/);
	recordRun(cwd, {preset: 'mine'});
	await showsPresets('3', / mine .*passed/);
});

test('home still fits after the terminal was made smaller, and the first start, too', async () => {
	const known = workspaceWithPreset();
	recordRun(known, {preset: 'mine'});
	for (const [cwd, text] of [
		[known, 'Build again'],
		[temporaryFolder(), 'Rehearse'],
	] as const) {
		const program = startProgram([], {cwd, columns: 120, rows: 40});
		await program.shows(text);
		program.resize(60, 20);
		await follow(program, ['j', /❯ 2/]);
		fitsInto(program.screen(), 60);
		program.press('q');
		expect(await program.exitCode()).toBe(0);
	}
});

test('the .arg of a CanvOS folder, whose name is no preset’s, is given one on the screens', async () => {
	const cwd = workspaceWithPreset();
	writeFileSync(join(cwd, '.arg'), 'K8S_VERSION=1.34.2\nCUSTOM_TAG=lab\n');
	const program = startProgram([], {cwd, columns: 100, rows: 30});
	await openEntry(program, 'Presets');
	await program.shows(/1 +mine/);
	await follow(
		program,
		['i', 'Path or https address'],
		[['.arg', 'enter'], 'Name the imported preset'],
		[['edge-appliance', 'enter'], 'edge-appliance comes with edge-builder'],
		[[ctrlU, 'lab', 'enter'], 'Save it as the preset lab?'],
		['y', 'Saved preset lab.'],
	);
	expect(readFileSync(join(cwd, 'presets/lab.yaml'), 'utf8')).toContain('customTag: lab');
});
