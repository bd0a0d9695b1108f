import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {execa} from 'execa';
import {afterAll, describe, expect, test} from 'vitest';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const checkout = resolve(import.meta.dirname, '../..');
const minutes = 60_000;
const nodePackage = `node-linux-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** Installs a package in a folder of its own; returns that folder. */
const install = async (name: string, version: string) => {
	const own = join(folder, `${name}-${version}`);
	if (existsSync(own)) return join(own, 'node_modules', name);
	mkdirSync(own);
	writeFileSync(join(own, 'package.json'), '{}');
	await execa('npm', ['install', '--no-save', `${name}@${version}`], {cwd: own});
	return join(own, 'node_modules', name);
};

/** `npm ARGUMENTS` in a clone, by that Node and that npm and nothing of ours on the PATH. */
const starter = async (node: string, npm: string) => {
	const bin = join(await install(nodePackage, node), 'bin');
	const cli = join(await install('npm', npm), 'bin/npm-cli.js');
	const clone = join(temporaryFolder(), 'clone');
	await execa('git', ['clone', '--quiet', checkout, clone]);
	const run = (
		args: readonly string[],
		env: Record<string, string | undefined> = {},
		before: readonly string[] = [],
	) => {
		const [program = '', ...rest] = [...before, join(bin, 'node'), cli, ...args];
		return execa(program, rest, {
			cwd: clone,
			env: {...networkOnly(), PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`, ...env},
			extendEnv: false,
			stdin: 'ignore',
			reject: false,
			timeout: 4 * minutes,
		});
	};
	return {clone, run};
};

// npm hands its own settings down to us; the tests decide them.
const networkOnly = () =>
	Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|INIT_CWD$)/i.test(name)));

const start = ['start', '--silent', '--', '--version'];
const {version} = (await import(join(checkout, 'package.json'), {with: {type: 'json'}})).default;

const leavingOut = {npm_config_omit: 'optional dev', npm_config_engine_strict: 'true'};
const inProduction = {NODE_ENV: 'production', npm_config_ignore_scripts: 'true'};

describe('`npm start` in a fresh clone works', () => {
	test.each([
		{node: '18.0.0', npm: '8.6.0', what: 'nothing set', env: {}},
		{node: '20.0.0', npm: '9.2.0', what: 'dev and optional packages left out', env: leavingOut},
		{
			node: '22.5.0',
			npm: '10.8.2',
			what: 'production, scripts ignored, no HOME',
			env: {...inProduction, HOME: undefined},
		},
		{
			node: '26.12.1',
			npm: '11.6.0',
			what: 'production, dev and optional left out',
			env: {...inProduction, ...leavingOut},
		},
	])('on Node $node with npm $npm: $what', {timeout: 5 * minutes}, async ({node, npm, env}) => {
		const {run} = await starter(node, npm);
		expect(await run(start, env)).toMatchObject({exitCode: 0, stdout: version});
		expect(await run(start, env)).toMatchObject({exitCode: 0, stdout: version, stderr: ''});
	});
});

test('`npm ci` and `npm prune --omit=dev` beforehand do no harm', {timeout: 5 * minutes}, async () => {
	const {run} = await starter('20.19.2', '9.2.0');
	for (const first of [['ci'], ['prune', '--omit=dev', '--omit=optional']]) {
		await run(first);
		expect(await run(start)).toMatchObject({exitCode: 0, stdout: version});
	}
});

test.runIf(process.getuid?.() === 0)(
	'a read-only clone is named in one sentence, and starts when it was set up before',
	{timeout: 5 * minutes},
	async () => {
		const {clone, run} = await starter('18.20.8', '9.2.0');
		const readOnly = [
			'unshare',
			'--mount',
			'sh',
			'-c',
			`mount --bind -o ro '${clone}' '${clone}' && cd '${clone}' && exec "$@"`,
			'sh',
		];
		const refused = await run(start, {}, readOnly);
		expect(refused).toMatchObject({exitCode: 3, stdout: ''});
		expect(refused.stderr).toContain(`edge-builder: it is not set up yet, and ${clone} can't be written (EROFS).`);
		expect(await run(start)).toMatchObject({exitCode: 0});
		expect(await run(start, {}, readOnly)).toMatchObject({exitCode: 0, stdout: version});
	},
);
