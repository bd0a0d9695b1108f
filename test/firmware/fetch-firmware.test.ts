import {mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {fetchFirmware} from '../../source/firmware/fetch-firmware.ts';
import {verifyFirmware} from '../../source/firmware/verify-firmware.ts';
import {wantedFirmware} from '../../source/firmware/wanted-files.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {serving, sha256Of} from '../downloads/attempt.ts';
import {bytesOf} from '../downloads/faulty-server.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {bfbName, contextAt, lockAt} from './context.ts';

const content = bytesOf(400_000);
const sha256 = sha256Of(content);
const other = bytesOf(400_000, 2);

/** Fetches the bundle only, from the given address alone. */
const fetchBundle = async (
	root: string,
	changes: Partial<Settings>,
	options: {yes?: boolean; signal?: AbortSignal} = {},
) => {
	const c = await contextAt(root, {docaSource: 'repository', ...changes}, options);
	const wanted = wantedFirmware(c.settings).map(file => ({...file, urls: file.urls.slice(0, 1)}));
	const outcome = await fetchFirmware(c, wanted).then(
		files => ({files, error: undefined}),
		(error: Error & {code: string; hint: string}) => ({files: [], error}),
	);
	return {...outcome, ...c.recorded, wanted, c};
};

const put = (root: string, bytes: Buffer | string) => {
	const path = join(root, 'redist', bfbName);
	mkdirSync(dirname(path), {recursive: true});
	writeFileSync(path, bytes);
	return path;
};

const lockOf = (root: string) => parse(readFileSync(lockAt(root), 'utf8'));
const bundleIn = (root: string) => readFileSync(join(root, 'redist', bfbName));

describe('the first fetch', () => {
	test('with a checksum in the settings is noted in the lock file', async () => {
		const root = temporaryFolder();
		const server = await serving(content);
		const {files, checks} = await fetchBundle(root, {bfbUrl: server.url, bfbSha256: sha256.toUpperCase()});
		expect(files).toEqual([
			{kind: 'bfb', name: bfbName, path: join(root, 'redist', bfbName), bytes: content.length, sha256},
		]);
		expect(lockOf(root)).toMatchObject({
			version: 1,
			files: {[bfbName]: {url: server.url, bytes: content.length, sha256, etag: `"400000-${content[0]}"`}},
		});
		expect(checks.find(({id}) => id === 'firmware-trust-bfb')?.verdict).toBe('pass');
		expect(readdirSync(join(root, 'redist'))).toEqual([bfbName]);
	});

	test('without a checksum is trusted loudly, and nothing as small as this', async () => {
		const server = await serving(content);
		const {error} = await fetchBundle(temporaryFolder(), {bfbUrl: server.url});
		expect(error).toMatchObject({code: 'firmware-too-small'});
	});

	test('of a wrong file is an error that shows both checksums, and leaves no file', async () => {
		const root = temporaryFolder();
		const server = await serving(other);
		const {error} = await fetchBundle(root, {bfbUrl: server.url, bfbSha256: sha256});
		expect(error).toMatchObject({code: 'firmware-checksum'});
		expect(error?.message).toContain(sha256);
		expect(error?.message).toContain(sha256Of(other));
		expect(readdirSync(join(root, 'redist')).filter(name => !name.includes('.part'))).toEqual([]);
	});
});

describe('what is there', () => {
	const fetchedOnce = async (root: string) => {
		const server = await serving(content);
		await fetchBundle(root, {bfbUrl: server.url, bfbSha256: sha256});
		return server;
	};

	test('and agrees with the lock is used, without a request', async () => {
		const root = temporaryFolder();
		const server = await fetchedOnce(root);
		const before = server.seen.length;
		const {files, notes} = await fetchBundle(root, {bfbUrl: server.url});
		expect(files[0]?.sha256).toBe(sha256);
		expect(server.seen).toHaveLength(before);
		expect(notes.join()).toContain('has the right checksum');
	});

	test('and differs from the lock stops, shows both, and stays', async () => {
		const root = temporaryFolder();
		const server = await fetchedOnce(root);
		put(root, other);
		const {error} = await fetchBundle(root, {bfbUrl: server.url});
		expect(error).toMatchObject({code: 'firmware-differs'});
		expect(error?.message).toContain(sha256);
		expect(error?.message).toContain(sha256Of(other));
		expect(bundleIn(root).equals(other)).toBe(true);
	});

	test('and was deleted is fetched again, and has to be what the lock says', async () => {
		const root = temporaryFolder();
		await fetchedOnce(root);
		const {rmSync} = await import('node:fs');
		rmSync(join(root, 'redist', bfbName));
		const changed = await serving(other);
		const {error} = await fetchBundle(root, {bfbUrl: changed.url});
		expect(error).toMatchObject({code: 'firmware-checksum'});
	});

	test('and is short is named as incomplete and continued', async () => {
		const root = temporaryFolder();
		put(root, content.subarray(0, 150_000));
		const server = await serving(content);
		const {files, notes} = await fetchBundle(root, {bfbUrl: server.url, bfbSha256: sha256});
		expect(notes.join()).toContain('is incomplete: 150000 of 400000 bytes');
		expect(files[0]?.sha256).toBe(sha256);
		expect(bundleIn(root).equals(content)).toBe(true);
		expect(server.seen.find(({range}) => range)?.range).toBe('bytes=133616-');
	});

	test('and is short, but of another file, is fetched anew', async () => {
		const root = temporaryFolder();
		put(root, other.subarray(0, 150_000));
		const server = await serving(content);
		const {files} = await fetchBundle(root, {bfbUrl: server.url, bfbSha256: sha256});
		expect(files[0]?.sha256).toBe(sha256);
		expect(bundleIn(root).equals(content)).toBe(true);
	});

	test('and is empty is fetched', async () => {
		const root = temporaryFolder();
		put(root, '');
		const server = await serving(content);
		const {files} = await fetchBundle(root, {bfbUrl: server.url, bfbSha256: sha256});
		expect(files[0]?.sha256).toBe(sha256);
	});

	test('and nothing vouches for needs a person', async () => {
		const root = temporaryFolder();
		put(root, content);
		const server = await serving(content);
		const refused = await fetchBundle(root, {bfbUrl: server.url});
		expect(refused.error).toMatchObject({code: 'firmware-unconfirmed'});
		const confirmed = await fetchBundle(root, {bfbUrl: server.url}, {yes: true});
		expect(confirmed.files[0]?.sha256).toBe(sha256);
		expect(confirmed.checks.find(({id}) => id === 'firmware-trust-bfb')?.verdict).toBe('warn');
		const later = await fetchBundle(root, {bfbUrl: server.url});
		expect(later.files[0]?.sha256).toBe(sha256);
	});

	test('and is a link is not followed', async () => {
		const root = temporaryFolder();
		mkdirSync(join(root, 'redist'));
		symlinkSync('/etc/hostname', join(root, 'redist', bfbName));
		const {error} = await fetchBundle(root, {bfbUrl: 'http://127.0.0.1:1/x'});
		expect(error).toMatchObject({code: 'firmware-not-a-file'});
	});

	test('as a local file is used where it lies', async () => {
		const root = temporaryFolder();
		writeFileSync(join(root, 'mine.bfb'), content);
		const {files} = await fetchBundle(root, {bfbFile: './mine.bfb', bfbSha256: sha256});
		expect(files[0]).toMatchObject({name: 'mine.bfb', path: join(root, 'mine.bfb'), sha256});
	});

	test('not, as a local file, is told with the setting that names it', async () => {
		const {error} = await fetchBundle(temporaryFolder(), {bfbFile: './mine.bfb'});
		expect(error).toMatchObject({code: 'firmware-missing'});
		expect(error?.hint).toContain('BFB_FILE');
	});
});

test('a checksum in the settings counts for more than the lock, and both are told', async () => {
	const root = temporaryFolder();
	const [old, now] = [await serving(other), await serving(content)];
	await fetchBundle(root, {bfbUrl: old.url, bfbSha256: sha256Of(other)});
	const {rmSync} = await import('node:fs');
	rmSync(join(root, 'redist', bfbName));
	const {notes} = await fetchBundle(root, {bfbUrl: now.url, bfbSha256: sha256});
	expect(notes.join()).toContain(sha256Of(other));
	expect(lockOf(root).files[bfbName].sha256).toBe(sha256);
});

test('a torn lock file stops, and is left as it is', async () => {
	const root = temporaryFolder();
	writeFileSync(lockAt(root), 'version: 1\nfiles: {x: {url: 1}}\n');
	const server = await serving(content);
	const {error} = await fetchBundle(root, {bfbUrl: server.url, bfbSha256: sha256});
	expect(error).toMatchObject({code: 'firmware-lock'});
	expect(readFileSync(lockAt(root), 'utf8')).toContain('url: 1');
});

test("a rehearsal's stand-in of the same name touches neither the real file nor its lock", async () => {
	const root = temporaryFolder();
	const [real, standIn] = [await serving(content), await serving(other)];
	await fetchBundle(root, {bfbUrl: real.url, bfbSha256: sha256});
	const lock = readFileSync(lockAt(root), 'utf8');
	const {files} = await fetchBundle(root, {builder: 'rehearsal', bfbUrl: standIn.url, bfbSha256: sha256Of(other)});
	expect(files[0]?.path).toBe(join(root, 'redist', 'rehearsal', bfbName));
	expect(bundleIn(root).equals(content)).toBe(true);
	expect(readFileSync(lockAt(root), 'utf8')).toBe(lock);
});

describe('verifying', () => {
	const verify = async (root: string, changes: Partial<Settings> = {}) => {
		const c = await contextAt(root, {docaSource: 'repository', ...changes});
		return (await verifyFirmware(c, wantedFirmware(c.settings)))[0];
	};

	test('says what is missing, incomplete, different, unknown or right', async () => {
		const root = temporaryFolder();
		expect(await verify(root)).toMatchObject({verdict: 'fail', detail: expect.stringContaining('is missing')});
		put(root, '');
		expect(await verify(root)).toMatchObject({verdict: 'fail', detail: expect.stringContaining('incomplete')});
		put(root, content);
		expect(await verify(root)).toMatchObject({verdict: 'warn', detail: expect.stringContaining(sha256)});
		expect(await verify(root, {bfbSha256: sha256})).toMatchObject({verdict: 'pass'});
		expect(await verify(root, {bfbSha256: 'b'.repeat(64)})).toMatchObject({verdict: 'fail'});
	});
});

describe('secrets in an address', () => {
	test('are sent to its host and shown nowhere', async () => {
		const root = temporaryFolder();
		const server = await serving(content, count => (count === 0 ? {status: 503} : {}));
		const secret = server.url.replace('http://', 'http://builder:hunter22@');
		const {notes, checks, progress, files} = await fetchBundle(root, {
			bfbUrl: `${secret}?sig=topsecret`,
			bfbSha256: sha256,
		});
		expect(files).toHaveLength(1);
		expect(server.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('builder:hunter22').toString('base64')}`);
		const told = JSON.stringify({notes, checks, progress}) + readFileSync(lockAt(root), 'utf8');
		expect(told).not.toMatch(/hunter22|topsecret/);
	});

	test('are not in errors, nor in what they carry, nor in the state of a part', async () => {
		const root = temporaryFolder();
		const server = await serving(content, () => ({dropAfter: 200_000, etag: '"x"', ignoresRange: true}));
		const secret = server.url.replace('http://', 'http://builder:hunter22@');
		const {error} = await fetchBundle(root, {bfbUrl: `${secret}?sig=topsecret`, bfbSha256: sha256});
		const {inspect} = await import('node:util');
		expect(inspect(error, {depth: 10})).not.toMatch(/hunter22|topsecret/);
		const left = readdirSync(join(root, 'redist')).filter(name => name.endsWith('.json'));
		for (const name of left) expect(readFileSync(join(root, 'redist', name), 'utf8')).not.toMatch(/hunter22|topsecret/);
	});

	test('stay with the first host when it redirects to another', async () => {
		const second = await serving(content);
		// Another name is another host, though the address is the same.
		const elsewhere = second.url.replace('127.0.0.1', 'localhost');
		const first = await serving(content, () => ({redirectTo: `${elsewhere}?signature=abc`}));
		const secret = first.url.replace('http://', 'http://builder:hunter22@');
		const root = temporaryFolder();
		const {files} = await fetchBundle(root, {bfbUrl: secret, bfbSha256: sha256});
		expect(files[0]?.sha256).toBe(sha256);
		expect(first.seen[0]?.headers.authorization).toBeDefined();
		expect(second.seen.length).toBeGreaterThan(0);
		expect(second.seen.every(({headers}) => headers.authorization === undefined)).toBe(true);
		expect(readFileSync(lockAt(root), 'utf8')).not.toContain('signature=abc');
	});

	test('in a redirect loop do not loop for ever', async () => {
		const server = await serving(content, (_, {path}) => ({redirectTo: path}));
		const {error} = await fetchBundle(temporaryFolder(), {bfbUrl: server.url, bfbSha256: sha256});
		expect(error).toMatchObject({code: 'firmware-unreachable'});
	});
});
