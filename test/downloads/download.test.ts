import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {createHost} from '../../source/host/real-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';
import {attempt, serving, sha256Of} from './attempt.ts';
import {bytesOf} from './faulty-server.ts';

const content = bytesOf(3 * 1024 * 1024 + 17);
const sha256 = sha256Of(content);
const other = bytesOf(content.length, 2);
// Asked for again before each joint, to be compared.
const overlapBytes = 16 * 1024;

describe('a server that behaves', () => {
	test('gives a file with its sha256, and nothing else stays', async () => {
		const server = await serving(content);
		const folder = temporaryFolder();
		const {result, file, error} = await attempt(folder, {urls: [server.url]});
		expect(error).toBeUndefined();
		expect(file?.equals(content)).toBe(true);
		expect(result).toMatchObject({bytes: content.length, sha256, url: server.url});
		expect(readdirSync(folder)).toEqual(['firmware.bfb']);
	});

	test('is asked for the bytes as they are', async () => {
		const server = await serving(content);
		await attempt(temporaryFolder(), {urls: [server.url]});
		expect(server.seen[0]?.headers['accept-encoding']).toBe('identity');
	});

	test('that limits each connection gets several', async () => {
		const large = bytesOf(100_000_000);
		const server = await serving(large, () => ({rate: 4_000_000}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url], sha256: sha256Of(large)});
		expect(file?.equals(large)).toBe(true);
		expect(server.mostAtOnce()).toBeGreaterThanOrEqual(4);
	});

	test('progress grows to the whole and names the source', async () => {
		const server = await serving(content, () => ({rate: 8 * 1024 * 1024}));
		const {readings} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(readings.at(-1)).toMatchObject({
			done: content.length,
			total: content.length,
			from: new URL(server.url).host,
		});
		expect(readings.every(({done}, at) => at === 0 || done >= (readings[at - 1]?.done ?? 0))).toBe(true);
	});

	test('a speed limit is kept', async () => {
		const server = await serving(content);
		const began = Date.now();
		const {file} = await attempt(
			temporaryFolder(),
			{urls: [server.url]},
			{
				host: await createHost(),
				limitRate: 6 * 1024 * 1024,
			},
		);
		expect(file?.equals(content)).toBe(true);
		expect(Date.now() - began).toBeGreaterThan(350);
	});

	test('without a length is read to its marked end, for a checksum to judge', async () => {
		const server = await serving(content, () => ({length: 'chunked', ignoresRange: true}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url], sha256});
		expect(file?.equals(content)).toBe(true);
	});
});

