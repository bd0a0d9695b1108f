import {existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {bfbName} from '../firmware/context.ts';
import {bfbPath, download, downloadArgs, noInternet, whatLies} from '../firmware/shipped.ts';
import {preloading} from '../helpers/preload.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';
import {serving, sha256Of} from './attempt.ts';
import {bytesOf} from './faulty-server.ts';
import {shortWaits} from './short-waits.ts';

const content = bytesOf(3_000_000);
const pinned = sha256Of(content);
// Without a checksum nothing below 100 MB counts as the file.
const large = bytesOf(101_000_000);
const otherLarge = bytesOf(101_000_000, 2);

describe('a body whose end nobody marked', {timeout: 120_000}, () => {
	// Symptom: 3,000,000 bytes of a bundle of 1.5 GB were accepted and pinned. Cause: the least size was compared with what
	// the server stated, and it stated nothing.
	test('is not the file when it is too small', async () => {
		const server = await serving(content, () => ({length: 'until-close', ignoresRange: true, dropAfter: 2_000_000}));
		const {exitCode, printed, file} = await download(temporaryFolder(), {BFB_URL: server.url});
		expect(exitCode).toBe(4);
		expect(printed).toContain('has only 2000000 bytes');
		expect(file).toBeUndefined();
	});

	// Symptom: the same with a cut that left more than the least size. Cause: a body that ends with its connection looks
	// complete wherever that ended.
	test.each(['until-close', 'chunked'] as const)(
		'(%s) is not trusted before its printed checksum is confirmed',
		async length => {
			const server = await serving(large, () => ({length, ignoresRange: true}));
			const root = temporaryFolder();
			const first = await download(root, {BFB_URL: server.url});
			expect(first.exitCode).toBe(4);
			expect(first.printed).toContain(sha256Of(large));
			expect(first.file).toBeUndefined();
			const asked = server.seen.filter(({path}) => path !== '').length;
			const second = await download(root, {BFB_URL: server.url, BFB_SHA256: sha256Of(large)});
			expect(second.exitCode).toBe(0);
			expect(second.file?.equals(large)).toBe(true);
			expect(server.seen).toHaveLength(asked);
		},
	);
});

describe('a checksum that is pinned', {timeout: 120_000}, () => {
	// Symptom: exit 4, "its ETag or date is another one now", from a content delivery network whose servers have an ETag
	// each. Cause: the ETag was believed more than the checksum.
	test('judges where two ETags come by turns', async () => {
		const server = await serving(content, count => ({etag: `"${count % 2}"`, ...(count < 5 && {dropAfter: 500_000})}));
		const {exitCode, printed, file} = await download(temporaryFolder(), {BFB_URL: server.url, BFB_SHA256: pinned});
		expect(printed).not.toContain('another one now');
		expect(exitCode).toBe(0);
		expect(file?.equals(content)).toBe(true);
	});

	// The file that did change while it was fetched is still fetched anew.
	test('finds two versions that were joined, and the whole is fetched once more', async () => {
		const server = await serving(content, count =>
			count === 0 ? {content: bytesOf(content.length, 2), dropAfter: 1_000_000} : {},
		);
		const {exitCode, file} = await download(temporaryFolder(), {BFB_URL: server.url, BFB_SHA256: pinned});
		expect(exitCode).toBe(0);
		expect(file?.equals(content)).toBe(true);
	});

	// Symptom: "sends the file compressed ()", "sends a web page instead of the file". Cause: headers that only describe the
	// bytes were judged before the bytes.
	test.each([
		{'content-encoding': ''},
		{'content-encoding': 'Identity'},
		{'content-encoding': 'none'},
		{'content-encoding': 'binary'},
		{'content-encoding': 'aws-chunked'},
		{'content-type': 'text/html'},
	])('judges where a header says %o', async headers => {
		const server = await serving(content, () => ({headers}));
		const {exitCode, file} = await download(temporaryFolder(), {BFB_URL: server.url, BFB_SHA256: pinned});
		expect(exitCode).toBe(0);
		expect(file?.equals(content)).toBe(true);
	});

	// Symptom: all that was held was thrown away for a login page. Cause: with a checksum, no web page was told from the file,
	// whatever was known of that.
	test('leaves what is held alone when a web page comes instead of the rest', async () => {
		const root = temporaryFolder();
		const first = await serving(content, count => (count === 0 ? {dropAfter: 1_500_000} : {page: true}));
		const {printed} = await download(root, {BFB_URL: first.url, BFB_SHA256: pinned});
		expect(printed).toContain('sends a web page instead of the file');
		const second = await serving(content);
		const {exitCode, file} = await download(root, {BFB_URL: second.url, BFB_SHA256: pinned});
		expect(exitCode).toBe(0);
		expect(file?.equals(content)).toBe(true);
		expect(second.seen[0]?.range).toMatch(/^bytes=[1-9]/);
	});

	// Symptom: "has another file under the name: 26 bytes. If the new file is the right one, remove its entry from
	// firmware.lock.yaml", and no other source was asked.
	test('and a size that is known tell a web page, and the next source is asked', async () => {
		const root = temporaryFolder();
		const server = await serving(content, count => (count === 0 ? {} : {page: true}));
		const settings = {BFB_URL: server.url, BFB_SHA256: pinned};
		await download(root, settings);
		rmSync(bfbPath(root));
		const {exitCode, printed} = await download(root, settings);
		expect(exitCode).toBe(4);
		expect(printed).toContain('sends a web page instead of the file');
		expect(printed).toContain('trying the next source');
	});

	// A login page with a status of 200 is not the last word: the next source is asked.
	test('finds that a web page came, and the next source is asked', async () => {
		const page = await serving(Buffer.from('<html>Please log in</html>'), () => ({
			headers: {'content-type': 'text/html'},
		}));
		const {exitCode, printed, file} = await download(temporaryFolder(), {BFB_URL: page.url, BFB_SHA256: pinned});
		expect(exitCode).toBe(4);
		expect(printed).toContain('trying the next source');
		expect(printed).toContain(`${pinned} is expected`);
		expect(file).toBeUndefined();
	});
});

test('a server that stalls is left and asked again', {timeout: 120_000}, async () => {
	const server = await serving(content, count => (count < 2 ? {stallAfter: 600_000} : {}));
	const env = {...noInternet, ...shortWaits(temporaryFolder())};
	const {exitCode, file} = await download(temporaryFolder(), {BFB_URL: server.url, BFB_SHA256: pinned}, {env});
	expect(exitCode).toBe(0);
	expect(file?.equals(content)).toBe(true);
	expect(server.seen.length).toBeGreaterThanOrEqual(3);
});

// Symptom: exit 4, "no answer within 30 s", from a server that answered one connection well. Cause: while the first waited for
// the others, each of these tried again and again what the first could have done.
test('a server that answers one connection alone gives the file', {timeout: 120_000}, async () => {
	const isFirst = (range: string | undefined) => range?.endsWith('-');
	const server = await serving(large, (_, {range}) => (isFirst(range) ? {rate: 30_000_000} : {silent: true}));
	const env = {...noInternet, ...shortWaits(temporaryFolder())};
	const settings = {BFB_URL: server.url, BFB_SHA256: sha256Of(large)};
	const {exitCode, file} = await download(temporaryFolder(), settings, {env});
	expect(exitCode).toBe(0);
	expect(file?.equals(large)).toBe(true);
});

// Symptom: hundreds of requests a second and not one new byte, for ever. Cause: such a server sends no more than the bytes
// that are asked for again before each joint.
test('a server that sends only little of a range is asked for the whole', {timeout: 60_000}, async () => {
	const server = await serving(content, () => ({mostOfRange: 8192}));
	const {exitCode, file} = await download(temporaryFolder(), {BFB_URL: server.url, BFB_SHA256: pinned});
	expect(exitCode).toBe(0);
	expect(file?.equals(content)).toBe(true);
	expect(server.seen.length).toBeLessThan(10);
});

describe('without a checksum', {timeout: 120_000}, () => {
	// Symptom: a wrong file, exit 0, pinned (3 of 3). Cause: a server that names the right range and sends other bytes was
	// believed; now each range overlaps what is held.
	test('shifted bytes behind a right Content-Range are never part of the file', async () => {
		const server = await serving(large, count => ({
			shift: 512,
			rate: 60_000_000,
			...(count === 0 && {dropAfter: 50_000_000}),
		}));
		const {exitCode, printed, file} = await download(temporaryFolder(), {BFB_URL: server.url});
		expect(printed).not.toContain('bug');
		expect(exitCode).toBe(0);
		expect(file?.equals(large)).toBe(true);
	});

	// Symptom: half of one version and half of the next in one file. Cause: a weak ETag, which different bytes may share,
	// was ground enough to join.
	test('a weak ETag alone joins nothing', async () => {
		const server = await serving(large, count => ({
			etag: 'W/"1"',
			undated: true,
			...(count === 0 && {content: otherLarge, dropAfter: 50_000_000}),
		}));
		const {exitCode, file} = await download(temporaryFolder(), {BFB_URL: server.url});
		expect(exitCode).toBe(0);
		expect(file?.equals(large)).toBe(true);
	});

	// Symptom: the beginning of one version and the end of the next in one file. Cause: only what followed a failure was
	// refused without an ETag or date, not what followed a shorter answer than was asked for.
	test('pieces that nothing vouches for are not joined', async () => {
		// What is asked for again before a joint is the same in both.
		const mixed = Buffer.concat([otherLarge.subarray(0, 40_000_000), large.subarray(40_000_000)]);
		const server = await serving(large, (_, {range}) => ({
			...(range === 'bytes=0-' ? {content: otherLarge} : range !== undefined && {content: mixed}),
			etag: '',
			undated: true,
			mostOfRange: 40_000_000,
		}));
		const {exitCode, file} = await download(temporaryFolder(), {BFB_URL: server.url});
		expect(exitCode).toBe(0);
		expect(file?.equals(large)).toBe(true);
	});

	// Symptom: "This is our bug: The operation was aborted" (4 of 6). Cause: the reason of a helper connection that met the
	// new version was lost when it ended the first one's pause.
	test('a file that changes while several connections fetch it is one version or the other', async () => {
		const changesAt = performance.now() + 2500;
		const server = await serving(large, () => {
			const isOld = performance.now() < changesAt;
			return isOld
				? {content: otherLarge, etag: '"old"', rate: 8_000_000, dropAfter: 12_000_000}
				: {etag: '"new"', rate: 60_000_000};
		});
		const {exitCode, printed, file, left} = await download(temporaryFolder(), {BFB_URL: server.url});
		expect(printed).not.toContain('bug');
		expect(exitCode).toBe(0);
		// One version or the other, never some of each.
		expect(file && [sha256Of(large), sha256Of(otherLarge)]).toContain(file && sha256Of(file));
		expect(left).toEqual([bfbName]);
	});
});

// Symptom: `download --verify --only bfb` failed for a host package that nobody asked about.
test('verifying only the bundle says nothing of the host package', {timeout: 60_000}, async () => {
	const root = temporaryFolder();
	const server = await serving(content);
	await download(root, {BFB_URL: server.url, BFB_SHA256: pinned});
	const {exitCode, printed} = await download(root, {BFB_SHA256: pinned}, {flags: ['--verify']});
	expect(exitCode).toBe(0);
	expect(printed).not.toContain('doca-host');
});

// Symptom: the other name of a hard link lost its content. Cause: whatever plain file lay under the part's name was
// written into.
test('a part that is a hard link leaves its other name alone', {timeout: 60_000}, async () => {
	const root = temporaryFolder();
	const precious = join(root, 'precious');
	mkdirSync(join(root, 'redist'));
	writeFileSync(precious, 'keep me');
	linkSync(precious, `${bfbPath(root)}.part`);
	const server = await serving(content);
	const {exitCode, file} = await download(root, {BFB_URL: server.url, BFB_SHA256: pinned});
	expect(exitCode).toBe(0);
	expect(file?.equals(content)).toBe(true);
	expect(readFileSync(precious, 'utf8')).toBe('keep me');
});

// Symptom: "Another run is fetching …/redist/bf-bundle….bfb" where nobody was. Cause: every error of making the folder was
// taken for the race with another run.
test('a folder that cannot be made is told', {timeout: 60_000}, async () => {
	const root = temporaryFolder();
	symlinkSync('/nowhere/redist', join(root, 'redist'));
	const server = await serving(content);
	const {exitCode, printed} = await download(root, {BFB_URL: server.url, BFB_SHA256: pinned});
	expect(printed).not.toContain('Another run');
	expect(printed).toContain(`${join(root, 'redist')} cannot be a folder`);
	expect(exitCode).toBe(4);
});

// Symptom: a Ctrl-C was heard only when all was hashed, a quarter of a minute later on a slow disk. Cause: nobody told the
// hashing.
test('a cancel is heard while the file is hashed', {timeout: 60_000}, async () => {
	const root = temporaryFolder();
	const large = bytesOf(16_000_000);
	const server = await serving(large);
	const slowReads = preloading(
		root,
		`const fs = require('node:fs');
		const {readSync} = fs;
		const sleeper = new Int32Array(new SharedArrayBuffer(4));
		fs.readSync = (...given) => {
			if (given[3] >= 1e6) Atomics.wait(sleeper, 0, 0, 1000);
			return readSync(...given);
		};`,
	);
	const args = downloadArgs(root, {BFB_URL: server.url, BFB_SHA256: sha256Of(large)}, ['--yes']);
	const run = startUnattended(args, {cwd: root, env: {...noInternet, ...slowReads}});
	const statePath = `${bfbPath(root)}.part.json`;
	const state = () => (existsSync(statePath) ? readFileSync(statePath, 'utf8') : 'none');
	await until(
		() => state().includes(`"held":[{"start":0,"end":${large.length}}]`),
		() => `it never had the whole: ${state()}`,
		30_000,
	);
	run.signal('SIGINT');
	expect(await run.exitCode(8000)).toBe(130);
	expect(whatLies(root)).toEqual({left: [`${bfbName}.part`, `${bfbName}.part.json`]});
});

// Symptom: "This is our bug: EIO: i/o error, write", without a word of what was written.
test.each([
	['EIO', 'the disk fails'],
	['EFBIG', 'so large a file is not possible there'],
])('a write that ends with %s is told with its file', {timeout: 60_000}, async (code, words) => {
	const root = temporaryFolder();
	const server = await serving(content);
	const failingDisk = preloading(
		root,
		`const {promises} = require('node:fs');
		const {open} = promises;
		promises.open = async (...given) => {
			const file = await open(...given);
			if (String(given[0]).endsWith('.part')) {
				file.writev = async () => {
					throw Object.assign(new Error('${code}: failed, write'), {code: '${code}', syscall: 'write'});
				};
			}
			return file;
		};`,
	);
	const env = {...noInternet, ...failingDisk};
	const {exitCode, printed} = await download(root, {BFB_URL: server.url, BFB_SHA256: pinned}, {env});
	expect(printed).toContain(`${bfbPath(root)} could not be written: ${words} (${code})`);
	expect(exitCode).toBe(4);
});
