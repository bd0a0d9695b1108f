import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {debianMirror} from '../helpers/debian-mirror.ts';
import {nodeprep, partsFolder} from '../nodeprep/node-under-test.ts';

// Ubuntu 22.04 hosts have bash 5.1. Debian 11's is taken from the package mirror into a folder of its own, by apt, with
// settings that leave this machine's package lists alone.
const fetchBash = (folder: string) => {
	const mirror = debianMirror();
	if (mirror === undefined) return {reason: "this machine's apt knows no mirror of Debian"};
	const key = '/usr/share/keyrings/debian-archive-keyring.gpg';
	const inFolder = (...names: string[]) => path.join(folder, ...names);
	fs.mkdirSync(inFolder('lists/partial'), {recursive: true});
	fs.mkdirSync(inFolder('cache/archives/partial'), {recursive: true});
	fs.writeFileSync(inFolder('sources.list'), `deb [signed-by=${key}] ${mirror} bullseye main\n`);
	const settings = {
		'Dir::Etc::sourcelist': inFolder('sources.list'),
		'Dir::Etc::sourceparts': '-',
		'Dir::State::lists': inFolder('lists'),
		'Dir::Cache': inFolder('cache'),
		'Acquire::Languages': 'none',
		'APT::Sandbox::User': 'root',
	};
	const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
	for (const args of [['update'], ['download', 'bash=5.1*']]) {
		const {status, stderr} = spawnSync('apt-get', [...options, ...args], {
			cwd: folder,
			encoding: 'utf8',
			timeout: 300_000,
		});
		if (status !== 0) {
			return {reason: stderr.trim().split('\n').at(-1) ?? 'apt-get failed'};
		}
	}
	const file = fs.readdirSync(folder).find(name => name.endsWith('.deb')) ?? '';
	execFileSync('dpkg-deb', ['-x', inFolder(file), inFolder('root')]);
	return {bash: inFolder('root/bin/bash')};
};

test('nodeprep lives its life under bash 5.1', context => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nodeprep-bash-'));
	onTestFinished(() => fs.rmSync(folder, {recursive: true, force: true}));
	const {bash, reason} = fetchBash(folder);
	if (!bash) {
		context.skip(`bash 5.1 is not to be had here: ${reason}`);
		return;
	}
	expect(execFileSync(bash, ['--version'], {encoding: 'utf8'})).toMatch(/version 5\.1/);
	const {stdout} = spawnSync(
		'sh',
		[path.resolve(partsFolder, '../rehearsal/nodeprep-life.sh'), nodeprep, path.join(folder, 'life')],
		{
			encoding: 'utf8',
			env: {...process.env, PATH: `${path.dirname(bash)}:${process.env.PATH}`},
		},
	);
	expect(stdout.match(/:ok$/gm)).toHaveLength(6);
});
