import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {openEntry} from '../helpers/home-keys.ts';
import {startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const clipboard = '\u001B]52;c;b3duZWQ=\u0007';
const title = '\u001B]0;owned\u0007';
const csi = '\u009B2J';
const turned = '\u202E';
const hostile = `${clipboard}${title}${csi}${turned}`;
const active = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** A workspace in which presets, ISOs and runs have names and texts that a terminal would act on. */
const hostileWorkspace = () => {
	const folder = temporaryFolder();
	const put = (path: string, text: string) => {
		mkdirSync(join(folder, path, '..'), {recursive: true});
		writeFileSync(join(folder, path), text);
	};
	const quoted = (text: string) => JSON.stringify(text).replaceAll('\u007F', '\\u007f');
	put('presets/told.yaml', `schemaVersion: 1\nname: told\ndescription: ${quoted(`It ${hostile} is`)}\nsettings: {}\n`);
	put(`presets/named${hostile}.yaml`, 'schemaVersion: 1\nname: named\nsettings: {}\n');
	put(
		'presets/keyed.yaml',
		`schemaVersion: 1\nname: keyed\n${quoted(hostile)}: 1\nsettings: {${quoted(hostile)}: 1}\n`,
	);
	put(`build/installer${hostile}.iso`, 'bytes');
	put('build/runs/2026-11-26T00-00-00-told-0000/events.ndjson', `${JSON.stringify(started(hostile))}\n`);
	put(`build/runs/2026-11-26T00-00-01-${hostile}/events.ndjson`, `${JSON.stringify(started('named'))}\n`);
	return folder;
};

const started = (text: string) => ({
	seq: 1,
	at: 1_700_000_000_000,
	type: 'run-started',
	run: {
		...{runId: text, preset: text, builder: 'rehearsal', rehearsal: true, version: text, workspace: text},
		...{folder: text, imageReference: text, isoName: text},
	},
	plan: [],
	settings: {isoName: text},
});

// A preset that somebody sent could write into the reader's clipboard (OSC 52), set the title or clear the screen.
test.each([
	['presets', 'list'],
	['presets', 'list', '--json'],
	['presets', 'show', 'told'],
	['presets', 'show', 'told', '--json'],
	['presets', 'show', 'keyed'],
	['presets', 'show', `named${hostile}`],
	['presets', 'save', `x${hostile}`],
	['presets', 'delete', `named${hostile}`, '--yes'],
	['info', '--preset', `named${hostile}`],
	['info', '--preset', 'keyed'],
	['info', '--preset', 'keyed', '--json'],
	['info', '--preset', `nothing${hostile}`],
	['info', `CUSTOM_TAG=${hostile}`],
	['build', '--dry-run', '--preset', `keyed`],
	['runs', 'list'],
	['runs', 'list', '--json'],
	['runs', 'show', '2026-11-26T00-00-00-told-0000'],
	['runs', 'show', '2026-11-26T00-00-00-told-0000', '--json'],
	['runs', 'replay', '2026-11-26T00-00-00-told-0000'],
	['runs', 'replay', '2026-11-26T00-00-00-told-0000', '--json'],
	['runs', 'show', hostile],
	['clean', 'artifacts', '--yes'],
	['clean', 'artifacts', '--json'],
	[`--un${hostile}`],
	[hostile],
	['info', hostile],
])('what %s %s prints moves no cursor, sets no title and fills no clipboard', async (...words) => {
	const {stdout, stderr} = await runProgram(words, {cwd: hostileWorkspace()});
	expect(`${stdout}${stderr}`).not.toMatch(active);
	expect(`${stdout}${stderr}`).not.toBe('');
});

// Screens and questions show the same texts. Our own frames need some sequences; none of theirs may be among them.
test.each([
	['Presets', 'the presets', /told/],
	['QEMU console', 'the ISOs of the console', /installer.*\.iso/],
	['Past runs', 'past runs', /told|named/],
] as const)('%s: %s on screens fill no clipboard and set no title', async (title, _, text) => {
	const program = startProgram([], {cwd: hostileWorkspace(), columns: 140, rows: 40});
	await openEntry(program, title);
	await program.shows(text);
	expect(program.bytes()).not.toMatch(/\u001B\](52|0;owned)|\u009B|\u202E/);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

test('questions in lines fill no clipboard and set no title', async () => {
	const program = startProgram(['--plain'], {cwd: hostileWorkspace(), columns: 140, rows: 40});
	await program.shows('What do you want to do');
	program.press('presets', 'enter');
	await program.shows(/It .* is/);
	expect(program.bytes()).not.toMatch(/\u001B\](52|0;owned)|\u009B|\u202E/);
});

// What programs print comes from outside, too: a package's script, a build, a server's answer.
test.each([
	['build', '--preset', 'rehearsal', '--yes'],
	['build', '--preset', 'rehearsal', '--yes', '--json'],
	['doctor', '--fix', '--yes', '--builder', 'rehearsal'],
])('what a program prints during %s %s %s fills no clipboard and sets no title', async (...words) => {
	const hostileApt = "provide; printf 'It \\033]52;c;b3duZWQ=\\007\\033]0;owned\\007 is\\n'";
	const {env} = fakeMachine({install: hostileApt});
	const {stdout, stderr} = await runProgram(words, {cwd: temporaryFolder(), env});
	expect(`${stdout}${stderr}`).toMatch(/It .*is/);
	expect(`${stdout}${stderr}`).not.toMatch(active);
});
