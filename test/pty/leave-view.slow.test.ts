import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {hangingBuildah} from '../helpers/hanging-buildah.ts';
import {launcher} from '../helpers/launcher.ts';
import {type Program, startProgram} from '../helpers/program.ts';
import {startShell} from '../helpers/shell.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

vi.setConfig({testTimeout: 60_000});

const isWhole = (program: Program) =>
	until(
		() => program.frameFault() === undefined,
		() => `${program.frameFault()}\n${program.screen()}`,
		15_000,
	);

/** The dashboard of a run that stays in its first step until the gate is opened. */
async function dashboard({columns, rows} = {columns: 100, rows: 30}) {
	const cwd = temporaryFolder();
	const {env, open} = hangingBuildah();
	const program = startProgram(['build', '--preset', 'rehearsal'], {cwd, env, columns, rows});
	await program.shows('step 1 of');
	return {cwd, program, open};
}

const inLines = 'd or Enter opens the dashboard again';

test('d leaves the view for plain lines and comes back, whole', async () => {
	const {program} = await dashboard({columns: 80, rows: 24});
	for (const key of ['d', 'enter']) {
		await follow(program, ['d', inLines]);
		expect(program.screen()).toContain('▶ Checking this machine');
		expect(program.screen()).not.toContain('╭');
		await follow(program, [key, 'step 1 of']);
		await isWhole(program);
	}
});

test('a run that ends in lines tells its summary, and its exit code is the program’s', async () => {
	const {program, open} = await dashboard();
	await follow(program, ['d', inLines]);
	open();
	await program.shows('✖ Failed. Run ');
	expect(await program.exitCode()).toBe(3);
	// Lines and summary stand below each other, nothing is drawn over.
	expect(program.screen()).toMatch(/▶ Checking this machine.*Checking this machine failed.*✖ Failed\. Run/s);
});

test('Ctrl-C in lines stops the build and cleans up', async () => {
	const {program, cwd} = await dashboard();
	await follow(program, ['d', inLines], ['ctrl+c', 'Stopping and cleaning up'], [[], '■ Cancelled.']);
	expect(await program.exitCode()).toBe(130);
	expect(existsSync(join(cwd, 'build/state/lock.json'))).toBe(false);
	expect(program.survivors(readdirSync(join(cwd, 'build/runs'))[0] ?? '')).toEqual([]);
});

test('SIGTERM in lines stops it as well, and the summary stands below them', async () => {
	const {program} = await dashboard();
	await follow(program, ['d', inLines]);
	program.signal('SIGTERM');
	await program.shows('■ Cancelled.');
	expect(await program.exitCode()).toBe(130);
	expect(program.screen()).toMatch(/▶ Checking this machine.*Stopping and cleaning up.*■ Cancelled\./s);
});

test('the question before stopping keeps going by Enter, and goes on without a view by d', async () => {
	const {program} = await dashboard();
	await follow(
		program,
		['q', '❯ n  Keep going'],
		['enter', 'q stop'],
		['ctrl+c', 'Stop the build?'],
		['d', inLines],
		['d', 'step 1 of'],
		['q', 'Stop the build?'],
		['down', '❯ y  Stop the build'],
		['enter', /Stopping|Cancelled/],
	);
	await program.shows('Cancelled');
});

test('Ctrl-Z in lines gives the shell back, bg lets it go on, fg comes back to where d works', async () => {
	const {env, open} = hangingBuildah();
	const shell = startShell({cwd: temporaryFolder(), env});
	await shell.prompts();
	shell.type(`'${launcher}' build --preset rehearsal\r`);
	await shell.shows('step 1 of');
	await shell.listens();
	shell.type('d');
	await shell.shows('fg` comes back here');
	shell.type('\u001A');
	await shell.shows('Stopped');
	await shell.prompts();
	shell.type('bg\r');
	await shell.shows('rehearsal &');
	shell.type('echo "still $((40 + 2)) here"\r');
	await shell.shows('still 42 here');
	shell.type('fg\r');
	await shell.shows(/rehearsal\n→ d or Enter/);
	await follow({...shell, press: shell.type}, ['d', 'step 1 of'], ['d', /(fg` comes back.*){3}/s]);
	// It ends while the terminal is the shell's.
	shell.type('\u001A');
	await shell.shows(/Stopped.*Stopped/s);
	await shell.prompts();
	shell.type('bg\r');
	open();
	await shell.shows('✖ Failed. Run');
	await shell.shows('`fg` tells the rest');
	shell.type('fg; echo "exit $?"\r');
	await shell.shows(/^exit 3$/m);
});
