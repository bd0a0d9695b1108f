import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import https from 'node:https';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {openEntry} from '../helpers/home-keys.ts';
import {startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const workspace = () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	const lines = [
		'builder: canvos',
		'edgeAppliance: false',
		'ubuntuProAttach: true',
		"ubuntuProKey: 'prompt:'",
		'canvosSource: ./gone',
	];
	const text = ['schemaVersion: 1', 'name: lab', 'settings:', ...lines.map(line => `  ${line}`), ''].join('\n');
	writeFileSync(join(cwd, 'presets/lab.yaml'), text);
	return cwd;
};

test('what a preset leaves to a person is asked for on the terminal, without an echo', async () => {
	const cwd = workspace();
	const program = startProgram(['verify', '--plain', '--preset', 'lab', 'CANVOS_SOURCE=https://127.0.0.1:9/x.git'], {
		cwd,
		columns: 120,
	});
	await program.shows('Which Ubuntu Pro token? (UBUNTU_PRO_KEY)', 30_000);
	program.press('C1234567', 'enter');
	await program.exitCode(60_000);
	expect(program.bytes()).not.toContain('C1234567');
	expect(program.screen()).not.toContain('asked for when a run begins');
});

test('Ctrl-C at that question ends it before anything began', async () => {
	const cwd = workspace();
	const program = startProgram(['verify', '--plain', '--preset', 'lab', 'CANVOS_SOURCE=https://127.0.0.1:9/x.git'], {
		cwd,
		columns: 120,
	});
	await program.shows('Which Ubuntu Pro token?', 30_000);
	program.press('ctrl+c');
	expect(await program.exitCode(30_000)).toBe(130);
	expect(readdirSync(cwd)).toEqual(['presets']);
});

/** Everything that lies in a workspace, as one text; a journal of what is under way may be gone before it is read. */
const keptIn = (cwd: string) =>
	readdirSync(cwd, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name))
		.map(textOrNothing)
		.join('\n');

function textOrNothing(path: string) {
	try {
		return readFileSync(path, 'latin1');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
		throw error;
	}
}

const gone = 'CANVOS_SOURCE=https://127.0.0.1:9/x.git';

// On the screens such a preset was refused: "here nobody can be asked".
test.each([
	['at once from the list', ['b']],
	['from its review', ['e', 'b']],
] as const)('on the screens it is asked for in a field that shows nothing, %s', async (_, [first, ...more]) => {
	const cwd = workspace();
	const program = startProgram([gone], {cwd, columns: 100, rows: 30});
	await program.shows('Presets');
	await openEntry(program, 'Presets');
	await program.shows(/1 +lab/);
	program.press(first);
	for (const key of more) await follow(program, [[], 'Build this?'], [key, 'kept nowhere']);
	await program.shows('Which Ubuntu Pro token?', 30_000);
	await follow(program, ['escape', 'was not answered'], ['b', 'kept nowhere']);
	await follow(program, ['C1234567', '********'], ['enter', 'Checking this machine']);
	expect(program.bytes()).not.toContain('C1234567');
	expect(keptIn(cwd)).not.toContain('C1234567');
	program.press('ctrl+c', 'ctrl+c');
});

test('in lines it is asked for without an echo', async () => {
	const cwd = workspace();
	const program = startProgram(['--plain', gone], {cwd, columns: 120});
	await program.shows('What do you want to do?');
	program.press('presets\r');
	await program.shows('Which preset?');
	program.press('lab\r');
	await program.shows('What about lab?');
	program.press('1\r');
	await program.shows('What now?', 60_000);
	program.press('build\r');
	await program.shows('Which Ubuntu Pro token? (UBUNTU_PRO_KEY)', 30_000);
	program.press('C1234567', 'enter');
	await program.shows('Checking this machine', 60_000);
	expect(program.bytes()).not.toContain('C1234567');
	expect(keptIn(cwd)).not.toContain('C1234567');
	program.press('ctrl+c');
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

test.runIf(hasOpenssl)(
	'a preset is imported from an https address, by the certificate authority of the settings',
	async () => {
		const folder = temporaryFolder();
		const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
		const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-keyout', key];
		const names = ['-subj', '/CN=edge-builder test', '-addext', 'subjectAltName=DNS:localhost'];
		execFileSync('openssl', ['req', '-x509', ...made, '-out', certificate, ...names], {stdio: 'ignore'});
		const options = {key: readFileSync(key), cert: readFileSync(certificate)};
		const server = https.createServer(options, ({url}, response) => {
			if (url === '/large.yaml') response.end('#'.repeat(300_000));
			else if (url?.startsWith('/lab.arg')) response.end('OS_DISTRIBUTION=ubuntu\nCUSTOM_TAG=far\n');
			else response.writeHead(404).end();
		});
		await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
		onTestFinished(() => void server.close());
		const {port} = server.address() as AddressInfo;
		const cwd = temporaryFolder();
		const run = (path: string, env: Record<string, string> = {CA_FILE: certificate}) =>
			runProgram(['presets', 'import', `https://localhost:${port}${path}`, '--yes'], {cwd, env});

		const {exitCode, stdout, stderr} = await run('/lab.arg?token=s3cret');
		expect(exitCode, stderr).toBe(0);
		expect(stdout + stderr).not.toContain('s3cret');
		expect(readFileSync(join(cwd, 'presets/lab.yaml'), 'utf8')).toContain('customTag: far');
		expect((await run('/gone.yaml')).stderr).toContain('the server answers 404');
		expect((await run('/large.yaml')).stderr).toContain('larger than a preset can be');
		expect((await run('/lab.arg', {})).exitCode).toBe(2);
	},
);

test('answers that began with a preset are saved with what it names, but for what was answered', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	const lines = [
		...['builder: canvos', 'edgeAppliance: false', 'customTag: env:BUILD_TAG', 'isoName: env:ISO'],
		...['ubuntuProAttach: true', 'ubuntuProKey: env:PRO_KEY'],
	];
	const text = ['schemaVersion: 1', 'name: lab', 'settings:', ...lines.map(line => `  ${line}`), ''].join('\n');
	writeFileSync(join(cwd, 'presets/lab.yaml'), text);
	const env = {BUILD_TAG: 'seven', ISO: 'eight', PRO_KEY: 'C1234567'};
	const program = startProgram(['--plain'], {cwd, columns: 160, rows: 60, env});
	await follow(
		program,
		['presets\r', 'Which preset?'],
		['lab\r', 'What about lab?'],
		['1\r', 'What now?'],
		['settings\r', 'Which one?'],
		['ISO_NAME\r', 'ISO_NAME): '],
		['nine\r', /nine[\s\S]*What now\?/],
		['3\r', 'Name of the preset'],
		['next\r', 'Description'],
		['\r', 'Saved preset next'],
	);
	const saved = readFileSync(join(cwd, 'presets/next.yaml'), 'utf8');
	expect(saved).toMatch(/isoName: nine[\s\S]*ubuntuProKey: env:PRO_KEY/);
	expect(saved).toContain('customTag: env:BUILD_TAG');
});
