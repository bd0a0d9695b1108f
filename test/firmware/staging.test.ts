import {readFileSync, statSync, writeFileSync} from 'node:fs';
import {chmod} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {stageFile, watchUnchanged} from '../../source/firmware/staging.ts';
import {createHost} from '../../source/host/real-host.ts';
import {sha256Of} from '../downloads/attempt.ts';
import {bytesOf} from '../downloads/faulty-server.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const content = bytesOf(300_000);
const host = await createHost();

const withFile = () => {
	const folder = temporaryFolder();
	const from = join(folder, 'redist.bfb');
	writeFileSync(from, content);
	return {folder, from, to: join(folder, 'tree', 'deep', 'staged.bfb')};
};

test('staging gives the same bytes without copying them where it can', async () => {
	const {from, to} = withFile();
	const progress: number[] = [];
	const way = await stageFile(host, from, to, {onProgress: done => progress.push(done)});
	expect(readFileSync(to).equals(content)).toBe(true);
	expect(['reflink', 'hard-link']).toContain(way);
	expect(progress.at(-1)).toBe(content.length);
});

test('a hard-linked file is write-protected', async () => {
	const {from, to} = withFile();
	if ((await stageFile(host, from, to)) !== 'hard-link') return;
	expect(statSync(from).ino).toBe(statSync(to).ino);
	expect(statSync(from).mode & 0o222).toBe(0);
});

test('staging again replaces what lies there', async () => {
	const {from, to} = withFile();
	await stageFile(host, from, to);
	await stageFile(host, from, to);
	expect(readFileSync(to).equals(content)).toBe(true);
});

test('to another filesystem it copies, with progress', async () => {
	const {from} = withFile();
	if (!(await host.files.exists('/dev/shm')) || statSync('/dev/shm').dev === statSync(from).dev) return;
	const to = `/dev/shm/edge-builder-test-${process.pid}/staged.bfb`;
	const progress: number[] = [];
	try {
		expect(await stageFile(host, from, to, {onProgress: done => progress.push(done)})).toBe('copy');
		expect(readFileSync(to).equals(content)).toBe(true);
		expect(progress.at(-1)).toBe(content.length);
	} finally {
		await host.files.remove(`/dev/shm/edge-builder-test-${process.pid}`, '/dev/shm');
	}
});

test('a cancelled staging leaves nothing', async () => {
	const {from, to} = withFile();
	const signal = AbortSignal.abort();
	await expect(stageFile(host, from, to, {signal})).rejects.toThrow();
	expect(await host.files.exists(to)).toBe(false);
});

test('a source that does not exist is an error, not an empty file', async () => {
	const {folder, to} = withFile();
	await expect(stageFile(host, join(folder, 'nothing'), to)).rejects.toMatchObject({code: 'ENOENT'});
	expect(await host.files.exists(to)).toBe(false);
});

test('a build that wrote into the firmware is found out', async () => {
	const {from, to} = withFile();
	const check = await watchUnchanged(host, {path: from, sha256: sha256Of(content)});
	await stageFile(host, from, to);
	await expect(check()).resolves.toBeUndefined();
	await chmod(from, 0o644);
	writeFileSync(from, bytesOf(content.length, 2));
	await expect(check()).rejects.toMatchObject({code: 'firmware-modified'});
});

// Symptom: "This is our bug: EPERM", and the link stayed. Cause: who may link a file need not be its owner, and only the
// owner may make it read-only.
test('a file of another owner is copied, and no link to it stays', async () => {
	const folder = temporaryFolder();
	const [from, to] = [join(folder, 'from'), join(folder, 'to')];
	writeFileSync(from, 'firmware');
	const setMode = () => Promise.reject(Object.assign(new Error('not the owner'), {code: 'EPERM'}));
	const way = await stageFile({...host, files: {...host.files, setMode}}, from, to);
	if (way === 'reflink') return;
	expect(way).toBe('copy');
	expect(statSync(from).nlink).toBe(1);
});
