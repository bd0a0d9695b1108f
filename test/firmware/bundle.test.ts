import {mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {create} from 'tar';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {readLock, writeLockEntry} from '../../source/firmware/lock-file.ts';
import {readBundle} from '../../source/firmware/read-bundle.ts';
import {writeBundle} from '../../source/firmware/write-bundle.ts';
import {createHost} from '../../source/host/real-host.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {sha256Of} from '../downloads/attempt.ts';
import {bytesOf} from '../downloads/faulty-server.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {bfbName, lockAt} from './context.ts';

const content = bytesOf(500_000);
const sha256 = sha256Of(content);
const host = await createHost();
const {signal} = new AbortController();
const onProgress = () => undefined;
const entry = {url: 'https://h.example/x.bfb', bytes: content.length, sha256, date: '2026-11-22T07:00:00.000Z'};

/** A workspace with a bundle of firmware, lock and a small repository. */
const withBundle = async () => {
	const root = temporaryFolder();
	const workspace = workspaceAt(root);
	mkdirSync(workspace.redist, {recursive: true});
	writeFileSync(join(workspace.redist, bfbName), content);
	await writeLockEntry(host, lockAt(root), bfbName, entry);
	await writeLockEntry(host, lockAt(root), 'unrelated.bfb', {...entry, sha256: 'a'.repeat(64)});
	mkdirSync(join(workspace.cache, 'canvos.git', 'refs', 'heads'), {recursive: true});
	writeFileSync(join(workspace.cache, 'canvos.git', 'HEAD'), 'ref: refs/heads/main\n');
	const file = join(root, 'offline.tar');
	const firmware = [
		{kind: 'bfb' as const, name: bfbName, path: join(workspace.redist, bfbName), bytes: content.length, sha256},
	];
	await writeBundle({host, workspace, file, firmware, caches: ['canvos.git'], signal, onProgress});
	return {root, file};
};

const unpack = async (file: string, root = temporaryFolder()) => {
	const outcome = await readBundle({host, workspace: workspaceAt(root), file, signal, onProgress}).then(
		manifest => ({manifest, error: undefined}),
		(error: Error & {code: string}) => ({manifest: undefined, error}),
	);
	return {root, ...outcome};
};

const everythingIn = (root: string) => readdirSync(root, {recursive: true, encoding: 'utf8'}).sort();

describe('a bundle', () => {
	test('brings firmware, its lock entries and the cache to another workspace', async () => {
		const {file} = await withBundle();
		const {root, error} = await unpack(file);
		expect(error).toBeUndefined();
		expect(readFileSync(join(root, 'redist', bfbName)).equals(content)).toBe(true);
		expect(parse(readFileSync(lockAt(root), 'utf8')).files).toEqual({[bfbName]: entry});
		expect(readFileSync(join(root, 'build/cache/canvos.git/HEAD'), 'utf8')).toContain('main');
		expect(readdirSync(join(root, 'build/cache/canvos.git/refs'))).toEqual(['heads']);
		expect(readdirSync(join(root, 'build/state'))).toEqual([]);
	});

	test('is made whole or not at all', async () => {
		const {root} = await withBundle();
		expect(readdirSync(root).filter(name => name.startsWith('offline'))).toEqual(['offline.tar']);
	});

	test('that was cut short changes nothing', async () => {
		const {file} = await withBundle();
		truncateSync(file, 200_000);
		const {root, error} = await unpack(file);
		expect(error).toMatchObject({code: 'bundle-damaged'});
		expect(everythingIn(root).filter(name => !/^build(\/state)?$/.test(name))).toEqual([]);
	});

	test('with a flipped bit changes nothing', async () => {
		const {file} = await withBundle();
		const bytes = readFileSync(file);
		const at = bytes.indexOf(content.subarray(1000, 1064));
		bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
		writeFileSync(file, bytes);
		const {root, error} = await unpack(file);
		expect(error).toMatchObject({code: 'bundle-damaged'});
		expect(error?.message).toContain('checksum');
		expect(everythingIn(root).filter(name => !/^build(\/state)?$/.test(name))).toEqual([]);
	});

	test('does not replace a different file, and says both checksums', async () => {
		const {file} = await withBundle();
		const root = temporaryFolder();
		mkdirSync(join(root, 'redist'));
		writeFileSync(join(root, 'redist', bfbName), 'something else');
		const {error} = await unpack(file, root);
		expect(error).toMatchObject({code: 'firmware-differs'});
		expect(error?.message).toContain(sha256);
		expect(readFileSync(join(root, 'redist', bfbName), 'utf8')).toBe('something else');
		expect(await readLock(host, lockAt(root))).toEqual({});
	});

	test('unpacked twice is fine', async () => {
		const {file} = await withBundle();
		const {root} = await unpack(file);
		expect((await unpack(file, root)).error).toBeUndefined();
	});
});

describe('a tar file that is no bundle', () => {
	const manifestWith = (path: string) => ({
		format: 'edge-builder-bundle',
		version: 1,
		made: '2026-11-22T07:00:00.000Z',
		folders: [],
		files: [{path, bytes: 4, sha256: sha256Of(Buffer.from('evil'))}],
	});
	const tarOf = async (files: Record<string, string>) => {
		const folder = temporaryFolder();
		for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
		const file = join(folder, 'x.tar');
		await create({cwd: folder, file, portable: true}, Object.keys(files));
		return file;
	};

	test('is refused', async () => {
		const {error} = await unpack(await tarOf({hello: 'world'}));
		expect(error).toMatchObject({code: 'bundle-foreign'});
	});

	test.each(['../evil', '/etc/evil', 'redist/../../evil', 'redist/a/../../b', 'cache/../evil', 'presets/evil.yaml'])(
		'with the path %s is refused',
		async path => {
			const {error} = await unpack(await tarOf({'manifest.json': JSON.stringify(manifestWith(path)), evil: 'evil'}));
			expect(error).toMatchObject({code: 'bundle-foreign'});
		},
	);

	test('with a link in place of a file is refused', async () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, 'redist'));
		symlinkSync('/etc/hostname', join(folder, 'redist', 'x.bfb'));
		writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifestWith('redist/x.bfb')));
		const file = join(folder, 'x.tar');
		await create({cwd: folder, file, portable: true}, ['manifest.json', 'redist/x.bfb']);
		const {error} = await unpack(file);
		expect(error).toMatchObject({code: 'bundle-damaged'});
	});

	test('that is not there is told as such', async () => {
		const {error} = await unpack('/nowhere/x.tar');
		expect(error).toMatchObject({code: 'bundle-missing'});
	});
});
