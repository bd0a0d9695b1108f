import {execFileSync} from 'node:child_process';
import {readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {checkOut} from '../../../../source/builders/canvos/source/check-out.ts';
import {ensureCommit} from '../../../../source/builders/canvos/source/ensure-commit.ts';
import {fakeCanvos} from '../fake-canvos.ts';

const checkedOut = async (canvos: Awaited<ReturnType<typeof fakeCanvos>>) => {
	const tree = join(canvos.root, 'tree');
	await checkOut(canvos.c, await ensureCommit(canvos.c), tree);
	const git = (...args: string[]) => execFileSync('git', ['-C', tree, ...args], {encoding: 'utf8'}).trim();
	return {tree, git};
};

test('the tree knows its release, as earthly.sh asks for it, and stands alone', async () => {
	const canvos = await fakeCanvos();
	canvos.commit('Second', {peVersion: 'v4.9.0'});
	const {tree, git} = await checkedOut(canvos);
	// Where the tree goes, no folder of this machine may be needed.
	rmSync(canvos.clone, {recursive: true});
	rmSync(canvos.c.workspace.cache, {recursive: true});
	expect(git('describe', '--abbrev=0', '--tags')).toBe('v4.8.10');
	expect(git('status', '--porcelain')).toBe('');
	expect(git('fsck')).toBe('');
	expect(readdirSync(join(tree, '.git', 'objects', 'info'))).not.toContain('alternates');
});

test('modes are those of the release, whatever the umask is', async () => {
	const canvos = await fakeCanvos();
	const before = process.umask(0o077);
	const {tree} = await checkedOut(canvos).finally(() => process.umask(before));
	const modeOf = (path: string) => statSync(join(tree, path)).mode & 0o777;
	expect([modeOf('overlay/files/etc'), modeOf('overlay/files/etc/motd'), modeOf('earthly.sh')]).toEqual([
		0o755, 0o644, 0o755,
	]);
});

test('hooks and line ends that somebody configured for all repositories don’t count', async () => {
	const canvos = await fakeCanvos();
	const hook = join(canvos.root, 'hooks', 'post-checkout');
	const config = join(canvos.root, 'gitconfig');
	await canvos.c.host.files.makeFolder(join(canvos.root, 'hooks'));
	writeFileSync(hook, `#!/bin/sh\ntouch '${canvos.root}/ran'\n`, {mode: 0o755});
	writeFileSync(config, `[core]\n\thooksPath = ${join(canvos.root, 'hooks')}\n\tautocrlf = true\n`);
	const {host} = canvos.c;
	const c = {
		...canvos.c,
		host: {
			...host,
			run: (command: Parameters<typeof host.run>[0]) =>
				host.run({...command, env: {...command.env, GIT_CONFIG_GLOBAL: config}}),
		},
	};
	const {tree} = await checkedOut({...canvos, c});
	expect(await host.files.exists(join(canvos.root, 'ran'))).toBe(false);
	expect(await host.files.readText(join(tree, 'earthly.sh'))).toBe('#!/bin/sh\n');
});

test('an object that is missing in the cache is told, and what to do', async () => {
	const canvos = await fakeCanvos();
	const found = await ensureCommit(canvos.c);
	const blob = canvos.git('rev-parse', `${found.commit}:Dockerfile`);
	rmSync(join(found.repository, 'objects', blob.slice(0, 2), blob.slice(2)));
	await expect(checkOut(canvos.c, found, join(canvos.root, 'tree'))).rejects.toMatchObject({
		code: 'canvos-source-damaged',
		hint: expect.stringContaining('edge-builder clean cache'),
	});
});
