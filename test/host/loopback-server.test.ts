import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {serveFiles} from '../../source/host/loopback-server.ts';
import {attempt} from '../downloads/attempt.ts';
import {bytesOf} from '../downloads/faulty-server.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const content = bytesOf(1_000_000);

const serving = async () => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, 'stand-in.bfb'), content);
	const server = await serveFiles({'/stand-in.bfb': join(folder, 'stand-in.bfb')});
	onTestFinished(server.close);
	return {url: `${server.url}/stand-in.bfb`, folder};
};

test('the loopback server feeds our downloader', async () => {
	const {url} = await serving();
	const {file} = await attempt(temporaryFolder(), {urls: [url]});
	expect(file?.equals(content)).toBe(true);
});

test('a range is answered with that range, unless the file changed since', async () => {
	const {url, folder} = await serving();
	const etag = (await fetch(url, {method: 'HEAD'})).headers.get('etag') ?? '';
	const ranged = () => fetch(url, {headers: {range: 'bytes=10-19', 'if-range': etag}});
	const first = await ranged();
	expect([first.status, first.headers.get('content-range')]).toEqual([206, 'bytes 10-19/1000000']);
	expect(Buffer.from(await first.arrayBuffer()).equals(content.subarray(10, 20))).toBe(true);
	writeFileSync(join(folder, 'stand-in.bfb'), bytesOf(999_999, 2));
	expect((await ranged()).status).toBe(200);
});

test.each([
	['bytes=1000000-', 416],
	['bytes=0-5,7-9', 200],
	['lines=1-2', 200],
])('the range %s is answered with %d', async (range, status) => {
	const {url} = await serving();
	expect((await fetch(url, {headers: {range}})).status).toBe(status);
});

test('without the token, or for another name, there is nothing', async () => {
	const {url} = await serving();
	const {origin} = new URL(url);
	expect((await fetch(`${origin}/stand-in.bfb`)).status).toBe(404);
	expect((await fetch(url.replace('stand-in', 'other'))).status).toBe(404);
	expect((await fetch(`${new URL('.', url)}__proto__`)).status).toBe(404);
	expect((await fetch(url, {method: 'POST'})).status).toBe(405);
});

test('it listens on loopback only and ends at once', async () => {
	const server = await serveFiles({});
	expect(new URL(server.url).hostname).toBe('127.0.0.1');
	await server.close();
	await expect(fetch(server.url)).rejects.toThrow();
});
