import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer as createPlainServer, type RequestListener} from 'node:http';
import {createServer} from 'node:https';
import type {AddressInfo, Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import type {DockerInfo} from '../../../../source/builders/canvos/docker/daemon-info.ts';
import {probePush} from '../../../../source/builders/canvos/docker/push-probe.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';
import {temporaryFolder} from '../../../helpers/temporary-folder.ts';
import {certificateMaker} from '../earthly/runners/certificates.ts';

const uploads: RequestListener = (request, response) => {
	const headers = {'docker-distribution-api-version': 'registry/2.0'};
	response.writeHead(request.method === 'POST' ? 202 : 200, headers).end();
};

const listen = async (server: Server) => {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

let ca: string;
let server: {cert: string; key: string};
beforeAll(() => {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	const make = certificateMaker(folder);
	ca = make.ca('company');
	server = make.signed('registry', 'company', {names: 'IP:127.0.0.1', use: 'serverAuth'});
	rmSync(folder, {recursive: true});
});

const noProxy = {httpProxy: '', httpsProxy: '', noProxy: ''};

/** Docker as it is by default, but for taking this machine as any other: what is on loopback has to be secure as well. */
const probe = async (
	registry: string,
	{info = {}, settings = {}, isRootless = false}: {info?: DockerInfo; settings?: object; isRootless?: boolean} = {},
) => {
	const folder = temporaryFolder();
	const caFile = join(folder, 'ca.pem');
	writeFileSync(caFile, ca);
	const env = {DOCKER_CONFIG: folder, XDG_CONFIG_HOME: join(folder, 'config')};
	const run = (known: object = {}) =>
		probePush({host: fakeHost({env}), settings: {...noProxy, caFile: '', ...known}}, `${registry}/edge/ubuntu:demo`, {
			DockerRootDir: folder,
			RegistryConfig: {InsecureRegistryCIDRs: []},
			...(isRootless && {SecurityOptions: ['name=seccomp,profile=default', 'name=rootless']}),
			...info,
		});
	return {folder, caFile, result: await run(settings), again: run, env};
};

describe('a registry with a CA of its own', () => {
	// Our check took CA_FILE, dockerd doesn't know it: the push failed after the whole build.
	test('is refused before the build although CA_FILE knows it, and the command is told that makes Docker know it', async () => {
		const registry = await listen(createServer(server, uploads));
		const {caFile, again} = await probe(registry);
		const result = await again({caFile});
		const command = ['sudo', 'install', '-D', '-m', '0644', caFile, `/etc/docker/certs.d/${registry}/ca.crt`];
		expect(result).toMatchObject({
			verdict: 'fail',
			detail: expect.stringMatching(/^Docker does not trust its certificate .*; CA_FILE does/),
			hint: expect.stringContaining(`\`${command.join(' ')}\``),
		});
	});

	test('is refused without CA_FILE, too, and the CA is asked for', async () => {
		const registry = await listen(createServer(server, uploads));
		const {result} = await probe(registry);
		expect(result).toMatchObject({verdict: 'fail', hint: expect.stringMatching(/CA\.pem \/etc\/docker\/certs\.d/)});
		expect(result.detail).not.toContain('CA_FILE');
	});

	test('is pushed to once Docker knows it, which without root looks in the caller’s folder', async () => {
		const registry = await listen(createServer(server, uploads));
		const {env, result, again} = await probe(registry, {isRootless: true});
		const place = join(env.XDG_CONFIG_HOME, 'docker', 'certs.d', registry);
		expect(result).toMatchObject({verdict: 'fail', hint: expect.stringMatching(`\`install .* ${place}/ca.crt\``)});
		mkdirSync(place, {recursive: true});
		writeFileSync(join(place, 'ca.crt'), ca);
		expect(await again()).toMatchObject({verdict: 'pass'});
	});

	test('is not judged where Docker runs elsewhere', async () => {
		const registry = await listen(createServer(server, uploads));
		const {result} = await probe(registry, {info: {DockerRootDir: '/no/such/folder'}});
		expect(result).toMatchObject({verdict: 'warn', detail: expect.stringContaining('runs elsewhere')});
	});

	test('is taken with a warning where Docker has it as insecure, and in silence on this machine', async () => {
		const registry = await listen(createServer(server, uploads));
		const listed = {RegistryConfig: {IndexConfigs: {[registry]: {Secure: false}}, InsecureRegistryCIDRs: []}};
		expect((await probe(registry, {info: listed})).result.verdict).toBe('pass');
		const {result} = await probe(registry.replace('127.0.0.1', '127.1'), {
			info: {RegistryConfig: {InsecureRegistryCIDRs: ['127.0.0.0/8']}},
		});
		expect(result).toMatchObject({verdict: 'warn', detail: expect.stringMatching(/cancelled, unverified$/)});
	});
});

describe('a registry without TLS', () => {
	test('is refused unless Docker has it as insecure, and the file is named that says so', async () => {
		const registry = await listen(createPlainServer(uploads));
		const {result} = await probe(registry);
		expect(result).toMatchObject({
			verdict: 'fail',
			detail: 'it answers by plain HTTP only, which Docker refuses',
			hint: expect.stringContaining(`"insecure-registries": ["${registry}"] to /etc/docker/daemon.json`),
		});
		const {result: listed} = await probe(registry.replace('127.0.0.1', '127.1'), {
			info: {RegistryConfig: {InsecureRegistryCIDRs: ['127.0.0.0/8', '::1/128']}},
		});
		expect(listed).toMatchObject({
			verdict: 'warn',
			detail: expect.stringMatching(/by plain HTTP$/),
			hint: expect.stringContaining('insecure registry'),
		});
	});
});

test('a page that answers by plain HTTP is no registry', async () => {
	const portal = await listen(createPlainServer((_, response) => response.end('Please log in')));
	expect((await probe(portal)).result).toMatchObject({detail: expect.stringContaining('cannot be reached')});
});

test('a registry is asked by Docker’s own proxy, not by the build’s', async () => {
	const asked: string[] = [];
	const proxy = createPlainServer().on('connect', (request, socket) => {
		asked.push(request.url ?? '');
		socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
	});
	const address = `http://${await listen(proxy)}`;
	const {result} = await probe('registry.test', {info: {HttpsProxy: address}});
	expect(result).toMatchObject({verdict: 'fail', detail: expect.stringMatching(/407/)});
	expect(asked).toContain('registry.test:443');
	const {result: without} = await probe('127.1:1', {settings: {httpsProxy: address}});
	expect(without).toMatchObject({verdict: 'fail', hint: expect.stringMatching(/has no proxy of its own/)});
});
