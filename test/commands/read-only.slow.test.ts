import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {execa} from 'execa';
import {describe, expect, onTestFinished, test} from 'vitest';
import {bfbName} from '../firmware/context.ts';
import {launcher} from '../helpers/launcher.ts';
import {cleanEnvironment} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const run = ([file = '', ...args]: readonly string[], cwd: string) =>
	execa(file, args, {cwd, env: cleanEnvironment(), extendEnv: false, reject: false, stdin: 'ignore', all: true});

// A container may forbid it.
const ownMounts = ['unshare', '--user', '--map-root-user', '--mount'];
const {dirname: here} = import.meta;
const canMount = spawnSync(ownMounts[0] ?? '', [...ownMounts.slice(1), 'mount', '--bind', here, here]).status === 0;

/** Runs `edge-builder` in `cwd` while a folder of it is on a read-only file system. */
const runReadOnly = (args: readonly string[], {cwd, folder}: {cwd: string; folder: string}) => {
	// The working folder has to be entered anew to be the mounted one.
	const script = 'mount --bind -o ro "$1" "$1" && cd "$2" && shift 2 && exec "$@"';
	return run([...ownMounts, 'sh', '-c', script, 'sh', folder, cwd, launcher, ...args], '/');
};

const usedWorkspace = () => {
	const cwd = temporaryFolder();
	for (const folder of ['build/state', 'build/runs', 'redist', 'presets'])
		mkdirSync(join(cwd, folder), {recursive: true});
	const preset = 'schemaVersion: 1\nname: mine\nsettings:\n  builder: rehearsal\n';
	writeFileSync(join(cwd, 'presets/mine.yaml'), preset);
	return cwd;
};

// Node's recursive mkdir tells a read-only disk as ENOENT, and that ended as "This is our bug".
describe.runIf(canMount)('on a read-only file system', () => {
	const commands = [
		['build', '--preset', 'rehearsal', '--yes'],
		['download', '--preset', 'rehearsal'],
		['setup', '--preset', 'rehearsal'],
		['verify', 'image', '--preset', 'rehearsal'],
		['smoke-test', '--preset', 'rehearsal'],
		['clean', 'cache', '--yes'],
		['presets', 'save', 'other', '--yes'],
	];
	test.each(commands)('%s %s names what can’t be written, in a new and in a used workspace', async (...args) => {
		for (const cwd of [temporaryFolder(), usedWorkspace()]) {
			const {all, exitCode} = await runReadOnly(args, {cwd, folder: cwd});
			expect(all).toMatch(
				new RegExp(`✖ ${cwd}/\\S+ cannot be written: it is on a read-only file system \\(EROFS\\)\n→ `),
			);
			expect(all).not.toMatch(/our bug|\.tmp|^ {4}at /m);
			expect(exitCode).toBe(3);
		}
	});

	test.each([['presets', 'list'], ['runs', 'list'], ['info'], ['build', '--dry-run']])(
		'%s %s looks, and needs to write nothing',
		async (...args) => {
			const cwd = usedWorkspace();
			const {exitCode} = await runReadOnly(args, {cwd, folder: cwd});
			expect(exitCode).toBe(0);
		},
	);

	// What a step ran into was our bug, with a stack and the wish to report it.
	test('a download into a redist that can’t be written fails with that, not with our bug', async () => {
		const server = createServer((_, response) => void response.end(Buffer.alloc(1000)));
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		onTestFinished(() => void server.close());
		const {port} = server.address() as AddressInfo;
		const cwd = usedWorkspace();
		const settings = ['BUILDER=canvos', `BFB_NAME=${bfbName}`, `BFB_URL=http://127.0.0.1:${port}/${bfbName}`];
		const {all, exitCode} = await runReadOnly(['download', '--yes', '--only', 'bfb', ...settings], {
			cwd,
			folder: join(cwd, 'redist'),
		});
		expect(all).toMatch(/Fetching firmware failed\n {2}\S+\/redist\/\S* cannot be written: it is on a read-only/);
		expect(all).not.toContain('our bug');
		expect(exitCode).toBe(4);
		expect(readdirSync(join(cwd, 'build/state/temporary'))).toEqual([]);
	});
});

const otherUser = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
const [first = launcher, ...more] = [...otherUser, launcher, '--version'];
const canBecome = spawnSync(first, more).status === 0;

test.runIf(canBecome)('the runs of another person may not be read, and that is what runs list says', async () => {
	const cwd = usedWorkspace();
	chmodSync(cwd, 0o755);
	chmodSync(join(cwd, 'build/runs'), 0);
	const {all, exitCode} = await run([...otherUser, launcher, 'runs', 'list'], cwd);
	expect(all).toContain(`✖ ${join(cwd, 'build/runs')} may not be read (EACCES)`);
	expect(exitCode).toBe(3);
	chmodSync(join(cwd, 'build/runs'), 0o755);
});
