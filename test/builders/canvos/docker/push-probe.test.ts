import {writeFile} from 'node:fs/promises';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {probePush} from '../../../../source/builders/canvos/docker/push-probe.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';
import {temporaryFolder} from '../../../helpers/temporary-folder.ts';

/** A registry that answers as the test says and notes what it was asked. */
const registry = async (answer: (request: IncomingMessage, response: ServerResponse, self: string) => void) => {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(`${request.method} ${request.url}`);
		answer(request, response, `http://${request.headers.host}`);
		response.end();
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	return {address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked};
};

const settings = {httpProxy: '', httpsProxy: '', noProxy: '', caFile: ''};

const probe = async (address: string, login?: string, token?: string) => {
	const folder = temporaryFolder();
	const auth = Buffer.from(login ?? '').toString('base64');
	const auths = login === undefined ? {} : {[address]: {auth, ...(token && {identitytoken: token})}};
	await writeFile(join(folder, 'config.json'), JSON.stringify({auths}));
	return probePush({host: fakeHost({env: {DOCKER_CONFIG: folder}}), settings}, `${address}/edge/ubuntu:demo`);
};

/** Open, basic and token authentication of one kind of registry. */
const uploads = (request: IncomingMessage, response: ServerResponse) => {
	if (request.method === 'POST') response.writeHead(202, {location: '/v2/edge/ubuntu/blobs/uploads/1?state=x'});
	else response.writeHead(request.method === 'DELETE' ? 204 : 200);
};

const withBasic = (request: IncomingMessage, response: ServerResponse) => {
	if (request.headers.authorization === `Basic ${Buffer.from('ann:pw').toString('base64')}`) uploads(request, response);
	else response.writeHead(401, {'www-authenticate': 'Basic realm="registry"'});
};

const withToken = (granted: string) => (request: IncomingMessage, response: ServerResponse, self: string) => {
	if (request.url?.startsWith('/token')) {
		const known = request.headers.authorization !== undefined;
		response.writeHead(known ? 200 : 401, {'content-type': 'application/json'});
		if (known) response.write(JSON.stringify({token: granted}));
	} else if (request.headers.authorization === 'Bearer push') uploads(request, response);
	else if (request.headers.authorization) response.writeHead(403);
	else response.writeHead(401, {'www-authenticate': `Bearer realm="${self}/token",service="reg"`});
};

describe('the push probe', () => {
	test('starts an upload and cancels it', async () => {
		const {address, asked} = await registry(uploads);
		expect(await probe(address)).toMatchObject({verdict: 'pass'});
		expect(asked).toEqual([
			'GET /v2/',
			'POST /v2/edge/ubuntu/blobs/uploads/',
			'DELETE /v2/edge/ubuntu/blobs/uploads/1?state=x',
		]);
	});

	test('answers a basic challenge, and tells a missing login from a wrong one', async () => {
		const {address} = await registry(withBasic);
		expect(await probe(address, 'ann:pw')).toMatchObject({verdict: 'pass'});
		expect(await probe(address)).toMatchObject({
			verdict: 'fail',
			detail: expect.stringMatching(/Docker has none/),
			hint: expect.stringMatching(/docker login/),
		});
		expect(await probe(address, 'ann:wrong')).toMatchObject({
			verdict: 'fail',
			detail: expect.stringMatching(/refuses the login/),
		});
	});

	test('asks the token service for the right to push, and tells a missing right', async () => {
		const {address, asked} = await registry(withToken('push'));
		expect(await probe(address, 'ann:pw')).toMatchObject({verdict: 'pass'});
		expect(asked[1]).toBe('GET /token?service=reg&scope=repository%3Aedge%2Fubuntu%3Apull%2Cpush');
		const reader = await registry(withToken('pull'));
		expect(await probe(reader.address, 'ann:pw')).toMatchObject({
			verdict: 'fail',
			detail: expect.stringMatching(/may not push to edge\/ubuntu/),
		});
		expect(await probe(address)).toMatchObject({verdict: 'fail', detail: expect.stringMatching(/Docker has none/)});
	});

	// Docker's login by browser keeps no password: sent as one, the registry refused what `docker push` could do.
	test('hands an identity token to the token service as Docker does', async () => {
		let form = '';
		const {address, asked} = await registry((request, response, self) => {
			if (request.url !== '/token') return withToken('push')(request, response, self);
			request.on('data', chunk => (form += chunk));
			response.writeHead(200).write(JSON.stringify({access_token: 'push'}));
		});
		expect(await probe(address, '<token>:', 'refresh-me')).toMatchObject({verdict: 'pass'});
		expect(asked[1]).toBe('POST /token');
		expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
			grant_type: 'refresh_token',
			client_id: 'edge-builder',
			refresh_token: 'refresh-me',
			service: 'reg',
			scope: 'repository:edge/ubuntu:pull,push',
		});
	});

	test('shows the login to no other host: not where uploads are kept, not where a token would be asked for in the clear', async () => {
		const seen: (string | undefined)[] = [];
		const storage = await registry((request, response) => {
			seen.push(request.headers.authorization);
			response.writeHead(204);
		});
		const {address} = await registry((request, response) => {
			if (request.method !== 'POST') return withBasic(request, response);
			response.writeHead(202, {location: `http://${storage.address}/uploads/1`});
		});
		expect(await probe(address, 'ann:pw')).toMatchObject({verdict: 'pass'});
		expect(seen).toEqual([undefined]);

		const asking = await registry((_, response) =>
			response.writeHead(401, {'www-authenticate': 'Bearer realm="http://tokens.test/token"'}),
		);
		expect(await probe(asking.address, 'ann:pw')).toMatchObject({
			verdict: 'warn',
			detail: expect.stringMatching(/tokens\.test without encryption/),
		});
	});

	test.each([
		[404, /does not exist/],
		[429, /no more requests/],
		[500, /answers 500/],
	])('says what %i for an upload means', async (status, words) => {
		const {address} = await registry((request, response) =>
			response.writeHead(request.method === 'POST' ? status : 200),
		);
		expect(await probe(address)).toMatchObject({verdict: 'fail', detail: expect.stringMatching(words)});
	});

	test('tells something that is no registry, and a closed port', async () => {
		const {address} = await registry((_, response) => response.writeHead(302, {location: 'http://portal.example.com'}));
		expect(await probe(address)).toMatchObject({verdict: 'fail', detail: expect.stringMatching(/302/)});
		expect(await probe('127.0.0.1:1')).toMatchObject({verdict: 'fail', detail: expect.stringMatching(/ECONNREFUSED/)});
	});
});
