import {execFileSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {traces} from '../helpers/traces.ts';

const minutes = 60_000;

test(
	'the stand-in of doca-host is the same in every workspace, and brings a repository of stand-ins',
	async () => {
		const made = await Promise.all(
			[temporaryFolder(), temporaryFolder()].map(async cwd => {
				const {exitCode, stdout} = await runProgram(
					['download', '--preset', 'rehearsal', '--plain', '--only', 'doca-host', '--yes'],
					{cwd, timeoutMs: 2 * minutes},
				);
				expect(exitCode, stdout).toBe(0);
				const folder = join(cwd, 'redist/rehearsal');
				return join(folder, readdirSync(folder).find(name => name.endsWith('.deb')) ?? '');
			}),
		);
		const [one = '', other = ''] = made;
		expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
		expect(execFileSync('dpkg-deb', ['--field', one, 'Description'], {encoding: 'utf8'})).toContain(
			'REHEARSAL stand-in',
		);
		const unpacked = temporaryFolder();
		execFileSync('dpkg-deb', ['--extract', one, unpacked]);
		const shared = join(unpacked, 'usr/share');
		const index = readFileSync(join(shared, readdirSync(shared)[0] ?? '', 'repo/Packages'), 'utf8');
		expect(index.match(/^Package: .*$/gm)).toEqual([
			'Package: doca-all',
			'Package: kernel-mft-dkms',
			'Package: mft',
			'Package: mlnx-nfsrdma-dkms',
			'Package: mlnx-ofed-kernel-dkms',
			'Package: rshim',
		]);
	},
	5 * minutes,
);

test(
	'a build that is cancelled while mmdebstrap runs leaves no process, no cache entry and no folder',
	async () => {
		const cwd = temporaryFolder();
		const before = await traces();
		// Container storage that knows no base image yet.
		const storage = temporaryFolder();
		mkdirSync(join(storage, 'graph'));
		writeFileSync(
			join(storage, 'storage.conf'),
			`[storage]\ndriver = "overlay"\ngraphroot = "${storage}/graph"\nrunroot = "${storage}/run"\n`,
		);
		const args = ['build', '--preset', 'rehearsal-standard', '--only', 'provider-image', '--plain', '--yes'];
		const run = startUnattended(args, {cwd, env: {CONTAINERS_STORAGE_CONF: join(storage, 'storage.conf')}});
		await run.prints('extracting archives', 10 * minutes);
		expect(run.hasEnded(), run.printed()).toBe(false);
		run.signal('SIGINT');
		expect(await run.exitCode(2 * minutes)).toBe(130);
		expect(readdirSync(join(cwd, 'build/cache/rehearsal'))).toEqual([]);
		for (const path of ['temporary', 'journal']) expect(readdirSync(join(cwd, 'build/state', path))).toEqual([]);
		expect(execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})).not.toContain(cwd);
		expect(await traces()).toEqual(before);
	},
	15 * minutes,
);