describe('a server that fails', () => {
	test('and drops the connection is asked only for the missing bytes', async () => {
		const server = await serving(content, count => (count === 0 ? {dropAfter: 1_000_000} : {}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file?.equals(content)).toBe(true);
		const resumedAt = Number(/^bytes=(\d+)-/.exec(server.seen[1]?.range ?? '')?.[1]);
		expect(resumedAt).toBeGreaterThan(0);
		expect(resumedAt).toBeLessThanOrEqual(1_000_000);
		expect(server.seen[1]?.ifRange).toMatch(/^"/);
	});

	test('always at the first byte is given up, and there is no file', async () => {
		const server = await serving(content, () => ({dropAfter: 0}));
		const {file, error} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file).toBeUndefined();
		expect(error).toMatchObject({problem: 'unreachable'});
		expect(error?.message).toContain('ended after 0 bytes');
		expect(server.seen).toHaveLength(7);
	});

	test.each([429, 503])('with %d and Retry-After is asked again after that time', async status => {
		const at: number[] = [];
		const server = await serving(content, count => {
			at.push(Date.now());
			return count === 0 ? {status, headers: {'retry-after': '1'}} : {};
		});
		const {file} = await attempt(temporaryFolder(), {urls: [server.url]}, {host: await createHost()});
		expect(file?.equals(content)).toBe(true);
		expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(990);
	});

	test('with a Retry-After of an hour is not waited for', async () => {
		const server = await serving(content, () => ({status: 503, headers: {'retry-after': '3600'}}));
		const {error} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(error).toMatchObject({problem: 'unreachable'});
		expect(server.seen).toHaveLength(1);
	});

	test('with 404 is left for the next source', async () => {
		const [first, second] = [await serving(content, () => ({status: 404})), await serving(content)];
		const {file, result, notes} = await attempt(temporaryFolder(), {urls: [first.url, second.url]});
		expect(file?.equals(content)).toBe(true);
		expect(result?.url).toBe(second.url);
		expect(notes.join()).toContain('does not have it (404)');
		expect(first.seen).toHaveLength(1);
	});

	// Symptom: `.bfb.part` of 0 bytes in redist/ after an address that was wrong.
	test.each([
		['with 404', () => serving(content, () => ({status: 404}))],
		['with other bytes than the checksum says', () => serving(other)],
		['by being nowhere', async () => ({url: 'http://127.0.0.1:1/firmware.bfb'})],
	])('%s leaves no empty part', async (_, server) => {
		const folder = temporaryFolder();
		const {error} = await attempt(folder, {urls: [(await server()).url], sha256});
		expect(error).toBeDefined();
		expect(readdirSync(folder)).toEqual([]);
	});

	test('half-way leaves its bytes to the next source when a checksum judges the whole', async () => {
		const first = await serving(content, count => (count === 0 ? {dropAfter: 2_000_000} : {status: 404}));
		const second = await serving(content, () => ({etag: '"another-server"'}));
		const {file} = await attempt(temporaryFolder(), {urls: [first.url, second.url], sha256});
		expect(file?.equals(content)).toBe(true);
		expect(second.seen[0]?.range).not.toBe('bytes=0-');
	});

	test('half-way leaves nothing to the next source without a checksum', async () => {
		const first = await serving(other, count => (count === 0 ? {dropAfter: 2_000_000} : {status: 404}));
		const second = await serving(content);
		const {file} = await attempt(temporaryFolder(), {urls: [first.url, second.url]});
		expect(file?.equals(content)).toBe(true);
		expect(second.seen[0]?.range).toBe('bytes=0-');
	});

	test('parts of two sources that do not fit are fetched anew from one', async () => {
		const first = await serving(other, count => (count === 0 ? {dropAfter: 2_000_000} : {status: 404}));
		const second = await serving(content);
		const {file, notes} = await attempt(temporaryFolder(), {urls: [first.url, second.url], sha256});
		expect(file?.equals(content)).toBe(true);
		expect(notes.join()).toContain('not those that are held');
	});
});

describe('a server that lies', () => {
	test('and ignores ranges: one stream, from the beginning after each break', async () => {
		const server = await serving(content, count => ({ignoresRange: true, ...(count === 0 && {dropAfter: 1_500_000})}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file?.equals(content)).toBe(true);
		expect(server.mostAtOnce()).toBe(1);
	});

	test('and answers 200 to a range half-way: the file is fetched anew, whole', async () => {
		const server = await serving(content, count => (count === 0 ? {dropAfter: 1_500_000} : {ignoresRange: true}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file?.equals(content)).toBe(true);
		expect(server.seen.at(-1)?.range).toBeUndefined();
	});

	test('about a longer length than it has: an error and no file', async () => {
		const server = await serving(content, () => ({lengthOff: 1000, ignoresRange: true}));
		const {file, error} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file).toBeUndefined();
		expect(error).toMatchObject({problem: 'unreachable'});
	});

	test('about a shorter length: the checksum finds it, and there is no file', async () => {
		const server = await serving(content, () => ({lengthOff: -1000, ignoresRange: true}));
		const {file, error} = await attempt(temporaryFolder(), {urls: [server.url], sha256});
		expect(file).toBeUndefined();
		expect(error).toMatchObject({problem: 'checksum'});
		expect(error?.message).toContain(sha256);
	});

	test('about the length of a part: ranges are not used', async () => {
		const server = await serving(content, (_, {range}) => (range ? {lengthOff: 7} : {}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url], sha256});
		expect(file?.equals(content)).toBe(true);
		expect(server.seen.at(-1)?.range).toBeUndefined();
	});

	test('and sends another range than asked for: ranges are not used', async () => {
		const server = await serving(content, count => (count === 0 ? {dropAfter: 1_000_000} : {rangeOff: 512}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file?.equals(content)).toBe(true);
	});

	test('and gzips although it was asked not to: refused', async () => {
		const server = await serving(content, () => ({gzips: true}));
		const {file, error} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file).toBeUndefined();
		expect(error?.message).toContain('compressed (gzip)');
	});

	test('and sends a login page: refused', async () => {
		const server = await serving(content, () => ({headers: {'content-type': 'text/html; charset=utf-8'}}));
		const {file, error} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file).toBeUndefined();
		expect(error?.message).toContain('web page');
	});

	test('by having an empty file: refused', async () => {
		const server = await serving(Buffer.alloc(0));
		const {file, error} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file).toBeUndefined();
		expect(error?.message).toContain('empty file');
	});
});

