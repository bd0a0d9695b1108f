import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {requestRegistry, whyUnasked} from '../../../../source/builders/canvos/docker/registry-client.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';

const serve = async (listener: RequestListener) => {
	const server = createServer(listener);
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const direct = {httpProxy: '', httpsProxy: '', noProxy: '', caFile: ''};
const host = fakeHost({});

test('a registry is asked through the proxy, but for what NO_PROXY names', async () => {
	const asked: string[] = [];
	const proxy = await serve((request, response) => {
		asked.push(request.url ?? '');
		response.end('by the proxy');
	});
	const through = {...direct, httpProxy: proxy};
	expect(await requestRegistry({host, settings: through}, 'http://registry.test/v2/')).toMatchObject({
		status: 200,
		body: 'by the proxy',
	});
	expect(asked).toEqual(['http://registry.test/v2/']);
	const without = {...through, noProxy: '.test'};
	await expect(requestRegistry({host, settings: without}, 'http://registry.test/v2/')).rejects.toThrow();
	expect(asked).toHaveLength(1);
});

test('a proxy that refuses is named, without its password', async () => {
	const proxy = createServer().on('connect', (_, socket) =>
		socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
	);
	await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void proxy.close());
	const {port} = proxy.address() as AddressInfo;
	const settings = {...direct, httpsProxy: `http://ann:secret@127.0.0.1:${port}`};
	const error = await requestRegistry({host, settings}, 'https://registry.test/v2/').catch(error => error);
	expect(whyUnasked(error)).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}.*407`));
	expect(whyUnasked(error)).not.toContain('secret');
});

test('redirects and refusals are answers, each asked for once', async () => {
	let count = 0;
	const registry = await serve((request, response) => {
		count++;
		response.writeHead(request.method === 'POST' ? 503 : 307, {location: '/elsewhere'}).end();
	});
	expect(await requestRegistry({host, settings: direct}, registry)).toMatchObject({status: 307});
	expect(await requestRegistry({host, settings: direct}, registry, {method: 'POST'})).toMatchObject({status: 503});
	expect(count).toBe(2);
});

test('a request ends with the run', async () => {
	const registry = await serve(() => undefined);
	const asking = requestRegistry({host, settings: direct, signal: AbortSignal.timeout(80)}, registry);
	await expect(asking).rejects.toThrow();
});

test('an answer that does not end is left, and that is said', async () => {
	const registry = await serve((request, response) => {
		const timer = setInterval(() => response.write(Buffer.alloc(1024 * 1024)), 1);
		request.on('close', () => clearInterval(timer));
	});
	await expect(requestRegistry({host, settings: direct}, registry)).rejects.toThrow('does not end');
});

test('a CA file that holds no certificate is said', async () => {
	const settings = {...direct, caFile: '/no/such/ca.pem'};
	await expect(requestRegistry({host, settings}, 'https://127.0.0.1:1/')).rejects.toMatchObject({code: 'ca-file'});
});
