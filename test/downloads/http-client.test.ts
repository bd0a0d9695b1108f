import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import https from 'node:https';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {attempt, noProxy, serving} from './attempt.ts';
import {bytesOf} from './faulty-server.ts';
import {startProxy} from './proxy-server.ts';

const content = bytesOf(1_500_000);

describe('a proxy', () => {
	test('is used for plain http, by name', async () => {
		const [server, proxy] = [await serving(content), await startProxy()];
		const url = server.url.replace('127.0.0.1', 'firmware.test');
		const {file, error} = await attempt(
			temporaryFolder(),
			{urls: [url]},
			{network: {...noProxy, httpProxy: proxy.url}},
		);
		expect(error).toBeUndefined();
		expect(file?.equals(content)).toBe(true);
		expect(proxy.asked[0]).toBe(`GET ${url}`);
	});

	test('resumes through it too', async () => {
		const server = await serving(content, count => (count === 0 ? {dropAfter: 700_000} : {}));
		const proxy = await startProxy();
		const url = server.url.replace('127.0.0.1', 'firmware.test');
		const {file} = await attempt(temporaryFolder(), {urls: [url]}, {network: {...noProxy, httpProxy: proxy.url}});
		expect(file?.equals(content)).toBe(true);
		expect(server.seen[1]?.range).toMatch(/^bytes=[1-9]/);
	});

	test('is not used for hosts of NO_PROXY, and never for this machine', async () => {
		const [server, proxy] = [await serving(content), await startProxy()];
		const network = {...noProxy, httpProxy: proxy.url, noProxy: '.internal'};
		const {file} = await attempt(temporaryFolder(), {urls: [server.url]}, {network});
		expect(file?.equals(content)).toBe(true);
		await attempt(temporaryFolder(), {urls: ['http://mirror.internal:1/x']}, {network});
		expect(proxy.asked).toEqual([]);
	});

	test('that is not there is told as unreachable', async () => {
		const network = {...noProxy, httpProxy: 'http://127.0.0.1:1'};
		const {error} = await attempt(temporaryFolder(), {urls: ['http://firmware.test/x']}, {network});
		expect(error).toMatchObject({problem: 'unreachable'});
		expect(error?.message).toContain('the proxy 127.0.0.1:1: nothing answers there');
	});
});

const hasOpenssl = (() => {
	try {
		execFileSync('openssl', ['version'], {stdio: 'ignore'});
		return true;
	} catch {
		return false;
	}
})();

/** An https server for firmware.test and localhost, with a certificate that only `caFile` vouches for. */
const servingTls = async () => {
	const folder = temporaryFolder();
	const [key, caFile] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
	execFileSync(
		'openssl',
		[
			...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
			...['-keyout', key, '-out', caFile, '-subj', '/CN=edge-builder test'],
			...['-addext', 'subjectAltName=DNS:firmware.test,DNS:localhost'],
		],
		{stdio: 'ignore'},
	);
	const server = https.createServer({key: readFileSync(key), cert: readFileSync(caFile)}, (request, response) => {
		const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
		response.writeHead(206, {
			etag: '"tls"',
			'content-length': content.length - start,
			'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
		});
		response.end(content.subarray(start));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return {port: (server.address() as AddressInfo).port, caFile};
};

describe.skipIf(!hasOpenssl)('https', () => {
	test('with a certificate of an own authority works with its CA file', async () => {
		const {port, caFile} = await servingTls();
		const {file, error} = await attempt(
			temporaryFolder(),
			{urls: [`https://localhost:${port}/x`]},
			{network: {...noProxy, caFile}},
		);
		expect(error).toBeUndefined();
		expect(file?.equals(content)).toBe(true);
	});

	test('with a speed limit loses nothing of what TLS has already decrypted', async () => {
		const {port, caFile} = await servingTls();
		const {file} = await attempt(
			temporaryFolder(),
			{urls: [`https://localhost:${port}/x`]},
			{network: {...noProxy, caFile}, limitRate: 5_000_000},
		);
		expect(file?.equals(content)).toBe(true);
	});

	test('through a proxy goes by CONNECT', async () => {
		const {port, caFile} = await servingTls();
		const proxy = await startProxy();
		const {file, error} = await attempt(
			temporaryFolder(),
			{urls: [`https://firmware.test:${port}/x`]},
			{network: {...noProxy, caFile, httpsProxy: proxy.url}},
		);
		expect(error).toBeUndefined();
		expect(file?.equals(content)).toBe(true);
		expect(proxy.asked[0]).toBe(`CONNECT firmware.test:${port}`);
	});

	test('with a certificate that nobody vouches for is refused at once', async () => {
		const {port} = await servingTls();
		const {file, error} = await attempt(temporaryFolder(), {urls: [`https://localhost:${port}/x`]});
		expect(file).toBeUndefined();
		expect(error?.message).toContain('its certificate is not trusted');
	});

	test('never redirects to plain http', async () => {
		const plain = await serving(content);
		const {caFile} = await servingTls();
		const folder = temporaryFolder();
		const key = caFile.replace('ca.pem', 'key.pem');
		const server = https.createServer({key: readFileSync(key), cert: readFileSync(caFile)}, (_, response) => {
			response.writeHead(302, {location: plain.url}).end();
		});
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		onTestFinished(() => void server.close());
		const url = `https://localhost:${(server.address() as AddressInfo).port}/x`;
		const {file, error} = await attempt(folder, {urls: [url]}, {network: {...noProxy, caFile}});
		expect(file).toBeUndefined();
		expect(error?.message).toContain('redirects from https to plain http');
		expect(plain.seen).toEqual([]);
	});

	test.each(['/nowhere/ca.pem', '/etc/hostname'])('with the CA file %s is a mistake in the settings', async caFile => {
		const attempted = attempt(temporaryFolder(), {urls: ['https://localhost:1/x']}, {network: {...noProxy, caFile}});
		await expect(attempted).rejects.toMatchObject({code: 'ca-file', exit: 'usage'});
	});
});
