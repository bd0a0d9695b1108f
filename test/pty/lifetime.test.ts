import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {processesOf} from '../../source/host/process-table.ts';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {hangingBuildah} from '../helpers/hanging-buildah.ts';
import {openEntry} from '../helpers/home-keys.ts';
import {launcher} from '../helpers/launcher.ts';
import {startProgram} from '../helpers/program.ts';
import {startShell} from '../helpers/shell.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

vi.setConfig({testTimeout: 90_000});

const onlyRunOf = (cwd: string) => readdirSync(join(cwd, 'build/runs'))[0] ?? '';

const hasChildren = (cwd: string) =>
	until(
		() => existsSync(join(cwd, 'build/runs')) && processesOf(onlyRunOf(cwd)).length > 0,
		() => 'The run never started a program',
	);

const expectCompleteRecord = (cwd: string, outcome: string) => {
	const run = onlyRunOf(cwd);
	expect(JSON.parse(readFileSync(join(cwd, 'build/runs', run, 'run.json'), 'utf8')).outcome).toBe(outcome);
	expect(existsSync(join(cwd, 'build/runs', run, 'report.html'))).toBe(true);
	expect(readdirSync(join(cwd, 'build/state/journal'))).toEqual([]);
	expect(readdirSync(join(cwd, 'build/state/temporary'))).toEqual([]);
	expect(existsSync(join(cwd, 'build/state/lock.json'))).toBe(false);
	expect(processesOf(run)).toEqual([]);
};

// The screens were taken down and the program ended without waiting for its run: no run.json, no report, a journal and a
// temporary folder left.
test.each(['SIGTERM', 'SIGHUP'] as const)('%s while the dashboard is up stops the run in order', async signal => {
	const cwd = temporaryFolder();
	const program = startProgram(['build', '--preset', 'rehearsal'], {
		cwd,
		columns: 100,
		rows: 30,
		env: hangingBuildah().env,
	});
	await program.shows('Checking');
	await hasChildren(cwd);
	program.signal(signal);
	expect(await program.exitCode(60_000)).toBe(130);
	expectCompleteRecord(cwd, 'cancelled');
});

// The question in lines heard nothing of it: the run went on waiting for an answer, `timeout` or a shutdown killed it in the
// end, and it had no run.json, no report and left its journal.
test.each([
	['SIGTERM', {}],
	['SIGHUP', {}],
	['SIGTERM', {TERM: 'dumb'}],
] as const)('%s while a run in lines asks whether to install packages stops it in order (%o)', async (signal, env) => {
	const cwd = temporaryFolder();
	const machine = fakeMachine();
	const program = startProgram(['build', '--preset', 'rehearsal', '--plain'], {
		cwd,
		columns: 100,
		rows: 40,
		env: {...machine.env, ...env},
	});
	await program.shows(/Install \d+ packages\?/);
	program.signal(signal);
	expect(await program.exitCode(30_000)).toBe(130);
	expect(machine.calls().filter(call => call.startsWith('apt-get') && call.includes(' install '))).toEqual([]);
	expectCompleteRecord(cwd, 'cancelled');
});

// Node takes every signal's default back at its start, nohup's ignored SIGHUP too; our own handler then cancelled the run.
test('a hang-up is ignored without a terminal, as nohup promises', async () => {
	const cwd = temporaryFolder();
	const buildah = hangingBuildah();
	const program = startUnattended(['build', '--preset', 'rehearsal'], {cwd, env: buildah.env});
	await hasChildren(cwd);
	program.signal('SIGHUP');
	await until(
		() => /^ShdPnd:\t0+$/m.test(readFileSync(`/proc/${program.pid}/status`, 'utf8')),
		() => 'The hang-up was never taken',
	);
	buildah.open();
	// The run came to a verdict of its own.
	expect(await program.exitCode(60_000)).toBe(3);
	expectCompleteRecord(cwd, 'failed');
});

// In raw mode the terminal makes no signal of Ctrl-Z; the key did nothing.
test.each([
	['home', [], 'Check this machine'],
	['the cards of a first start', [], 'Standard image'],
	['the dashboard', ['build', '--preset', 'rehearsal'], 'Checking'],
] as const)('Ctrl-Z in %s gives the shell back, and fg the screen', async (place, args, text) => {
	const cwd = temporaryFolder();
	if (place === 'home') {
		mkdirSync(join(cwd, 'presets'));
		const preset = 'schemaVersion: 1\nname: mine\ndescription: My own\nsettings:\n  builder: rehearsal\n';
		writeFileSync(join(cwd, 'presets/mine.yaml'), preset);
	}
	const shell = startShell({cwd, env: hangingBuildah().env});
	await shell.prompts();
	shell.type(`'${launcher}' ${args.join(' ')}\r`);
	await shell.shows(text);
	await shell.listens();
	shell.type('\u001A');
	await shell.shows('Stopped');
	await shell.prompts();
	expect(shell.screen()).not.toContain(text);
	shell.type('echo "still $((40 + 2)) here"\r');
	await shell.shows('still 42 here');
	shell.type('fg\r');
	await shell.shows(text);
	expect(shell.screen()).not.toContain('still 42 here');
	if (place === 'the dashboard') return;
	shell.type('\u0003');
	await shell.prompts();
	shell.type('echo "exit code $?"\r');
	await shell.shows('exit code 130');
});

test('Ctrl-Z gives the shell back from every screen of the menu, and from the menu in lines', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	const preset = 'schemaVersion: 1\nname: mine\ndescription: My own\nsettings:\n  builder: rehearsal\n';
	writeFileSync(join(cwd, 'presets/mine.yaml'), preset);
	const shell = startShell({cwd, env: hangingBuildah().env});
	await shell.prompts();
	const stopAndGoOn = async (text: string) => {
		await shell.shows(text);
		shell.type('\u001A');
		await shell.shows('Stopped');
		await shell.prompts();
		shell.type('fg\r');
		await shell.shows(text);
	};
	shell.type(`'${launcher}'\r`);
	await shell.shows('Check this machine');
	await shell.listens();
	for (const [title, text] of [
		['New build', 'What do you want to make?'],
		['Presets', 'My own'],
		['QEMU console', 'no ISO'],
		['Check this machine', 'Checking'],
		['Past runs', 'No run yet'],
	] as const) {
		await openEntry({...shell, press: shell.type}, title);
		await stopAndGoOn(text);
		await shell.listens();
		shell.type('q');
		await shell.shows('Check this machine');
	}
	shell.type('\u0003');
	await shell.prompts();
	shell.type(`'${launcher}' --plain\r`);
	await stopAndGoOn('What do you want to do');
});
