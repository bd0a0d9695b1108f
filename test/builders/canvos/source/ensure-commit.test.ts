import {renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {cacheOf} from '../../../../source/builders/canvos/source/cache.ts';
import {ensureCommit} from '../../../../source/builders/canvos/source/ensure-commit.ts';
import {shownAddress} from '../../../../source/builders/canvos/source/repository-address.ts';
import {fakeCanvos, stateOf} from '../fake-canvos.ts';

const ended = (promise: Promise<unknown>) =>
	promise.then(
		() => undefined,
		(error: {code: string; message: string; hint?: string}) => error,
	);
const at = <C extends {settings: object}>(c: C, canvosRef: string): C => ({...c, settings: {...c.settings, canvosRef}});

test('a release is fetched once and then needs no source', async () => {
	const canvos = await fakeCanvos();
	const first = await ensureCommit(canvos.c);
	expect(first).toMatchObject({kind: 'tag', commit: canvos.git('rev-parse', 'v4.8.10')});
	renameSync(canvos.clone, join(canvos.root, 'gone'));
	expect(await ensureCommit(canvos.c)).toEqual(first);
});

test('a release that came out after the fetch is fetched', async () => {
	const canvos = await fakeCanvos();
	await ensureCommit(canvos.c);
	const commit = canvos.commit('Second', {peVersion: 'v4.9.0'});
	canvos.git('tag', 'v4.9.0');
	expect(await ensureCommit(at(canvos.c, 'v4.9.0'))).toMatchObject({kind: 'tag', commit});
});

test('a branch that moved is fetched again, and offline it is what it was, which is said', async () => {
	const canvos = await fakeCanvos();
	const c = at(canvos.c, 'main');
	const first = await ensureCommit(c);
	expect(first).toMatchObject({kind: 'branch'});
	expect(first.note).toBeUndefined();
	const commit = canvos.commit('Second', {peVersion: 'v4.9.0'});
	expect(await ensureCommit(c)).toMatchObject({commit});
	renameSync(canvos.clone, join(canvos.root, 'gone'));
	const offline = await ensureCommit(c);
	expect(offline).toMatchObject({commit});
	expect(offline.note).toContain('Offline: branch main is what it was at the last fetch');
});

// Steps ask for their inputs at once; two fetches into one new cache got into each other's locks.
test('asked for twice at once, it is fetched once', async () => {
	const {c} = await fakeCanvos();
	const {host} = c;
	let fetches = 0;
	const run: typeof host.run = command => {
		if (command.args.includes('fetch')) fetches++;
		return host.run(command);
	};
	const counted = {...c, host: {...host, run}};
	const [one, other] = await Promise.all([ensureCommit(counted), ensureCommit(counted)]);
	expect(one).toEqual(other);
	expect(fetches).toBe(1);
});

test('locks of a git that was killed don’t block the cache for ever', async () => {
	const canvos = await fakeCanvos();
	const {repository} = await ensureCommit(canvos.c);
	for (const lock of ['config.lock', 'packed-refs.lock', 'refs/heads/main.lock']) {
		writeFileSync(join(repository, lock), '');
	}
	const commit = canvos.commit('Second', {peVersion: 'v4.9.0'});
	const found = await ensureCommit(at(canvos.c, 'main'));
	expect(found).toMatchObject({commit});
	expect(found.note).toBeUndefined();
});

test('a shortened commit id is found', async () => {
	const canvos = await fakeCanvos();
	const commit = canvos.git('rev-parse', 'HEAD');
	expect(await ensureCommit(at(canvos.c, commit.slice(0, 10)))).toMatchObject({kind: 'commit', commit});
});

test('a commit that no name reaches is fetched by its id', async () => {
	const canvos = await fakeCanvos();
	const commit = canvos.commit('Abandoned', {peVersion: 'v4.9.0'});
	canvos.git('reset', '--quiet', '--hard', 'v4.8.10');
	expect(await ensureCommit(at(canvos.c, commit))).toMatchObject({kind: 'commit', commit});
});

test('a release that does not exist names the ones before it', async () => {
	const canvos = await fakeCanvos();
	canvos.git('tag', 'v4.9.0-rc.1');
	const error = await ended(ensureCommit(at(canvos.c, 'v4.9.99')));
	expect(error).toMatchObject({code: 'canvos-ref-unknown', hint: 'Releases before it: v4.8.10.'});
});

test('somebody’s clone is as it was, whatever is asked of it', async () => {
	const canvos = await fakeCanvos();
	canvos.write('Dockerfile', 'FROM mine\n');
	canvos.write('notes.txt', 'mine\n');
	canvos.git('branch', 'work');
	const before = stateOf(canvos);
	await ensureCommit(canvos.c);
	await ensureCommit(at(canvos.c, 'main'));
	await ended(ensureCommit(at(canvos.c, 'no-such-branch')));
	expect(stateOf(canvos)).toBe(before);
});

test('a shallow clone can be the source', async () => {
	const canvos = await fakeCanvos();
	canvos.commit('Second', {peVersion: 'v4.9.0'});
	const shallow = join(canvos.root, 'shallow');
	canvos.git('clone', '--quiet', '--depth=1', `file://${canvos.clone}`, shallow);
	const c = {...canvos.c, settings: {...canvos.c.settings, canvosSource: shallow, canvosRef: 'main'}};
	expect(await ensureCommit(c)).toMatchObject({commit: canvos.git('rev-parse', 'main')});
});

test('two sources don’t share a cache', async () => {
	const {c} = await fakeCanvos();
	const other = {...c, settings: {...c.settings, canvosSource: 'https://example.com/CanvOS.git'}};
	expect(cacheOf(c)).not.toBe(cacheOf(other));
});

test('a path is taken from the workspace, not from the folder the program was started in', async () => {
	const canvos = await fakeCanvos();
	const c = {...canvos.c, settings: {...canvos.c.settings, canvosSource: '../CanvOS'}};
	expect(await ensureCommit(c)).toMatchObject({kind: 'tag'});
});

describe('a source that can’t be had', () => {
	test('says when nothing listens', async () => {
		const {c} = await fakeCanvos({canvosSource: 'http://127.0.0.1:1/CanvOS.git'});
		expect(await ended(ensureCommit(c))).toMatchObject({code: 'canvos-unreachable', exit: 'host'});
	});

	test('says when it is no repository', async () => {
		const canvos = await fakeCanvos();
		const c = {...canvos.c, settings: {...canvos.c.settings, canvosSource: canvos.c.workspace.root}};
		expect(await ended(ensureCommit(c))).toMatchObject({code: 'canvos-source-missing', exit: 'usage'});
	});

	test('never shows the token in its address', async () => {
		const source = 'http://ghp_geheim@127.0.0.1:1/CanvOS.git';
		const {c} = await fakeCanvos({canvosSource: source});
		const error = await ended(ensureCommit(c));
		expect(`${error?.message}${error?.hint}`).not.toContain('ghp_geheim');
		expect(shownAddress(source)).toBe('http://127.0.0.1:1/CanvOS.git');
		expect(shownAddress('git@github.com:spectrocloud/CanvOS.git')).toBe('git@github.com:spectrocloud/CanvOS.git');
	});
});

test('from a mirror that lacks objects of another release the wanted one is fetched alone, which is said', async () => {
	const canvos = await fakeCanvos();
	const wanted = canvos.git('rev-parse', 'v4.8.10');
	canvos.commit('Second', {peVersion: 'v4.9.0'});
	const lost = canvos.git('rev-parse', 'main:Earthfile');
	rmSync(join(canvos.clone, '.git/objects', lost.slice(0, 2), lost.slice(2)), {force: true});
	const found = await ensureCommit(canvos.c);
	expect(found).toMatchObject({kind: 'tag', commit: wanted});
	expect(found.note).toContain('only v4.8.10 was fetched');
	expect(await ended(ensureCommit(at(canvos.c, 'main')))).toMatchObject({code: 'canvos-source-damaged'});
});
