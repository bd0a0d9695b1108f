import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {fakeCanvos} from '../builders/canvos/fake-canvos.ts';
import {follow} from '../helpers/follow.ts';
import {startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const savedPreset = 'schemaVersion: 1\nname: mine\ndescription: My own\nsettings:\n  builder: rehearsal\n';

const workspaceWithPreset = () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	writeFileSync(join(cwd, 'presets/mine.yaml'), savedPreset);
	return cwd;
};

test('the first time, the wizard opens by itself; Ctrl-C leaves and gives the screen back', async () => {
	const program = startProgram([], {cwd: temporaryFolder()});
	await program.shows('How much do you want to decide?');
	program.press('enter');
	await program.shows('Which builder makes the image?');
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
	expect(program.screen()).not.toContain('Which builder');
});

test('afterwards the menu opens, and a saved preset is two keys away from its run', async () => {
	const program = startProgram([], {cwd: workspaceWithPreset(), columns: 120, rows: 40});
	await program.shows('Run a saved preset');
	for (const item of ['New build', 'Open a QEMU console', 'Check this machine', 'Past runs', 'Quit']) {
		expect(program.screen()).toContain(item);
	}
	await follow(program, ['enter', 'My own'], ['escape', 'Open a QEMU console']);
	program.press('q');
	expect(await program.exitCode()).toBe(0);
});

// Where arrows can't be shown their names are words, and "Right" met what it does: "RightOpen the marked entry".
test('without Unicode the help keeps keys and what they do apart', async () => {
	const program = startProgram([], {cwd: workspaceWithPreset(), env: {LANG: 'C', LC_ALL: 'C'}});
	await program.shows('Run a saved preset');
	program.press('?');
	await program.shows(/Enter Space Right +Open the marked entry/);
	program.press('?', 'q');
	expect(await program.exitCode()).toBe(0);
});

// The help said that Ctrl-C leaves the program; it closed the help, as any other key.
test('Ctrl-C leaves from the help as well', async () => {
	const program = startProgram([], {cwd: workspaceWithPreset()});
	await program.shows('Run a saved preset');
	program.press('?');
	await program.shows('Leave the program');
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

// The last run of a preset was any run, so a download or a setup that went well made it "passed".
test('a preset of which there is only a download and a setup was not run yet', async () => {
	const {clone, c} = await fakeCanvos();
	const {root: cwd, runs} = c.workspace;
	const settings = `settings:\n  builder: canvos\n  edgeAppliance: false\n  canvosSource: ${clone}\n  canvosRef: v4.8.10\n`;
	mkdirSync(join(cwd, 'presets'));
	writeFileSync(join(cwd, 'presets/mine.yaml'), `schemaVersion: 1\nname: mine\n${settings}`);
	for (const command of ['download', 'setup']) {
		expect((await runProgram([command, '--preset', 'mine'], {cwd})).exitCode).toBe(0);
	}
	const showsPresets = async (text: RegExp) => {
		const program = startProgram([], {cwd, columns: 120, rows: 40});
		await program.shows('Run a saved preset');
		program.press('enter');
		await program.shows(text);
		program.press('ctrl+c');
		await program.exitCode();
	};
	await showsPresets(/ mine .*not run yet/);

	const id = '9999-01-01T00-00-00-mine';
	mkdirSync(join(runs, id));
	const steps = [{id: 'provider-image', outcome: {kind: 'done'}, checks: []}];
	const build = {runId: id, preset: 'mine', outcome: 'passed', startedAt: 1, endedAt: 2, steps};
	writeFileSync(join(runs, id, 'run.json'), JSON.stringify(build));
	await showsPresets(/ mine .*passed/);
});

test('Enter through the wizard leads to a review with image reference and ISO name', async () => {
	const program = startProgram([], {cwd: temporaryFolder()});
	await program.shows('How much do you want to decide?');
	let before = '';
	for (let question = 0; question < 20 && !program.screen().includes('Is this what you want'); question++) {
		before = program.screen();
		program.press('enter');
		await program.shows({test: (text: string) => text !== before} as RegExp);
	}
	// "11 of 13" was the last one: the review and a preset's name counted as questions.
	const [, number, total] = /(\d+) of (\d+)/.exec(before) ?? [];
	expect(number).toBe(total);
	expect(program.screen()).toMatch(/Image {2}localhost\/\w+:kubeadm-1\.34\.2-v4\.8\.10-rehearsal/);
	expect(program.screen()).toContain('palette-edge-installer-rehearsal.iso');
	expect(program.screen()).toContain('REHEARSAL');
});

test('the wizard still fits after the terminal was made smaller', async () => {
	const program = startProgram([], {cwd: temporaryFolder(), columns: 120, rows: 40});
	await program.shows('How much do you want to decide?');
	program.resize(60, 20);
	program.press('enter');
	await program.shows('Which builder makes the image?');
	for (const line of program.screen().split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});
