import {existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {isBelow, realFiles} from '../../source/host/files.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

test('removing a folder removes a link in it and not what the link points to', async () => {
	const root = temporaryFolder();
	mkdirSync(join(root, 'kept'));
	writeFileSync(join(root, 'kept/precious'), 'x');
	mkdirSync(join(root, 'workspace/folder'), {recursive: true});
	symlinkSync(join(root, 'kept'), join(root, 'workspace/folder/link'));
	await realFiles.remove(join(root, 'workspace/folder'), join(root, 'workspace'));
	expect(existsSync(join(root, 'workspace/folder'))).toBe(false);
	expect(existsSync(join(root, 'kept/precious'))).toBe(true);
});

test('a path that leaves the workspace through a linked parent is not removed', async () => {
	const root = temporaryFolder();
	mkdirSync(join(root, 'outside/folder'), {recursive: true});
	mkdirSync(join(root, 'workspace'));
	symlinkSync(join(root, 'outside'), join(root, 'workspace/link'));
	await expect(realFiles.remove(join(root, 'workspace/link/folder'), join(root, 'workspace'))).rejects.toThrow(
		/left alone/,
	);
	expect(existsSync(join(root, 'outside/folder'))).toBe(true);
});

test.each(['..', '../other', '.', '/etc'])('removing %j below a workspace is refused', async way => {
	const root = temporaryFolder();
	mkdirSync(join(root, 'workspace'));
	const path = way.startsWith('/') ? way : join(root, 'workspace', way);
	await expect(realFiles.remove(path, join(root, 'workspace'))).rejects.toThrow(/left alone/);
});

test('writing replaces the whole content and leaves nothing beside it', async () => {
	const root = temporaryFolder();
	const path = join(root, 'deep/er/file');
	await realFiles.write(path, 'old');
	await realFiles.write(path, 'new', {mode: 0o600});
	expect(await realFiles.readText(path)).toBe('new');
	expect((await realFiles.info(path))?.mode).toBe(0o600);
	expect(readdirSync(join(root, 'deep/er'))).toEqual(['file']);
});

test('a missing file reads as undefined', async () => {
	expect(await realFiles.readText('/no/such/file')).toBeUndefined();
	expect(await realFiles.info('/no/such/file')).toBeUndefined();
	expect(await realFiles.list('/no/such/folder')).toEqual([]);
});

test('below means strictly below', () => {
	expect(isBelow('/a/b', '/a')).toBe(true);
	expect(isBelow('/a', '/a')).toBe(false);
	expect(isBelow('/ab', '/a')).toBe(false);
	expect(isBelow('/a/../b', '/a')).toBe(false);
	expect(isBelow('/a/..b', '/a')).toBe(true);
});
