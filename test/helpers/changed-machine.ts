import {spawnSync} from 'node:child_process';
import {mkdirSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {execa} from 'execa';
import {launcher} from './launcher.ts';
import {cleanEnvironment} from './program.ts';
import {temporaryFolder} from './temporary-folder.ts';

/** Whether this machine lets us mount in a namespace of our own; a container may forbid it. */
export const canMount =
	spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

/**
 * Runs `edge-builder` to its end where files and folders of the machine have another content, and nothing of the real
 * machine is changed.
 * @param content What lies at absolute paths that exist: the text of a file, or the files of a folder.
 * @param prepare A line of shell, run before it as root of that machine.
 * @param uid Who runs it there.
 */
export const runOnChangedMachine = async (
	args: readonly string[],
	{
		cwd,
		content = {},
		prepare = ':',
		uid = 0,
		env = {},
	}: {
		cwd: string;
		content?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
		prepare?: string;
		uid?: number;
		env?: Record<string, string>;
	},
) => {
	const folder = temporaryFolder();
	const mounts = Object.entries(content).map(([path, inside], index) => {
		const from = join(folder, String(index));
		if (typeof inside === 'string') writeFileSync(from, inside);
		else {
			for (const [name, text] of Object.entries(inside)) {
				mkdirSync(dirname(join(from, name)), {recursive: true});
				writeFileSync(join(from, name), text);
			}
		}
		statSync(path);
		return `mount --bind '${from}' '${path}'`;
	});
	// The folder may be one that was mounted over.
	const script = [...mounts, prepare, `cd '${cwd}'`, `exec unshare --user --map-user=${uid} "$@"`].join(' && ');
	const unshare = ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh'];
	// Only for the program: a PATH of its own needn't have what is called before.
	const changes = ['/usr/bin/env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
	const {exitCode, stdout, stderr} = await execa('unshare', [...unshare, ...changes, launcher, ...args], {
		cwd,
		env: cleanEnvironment(),
		extendEnv: false,
		stdin: 'ignore',
		reject: false,
		timeout: 60_000,
		forceKillAfterDelay: 5000,
	});
	return {exitCode: exitCode ?? -1, stdout, stderr};
};