describe('a file that changes', () => {
	test('between two requests is fetched anew', async () => {
		const server = await serving(content, count => (count === 0 ? {content: other, dropAfter: 1_000_000} : {}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file?.equals(content)).toBe(true);
	});

	test('all the time is given up', async () => {
		const server = await serving(content, count => ({etag: `"${count}"`, dropAfter: 500_000}));
		const {file, error} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file).toBeUndefined();
		expect(error?.message).toContain('another one now');
	});

	test('without ETag and date is never pieced together', async () => {
		const server = await serving(content, count => ({
			etag: '',
			undated: true,
			...(count === 0 && {content: other, dropAfter: 1_000_000}),
		}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file?.equals(content)).toBe(true);
		expect(server.seen[1]?.range).toBe('bytes=0-');
	});

	test('a weak ETag is no reason to join: the date is sent', async () => {
		const server = await serving(content, count => ({etag: 'W/"1"', ...(count === 0 && {dropAfter: 1_000_000})}));
		const {file} = await attempt(temporaryFolder(), {urls: [server.url]});
		expect(file?.equals(content)).toBe(true);
		expect(server.seen[1]?.ifRange).toBe('Sun, 22 Nov 2026 07:00:00 GMT');
	});

	test('to another size than the lock file knows stops before anything is written', async () => {
		const server = await serving(content);
		const {file, error} = await attempt(temporaryFolder(), {urls: [server.url], bytes: 4711});
		expect(file).toBeUndefined();
		expect(error).toMatchObject({problem: 'changed'});
		expect(error?.message).toContain('4711');
		expect(error?.message).toContain(String(content.length));
	});
});

describe('an interrupted download', () => {
	test('that was cancelled goes on where it stopped', async () => {
		const folder = temporaryFolder();
		const server = await serving(content, () => ({rate: 20 * 1024 * 1024}));
		const cancel = new AbortController();
		const first = attempt(folder, {urls: [server.url]}, {signal: cancel.signal});
		await until(
			() => server.sent() > 1_500_000,
			() => `only ${server.sent()} bytes sent`,
		);
		cancel.abort(new DOMException('Cancelled', 'AbortError'));
		const {error, file, part} = await first;
		expect(error?.name).toBe('AbortError');
		expect(file).toBeUndefined();
		expect(part).toBe(true);
		const state = JSON.parse(readFileSync(join(folder, 'firmware.bfb.part.json'), 'utf8'));
		const held = state.held[0].end;
		expect(held).toBeGreaterThan(500_000);

		const second = await attempt(folder, {urls: [server.url]});
		expect(second.file?.equals(content)).toBe(true);
		expect(second.result?.sha256).toBe(sha256);
		expect(server.seen[1]?.range).toBe(`bytes=${held - overlapBytes}-`);
		expect(readdirSync(folder)).toEqual(['firmware.bfb']);
	});

	test('begins again when the state file is torn', async () => {
		const folder = temporaryFolder();
		const server = await serving(content);
		writeFileSync(join(folder, 'firmware.bfb.part'), content.subarray(0, 1_000_000));
		writeFileSync(join(folder, 'firmware.bfb.part.json'), '{"source":"http');
		const {file} = await attempt(folder, {urls: [server.url]});
		expect(file?.equals(content)).toBe(true);
		expect(server.seen[0]?.range).toBe('bytes=0-');
	});

	test('begins again when the state claims more than the part holds', async () => {
		const folder = temporaryFolder();
		const server = await serving(content);
		writeFileSync(join(folder, 'firmware.bfb.part'), content.subarray(0, 1000));
		const held = [{start: 0, end: 2_000_000}];
		const state = {source: server.url, size: content.length, validator: {}, held, joined: false};
		writeFileSync(join(folder, 'firmware.bfb.part.json'), JSON.stringify(state));
		const {file} = await attempt(folder, {urls: [server.url], sha256});
		expect(file?.equals(content)).toBe(true);
	});

	// A joint that ends before it begins was "our bug"; one as long as the file was read at once.
	test.each([
		['ends before it begins', {start: 9000, end: 10}],
		['is longer than any', {start: 0, end: 900_000}],
	])('begins again when a joint of the state %s', async (_, joint) => {
		const folder = temporaryFolder();
		const server = await serving(content);
		writeFileSync(join(folder, 'firmware.bfb.part'), content.subarray(0, 900_000));
		const held = [{start: 0, end: 900_000}];
		const joints = [{...joint, sha256}];
		const state = {source: server.url, size: content.length, validator: {}, held, joined: false, joints};
		writeFileSync(join(folder, 'firmware.bfb.part.json'), JSON.stringify(state));
		const {file, error} = await attempt(folder, {urls: [server.url], sha256});
		expect(error).toBeUndefined();
		expect(file?.equals(content)).toBe(true);
		expect(server.seen[0]?.range).toBe('bytes=0-');
	});

	// Ctrl-C before the first connection: who waits for its answer waited for ever.
	test('that was cancelled before it began ends at once', async () => {
		const folder = temporaryFolder();
		const server = await serving(content);
		const {error} = await attempt(folder, {urls: [server.url]}, {signal: AbortSignal.abort()});
		expect(error?.name).toBe('AbortError');
		expect(server.seen).toEqual([]);
		expect(readdirSync(folder).filter(name => name.endsWith('.bfb'))).toEqual([]);
	});

	// Symptom: a Ctrl-C right after the answer was heard 20 s later, when the server had sent nothing for so long.
	test('that was cancelled between answer and body ends at once', {timeout: 10_000}, async () => {
		const real = await createHost();
		const cancel = new AbortController();
		const disk: typeof real.disk = path => {
			cancel.abort(new DOMException('Cancelled', 'AbortError'));
			return real.disk(path);
		};
		const server = await serving(content, () => ({stallAfter: 0}));
		const options = {host: {...real, disk}, signal: cancel.signal};
		const {error} = await attempt(temporaryFolder(), {urls: [server.url]}, options);
		expect(error).toBe(cancel.signal.reason);
	});

	test('hashes what is really in the part, whatever is remembered of it', async () => {
		const folder = temporaryFolder();
		const part = join(folder, 'firmware.bfb.part');
		const server = await serving(content);
		const state = {
			source: server.url,
			size: content.length,
			validator: {lastModified: 'Sun, 22 Nov 2026 07:00:00 GMT'},
			held: [{start: 0, end: 900_001}],
			joined: false,
		};
		writeFileSync(`${part}.json`, JSON.stringify(state));
		writeFileSync(part, Buffer.concat([Buffer.alloc(1000), content.subarray(1000, 900_001)]));
		const {file, notes} = await attempt(folder, {urls: [server.url], sha256});
		expect(server.seen[0]?.range).toBe(`bytes=${900_001 - overlapBytes}-`);
		expect(notes.join()).toContain('do not fit together');
		expect(server.seen[1]?.range).toBe('bytes=0-');
		expect(file?.equals(content)).toBe(true);
	});

	test('does not follow a link that lies under the name of the part', async () => {
		const folder = temporaryFolder();
		const {symlinkSync} = await import('node:fs');
		writeFileSync(join(folder, 'precious'), 'keep me');
		symlinkSync(join(folder, 'precious'), join(folder, 'firmware.bfb.part'));
		const server = await serving(content);
		const {file} = await attempt(folder, {urls: [server.url]});
		expect(file?.equals(content)).toBe(true);
		expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('keep me');
	});
});

describe('the disk', () => {
	test('that fills up half-way is told as such, and what is there is kept', async () => {
		const real = await createHost();
		const open: typeof real.files.open = async (path, flags, mode) => {
			const file = await real.files.open(path, flags, mode);
			const write = file.write.bind(file) as (...given: unknown[]) => Promise<unknown>;
			let room = 1_500_000;
			// As the kernel does it: what still fits is written, and the next write fails.
			const fitting = (length: number) => {
				if (room === 0) throw Object.assign(new Error('no space left on device'), {code: 'ENOSPC'});
				const fits = Math.min(room, length);
				room -= fits;
				return fits;
			};
			file.write = (async (bytes: Buffer, offset: number, length: number, position: number) =>
				write(bytes, offset, fitting(length), position)) as never;
			file.writev = (async (pieces: Buffer[], position: number) => {
				const bytes = Buffer.concat(pieces);
				return write(bytes, 0, fitting(bytes.length), position);
			}) as never;
			return file;
		};
		const server = await serving(content);
		const folder = temporaryFolder();
		const host = {...real, files: {...real.files, open}};
		const {error, file} = await attempt(folder, {urls: [server.url]}, {host});
		expect(error).toMatchObject({problem: 'disk-full'});
		expect(file).toBeUndefined();
		const again = await attempt(folder, {urls: [server.url]});
		expect(again.file?.equals(content)).toBe(true);
		expect(server.seen[1]?.range).toMatch(/^bytes=[1-9]/);
	});

	test('that is too small is told before the first byte', async () => {
		const real = await createHost();
		const host = {...real, disk: async () => ({freeBytes: 1_000_000, totalBytes: 2_000_000, freeInodes: 100})};
		const server = await serving(content);
		const folder = temporaryFolder();
		const {error} = await attempt(folder, {urls: [server.url]}, {host});
		expect(error).toMatchObject({problem: 'disk-full'});
		expect(error?.message).toMatch(/1 MB free, but 4 MB are still to come, and 17 MB have to stay free/);
		expect(readdirSync(folder)).toEqual([]);
	});
});
