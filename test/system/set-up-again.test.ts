import {spawn} from 'node:child_process';
import {cpSync, existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {cleanEnvironment} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const root = resolve(import.meta.dirname, '../..');
const unprepared = new Set(['.git', 'node_modules', 'dist', 'build', 'redist']);

// Instead of the network: links to the packages that are here. HANGS: stops after half of the first one.
const standIn = `
const fs = require('node:fs');
const path = require('node:path');
const [kept, real] = ["@kept@", ${JSON.stringify(join(root, 'node_modules'))}];
fs.appendFileSync(path.join(kept, 'calls'), process.argv.slice(2).join(' ') + '\\n');
if (process.env.HANGS) {
	fs.mkdirSync('node_modules/esbuild');
	fs.writeFileSync('node_modules/esbuild/package.json', '{}');
	fs.writeFileSync(path.join(kept, 'half'), '');
	setInterval(() => {}, 1000);
} else {
	for (const name of fs.readdirSync(real)) {
		if (name.startsWith('.')) continue;
		const link = path.join('node_modules', name);
		if (!fs.existsSync(link)) fs.symlinkSync(path.join(real, name), link);
	}
	fs.writeFileSync('node_modules/.package-lock.json', '{}');
}
`;

/** A clone that nobody has set up, started by the line that package.json has for `npm start`. */
const freshClone = () => {
	const kept = temporaryFolder();
	const clone = join(kept, 'clone');
	cpSync(root, clone, {
		recursive: true,
		filter: from => from === root || !unprepared.has(basename(from)) || from.startsWith(join(root, 'source')),
	});
	writeFileSync(join(kept, 'npm-cli.js'), standIn.replace('@kept@', kept));
	const {scripts} = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8'));
	const start = (env: Record<string, string> = {}) => {
		const child = spawn('sh', ['-c', `${scripts.start} --version`], {
			cwd: clone,
			detached: true,
			env: {
				...cleanEnvironment(),
				npm_node_execpath: process.execPath,
				npm_execpath: join(kept, 'npm-cli.js'),
				...env,
			},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const told = {stdout: '', stderr: ''};
		child.stdout.on('data', text => {
			told.stdout += text;
		});
		child.stderr.on('data', text => {
			told.stderr += text;
		});
		const ended = new Promise<typeof told & {exitCode: number | null}>(done =>
			child.on('close', exitCode => done({...told, exitCode})),
		);
		const kill = () => process.kill(-(child.pid ?? 0), 'SIGKILL');
		onTestFinished(() => {
			if (child.exitCode === null && child.signalCode === null) kill();
		});
		return {ended, kill, told};
	};
	const calls = () => readFileSync(join(kept, 'calls'), 'utf8').trim().split('\n');
	return {kept, clone, start, calls};
};
const version = `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`;
const limit = 60_000;

// With ignore-scripts npm runs no pre-script, so that nothing was set up; without the packages for development or the
// optional ones there was neither esbuild nor our own Node.
test(
	'one start sets a fresh clone up, with all packages whatever the environment leaves out',
	async () => {
		const {start, calls} = freshClone();
		const first = await start({NODE_ENV: 'production', npm_config_omit: 'dev optional'}).ended;
		expect(first).toMatchObject({exitCode: 0, stdout: version});
		expect(calls()).toEqual([expect.stringMatching(/^install .*--include=dev --include=optional --ignore-scripts/)]);
		// Five lines about a newer npm stood between the first command and the wizard.
		expect(calls()[0]).toContain('--no-update-notifier');
		const second = await start().ended;
		expect(second).toEqual({exitCode: 0, stdout: version, stderr: ''});
	},
	2 * limit,
);

// The stamp told that the packages had been installed once; a start without esbuild then ended in a stack trace.
test(
	'packages that were removed after the set-up are installed again',
	async () => {
		const {clone, start, calls} = freshClone();
		await start().ended;
		rmSync(join(clone, 'node_modules/esbuild'));
		expect(await start().ended).toMatchObject({exitCode: 0, stdout: version});
		writeFileSync(join(clone, 'node_modules/.package-lock.json'), '{"pruned": true}');
		expect(await start().ended).toMatchObject({exitCode: 0, stdout: version});
		expect(calls()).toHaveLength(3);
	},
	2 * limit,
);

// npm takes the folder of a package for the whole of it.
test(
	'an installation that was killed half-way is begun anew by the next start',
	async () => {
		const {kept, clone, start} = freshClone();
		const killed = start({HANGS: '1'});
		await until(
			() => existsSync(join(kept, 'half')),
			() => killed.told.stderr,
			limit,
		);
		killed.kill();
		await killed.ended;
		expect(await start().ended).toMatchObject({exitCode: 0, stdout: version});
		expect(readFileSync(join(clone, 'node_modules/esbuild/package.json'), 'utf8')).not.toBe('{}');
	},
	2 * limit,
);

test(
	'a part of the bundle that is gone is made again',
	async () => {
		const {clone, start} = freshClone();
		await start().ended;
		rmSync(join(clone, 'dist/cli.mjs'));
		expect(await start().ended).toMatchObject({exitCode: 0, stdout: version});
	},
	2 * limit,
);

test(
	'two starts at once in a fresh clone install once and both run',
	async () => {
		const {start, calls} = freshClone();
		const both = await Promise.all([start().ended, start().ended]);
		expect(both).toMatchObject([
			{exitCode: 0, stdout: version},
			{exitCode: 0, stdout: version},
		]);
		expect(calls()).toHaveLength(1);
	},
	2 * limit,
);

test(
	'a Node that is too old for the set-up is named in one sentence',
	async () => {
		const {clone, start} = freshClone();
		const manifest = join(clone, 'package.json');
		writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"node": ">=18"', '"node": ">=99"'));
		expect(await start().ended).toEqual({
			exitCode: 3,
			stdout: '',
			stderr: `edge-builder: Node 99 or newer is needed to set it up, and this machine has ${process.versions.node}.\n`,
		});
	},
	limit,
);
