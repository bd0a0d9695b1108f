import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join, relative} from 'node:path';
import {execa} from 'execa';
import {expect, onTestFinished, test} from 'vitest';
import {launcher} from '../helpers/launcher.ts';
import {cleanEnvironment} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const bundle = 'bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb';

// Addresses of object stores carry their right of access in the query (`sig=`), under names that nobody can list: the
// records masked a list of names, and lay open to every user of the machine.
test('a signed firmware address stands in no record, and no record is for others to read', async () => {
	const folder = temporaryFolder();
	let during = '';
	const {port} = await serve(() => {
		during = readFileSync(join(folder, 'build/state/lock.json'), 'utf8');
		expect(openToOthers(folder)).toEqual([]);
	});
	const address = `http://me:password-in-clear@127.0.0.1:${port}/x.bfb?sig=signature-in-clear&se=expiry-in-clear`;
	const words = ['download', '--plain', 'BUILDER=canvos', 'EDGE_APPLIANCE=true', `BFB_NAME=${bundle}`];
	const {all} = await execa('sh', ['-c', 'umask 0; exec "$0" "$@"', launcher, ...words, `BFB_URL=${address}`], {
		cwd: folder,
		env: {...cleanEnvironment(), DOCA_DEB_URL: address.replace('.bfb', '.deb')},
		extendEnv: false,
		reject: false,
		all: true,
	});
	expect(during).toContain('BFB_URL=http://');
	expect(`${all}${during}`).not.toContain('in-clear');
	const records = filesBelow(join(folder, 'build'));
	expect(records.map(path => path.replace(/.*\//, ''))).toEqual(
		expect.arrayContaining(['events.ndjson', 'run.json', 'report.html', 'fetch-firmware.log']),
	);
	for (const path of records) expect(readFileSync(path, 'utf8'), path).not.toContain('in-clear');
	expect(openToOthers(folder)).toEqual([]);
});

const misplaced = [
	['IMAGE_REGISTRY', 'user:word-in-clear@ghcr.io'],
	['IMAGE_REGISTRY', 'https://user:word-in-clear@ghcr.io'],
	['IMAGE_REGISTRY', 'word-in-clear@ghcr.io'],
	['IMAGE_REPO', 'user:word-in-clear@ghcr.io/x'],
	['CUSTOM_TAG', 'user:word-in-clear@tag'],
	['ISO_NAME', 'user:word-in-clear@name.iso'],
	['CANVOS_SOURCE', 'user:word-in-clear@github.com/x.git'],
	['CANVOS_SOURCE', 'https://github.com/x.git?token=word-in-clear'],
	['CANVOS_REF', 'user:word-in-clear@x..y'],
	['REGISTRY_MIRRORS', 'docker.io=user:word-in-clear@mirror'],
	['BUILDKIT_HOSTS', 'tcp://user:word-in-clear@builder:8372'],
	['SPECTRO_PUB_REPO', 'user:word-in-clear@host/'],
	['NO_PROXY', 'user:word-in-clear@host'],
	['HTTP_PROXY', 'socks5://user:word-in-clear@host'],
	['HTTPS_PROXY', 'user:word-in-clear@ho st'],
	['BASE_IMAGE', 'user:word-in-clear@host/i'],
	['BASE_IMAGE', 'word-in-clear@host/i'],
	['SPECTRO_THIRD_PARTY_IMAGE', 'user:word-in-clear@host/i'],
	['BFB_URL', 'ftp://user:word-in-clear@host/x?y=word-in-clear'],
	['CA_FILE', '-user:word-in-clear@host'],
	['BUILDER', 'user:word-in-clear@host'],
	['MEMORY', 'user:word-in-clear@host'],
	['DEBUG', 'user:word-in-clear@host'],
	['UBUNTU_PRO_KEY', 'word in-clear'],
] as const;

/** Rounds in which each name stands once, so that one run judges all of them; a wrong builder decides what else counts. */
const rounds = [0, 1, 2]
	.map(round =>
		misplaced.filter(
			([name], index) =>
				name !== 'BUILDER' && misplaced.slice(0, index).filter(([other]) => other === name).length === round,
		),
	)
	.concat([misplaced.filter(([name]) => name === 'BUILDER')]);

// A password that was written into the wrong setting was printed with the complaint: into the log of the CI.
test.each(
	rounds.flatMap(round =>
		[
			['info', '--all'],
			['info', '--json'],
			['build', '--dry-run', '--json'],
			['presets', 'save', 'mine'],
		].map(command => ({command: command.join(' '), round, names: round.map(([name]) => name).join(', ')})),
	),
)('"$command" refuses $names without repeating what they were given', async ({command, round}) => {
	const folder = temporaryFolder();
	const builder = round.some(([name]) => name === 'BUILDER') ? [] : ['BUILDER=canvos'];
	const given = [...builder, ...round.map(([name, value]) => `${name}=${value}`)];
	const {exitCode, stdout, stderr} = await runProgram([...command.split(' '), ...given], {cwd: folder});
	expect(`${stdout}${stderr}`).not.toContain('in-clear');
	for (const [name] of round) expect(`${stdout}${stderr}`).toMatch(new RegExp(`argument ${name}(: |","message")`));
	expect(exitCode).toBe(2);
	expect(existsSync(join(folder, 'presets'))).toBe(false);
});

// The command line's own complaints repeat what they don't know.
test.each([
	['info', '--image-registri=user:word-in-clear@ghcr.io'],
	['user:word-in-clear@ghcr.io'],
	['info', 'https://user:word-in-clear@ghcr.io/x?sig=word-in-clear'],
	['info', '--preset', 'https://user:word-in-clear@ghcr.io/x?sig=word-in-clear'],
])('the unknown word %s %s is told without the password in it', async (...words) => {
	const {exitCode, stdout, stderr} = await runProgram(words, {cwd: temporaryFolder()});
	expect(`${stdout}${stderr}`).not.toContain('in-clear');
	expect(exitCode).toBe(2);
});

test('a preset is saved without a signed address, and that is said', async () => {
	const folder = temporaryFolder();
	const words = ['BUILDER=canvos', 'BFB_URL=https://host/x.bfb?sig=signature-in-clear', 'CUSTOM_TAG=mine'];
	const {exitCode, stderr} = await runProgram(['presets', 'save', 'mine', ...words], {cwd: folder});
	expect(exitCode).toBe(0);
	expect(stderr).toContain('BFB_URL');
	const saved = readFileSync(join(folder, 'presets/mine.yaml'), 'utf8');
	expect(saved).toContain('customTag: mine');
	expect(saved).not.toContain('in-clear');
});

test('a preset that takes a secret from the environment keeps that, and is not said to lack it', async () => {
	const folder = temporaryFolder();
	const file = join(folder, 'presets/mine.yaml');
	const text = 'schemaVersion: 1\nname: mine\nsettings:\n  builder: canvos\n  UBUNTU_PRO_KEY: env:PRO_KEY\n';
	mkdirSync(join(folder, 'presets'));
	writeFileSync(file, text);
	const words = ['presets', 'save', 'mine', '--preset', 'mine', '--yes', 'CUSTOM_TAG=mine'];
	const {exitCode, stderr} = await runProgram(words, {cwd: folder, env: {PRO_KEY: 'C1234567890'}});
	expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: `Saved ${file}`});
	expect(readFileSync(file, 'utf8')).toContain('UBUNTU_PRO_KEY: env:PRO_KEY\n');
});

const serve = async (onRequest: () => void) => {
	const bytes = Buffer.alloc(3_000_000, 7);
	let failed: unknown;
	const server = createServer((_, response) => {
		try {
			onRequest();
		} catch (error) {
			failed = error;
		}
		response.writeHead(200, {'content-length': bytes.length, etag: '"a"'}).end(bytes);
	});
	onTestFinished(() => {
		server.close();
		if (failed) throw failed;
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return server.address() as AddressInfo;
};

const filesBelow = (folder: string) =>
	readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name));

/** Files of the workspace's records that another user can read, whatever the folders above allow. */
const openToOthers = (folder: string) =>
	[
		...filesBelow(join(folder, 'build')).filter(path => (statSync(path).mode & 0o077) !== 0),
		...[join(folder, 'build/runs')]
			.flatMap(runs => [runs, ...readdirSync(runs).map(name => join(runs, name))])
			.filter(path => (statSync(path).mode & 0o077) !== 0),
	].map(path => relative(folder, path));
