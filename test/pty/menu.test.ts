import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {startProgram} from '../helpers/program.ts';
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
	program.press('enter');
	await program.shows('My own');
	program.press('escape');
	await program.shows('Open a QEMU console');
	program.press('q');
	expect(await program.exitCode()).toBe(0);
});

test('Enter through the wizard leads to a review with image reference and ISO name', async () => {
	const program = startProgram([], {cwd: temporaryFolder()});
	await program.shows('How much do you want to decide?');
	for (let question = 0; question < 20 && !program.screen().includes('Is this what you want'); question++) {
		const before = program.screen();
		program.press('enter');
		await program.shows({test: (text: string) => text !== before} as RegExp);
	}
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
