import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {startProgram} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

// A screen reader reads what is written, in order: nothing may be drawn over, and no sequence be read out.
const waysToAskForLines: [name: string, args: readonly string[], env: Record<string, string>][] = [
	['--plain', ['--plain'], {}],
	['ACCESSIBLE=1', [], {ACCESSIBLE: '1'}],
	['TERM=dumb', [], {TERM: 'dumb'}],
	['--plain with NO_COLOR and FORCE_COLOR', ['--plain'], {NO_COLOR: '1', FORCE_COLOR: '3'}],
];

test.each(waysToAskForLines)('under %s a rehearsal is decided without one escape sequence', async (_, args, env) => {
	const program = startProgram(args, {cwd: temporaryFolder(), env, columns: 200, rows: 60});
	await program.shows('Number or name (1):');
	program.press('?\r');
	await program.shows('Breaks:');
	program.press('standard\r');
	await program.shows('System, 2 of 5');
	program.press('<\r', '1\r');
	await program.shows('What now? (1):');
	program.press('settings\r');
	await program.shows('Which one?');
	program.press('HTTP_PROXY\r');
	await program.shows('Proxy for http (HTTP_PROXY)');
	program.press('http://proxy.lan:3128\r');
	await program.shows('Proxy for http: http://proxy.lan:3128');
	program.press('leave\r');
	await program.shows('What do you want to do?');
	program.press('help\r');
	await program.shows('none leaves a text empty');
	program.press('check\r');
	await program.shows(/\d+ checks: /);
	program.press('\r');
	expect(onlyLines(program.bytes())).toBe(true);
	program.press('\u0003');
	expect(await program.exitCode()).toBe(130);
});

test('the .arg of a CanvOS folder, whose name is no preset’s, is imported by one that is asked for', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	writeFileSync(join(cwd, 'presets/own.yaml'), 'schemaVersion: 1\nname: own\nsettings:\n  builder: rehearsal\n');
	writeFileSync(join(cwd, '.arg'), 'K8S_VERSION=1.34.2\nCUSTOM_TAG=mine\n');
	const program = startProgram(['--plain'], {cwd, columns: 160, rows: 60});
	await follow(
		program,
		['presets\r', 'Which preset?'],
		['import\r', 'Path or https address'],
		['.arg\r', 'Name of the preset'],
		['edge-appliance\r', 'edge-appliance comes with edge-builder'],
		['lab\r', 'Save it as the preset lab?'],
		['y\r', 'Saved preset lab.'],
	);
	expect(readFileSync(join(cwd, 'presets/lab.yaml'), 'utf8')).toContain('customTag: mine');
});

test('under npm start the command of the review begins as this person can type it', async () => {
	const env = {npm_lifecycle_event: 'start'};
	const program = startProgram(['--plain'], {cwd: temporaryFolder(), env, columns: 160, rows: 60});
	await program.shows('Number or name (1):');
	await follow(program, ['>\r', 'What now? (1):'], ['command that\r', 'npm start -- build --yes BUILDER=rehearsal']);
});

test('what is chosen for clean-up is told by numbers', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'build'));
	writeFileSync(join(cwd, 'build/lab.iso'), 'iso');
	const program = startProgram(['clean'], {cwd, env: {ACCESSIBLE: '1'}, columns: 200});
	await program.shows('Numbers of what shall be removed');
	program.press('1\r');
	expect(await program.exitCode()).toBe(0);
	expect(existsSync(join(cwd, 'build/lab.iso'))).toBe(false);
	expect(onlyLines(program.bytes())).toBe(true);
});

test.each<Record<string, string>>([{ACCESSIBLE: '1'}, {NO_COLOR: '1'}])(
	'checks of this machine are only lines with %o',
	async env => {
		const program = startProgram(['doctor'], {cwd: temporaryFolder(), env, columns: 200});
		await program.exitCode();
		expect(program.screen()).toContain('Free disk space');
		expect(onlyLines(program.bytes())).toBe(true);
	},
);

test('elsewhere something turns while they are made', async () => {
	const program = startProgram(['doctor'], {cwd: temporaryFolder(), columns: 200});
	await program.shows('Checking this machine');
	await program.exitCode();
	expect(program.screen()).not.toContain('Checking this machine');
});

test('a build under ACCESSIBLE=1 is told in lines', async () => {
	const program = startProgram(['build', '--preset', 'rehearsal', 'MIN_DISK_GB=10000'], {
		cwd: temporaryFolder(),
		env: {ACCESSIBLE: '1'},
		columns: 200,
	});
	await program.shows('Preset rehearsal makes');
	program.press('\u0003', '\u0003');
	await program.exitCode();
	expect(onlyLines(program.bytes())).toBe(true);
});

// Keys that the terminal itself echoes are none of ours: ^C.
const onlyLines = (written: string) => !/[^\P{Cc}\r\n\t]/u.test(written);
