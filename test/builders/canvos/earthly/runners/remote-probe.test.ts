import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {createServer as createHttp2Server, type Http2Stream} from 'node:http2';
import {createServer as createHttpsServer} from 'node:https';
import {createServer as createTcpServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {
	addressOf,
	checkRemoteHosts,
	chooseHost,
	fewestBuilds,
	parseBuildkitHosts,
} from '../../../../../source/builders/canvos/earthly/runners/remote-hosts.ts';
import {
	type Certificates,
	probeRemoteBuildkit,
} from '../../../../../source/builders/canvos/earthly/runners/remote-probe.ts';
import {workspaceAt} from '../../../../../source/pipeline/workspace.ts';
import type {Settings} from '../../../../../source/settings/settings.ts';
import {fakeHost} from '../../../../helpers/fake-host.ts';
import {infoAnswer} from './buildkit-answer.ts';
import {listenOn, startBuildkit} from './buildkit-server.ts';
import {certificateMaker} from './certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

let ca = '';
let otherCa = '';
const pairs: Record<string, {cert: string; key: string}> = {};

beforeAll(() => {
	const make = certificateMaker(folder);
	ca = make.ca('ca');
	otherCa = make.ca('other-ca');
	const here = 'DNS:localhost,IP:127.0.0.1';
	pairs.server = make.signed('server', 'ca', {names: here, use: 'serverAuth'});
	pairs.elsewhere = make.signed('elsewhere', 'ca', {names: 'DNS:bk-remote.lab', use: 'serverAuth'});
	pairs.expired = make.signed('expired', 'ca', {names: here, use: 'serverAuth', expired: true});
	pairs.foreign = make.signed('foreign', 'other-ca', {names: here, use: 'serverAuth'});
	pairs.client = make.signed('client', 'ca', {use: 'clientAuth'});
	pairs.foreignClient = make.signed('foreign-client', 'other-ca', {use: 'clientAuth'});
});

const ours = (client = 'client'): Certificates => ({ca, ...(pairs[client] as {cert: string; key: string})});

const answer = (body: Buffer) => (stream: Http2Stream & {respond(headers: object, options: object): void}) => {
	stream.on('error', () => undefined);
	stream.respond({':status': 200, 'content-type': 'application/grpc'}, {waitForTrailers: false});
	stream.end(body);
};

const listening = async (server: Server) => ({name: 'localhost', port: await listenOn(server, '127.0.0.1')});

const buildkit = async (server: string, more: Parameters<typeof startBuildkit>[1] = {}) => ({
	name: 'localhost',
	port: await startBuildkit({...pairs[server], ca}, more),
});

const quick = {timeoutMs: 3000};

describe('the probe of a remote BuildKit', () => {
	// Symptom: every real BuildKit was refused as none. Cause: the stand-in chose h2 by ALPN, and that was asked for.
	test.each([false, true])('passes over mutual TLS and names the version (ALPN: %s)', async hasAlpn => {
		const host = await buildkit('server', {hasAlpn});
		expect(await probeRemoteBuildkit(host, {certificates: ours(), ...quick})).toEqual({
			ok: true,
			version: 'github.com/earthly/buildkit v0.8.15',
			builds: 0,
		});
	});

	test.each([
		['a certificate for another name', 'elsewhere', 'wrong-name'],
		['an expired certificate', 'expired', 'expired'],
		['a certificate of another CA', 'foreign', 'unknown-ca'],
	])('tells %s', async (_, server, problem) => {
		expect(await probeRemoteBuildkit(await buildkit(server), {certificates: ours(), ...quick})).toMatchObject({
			ok: false,
			problem,
		});
	});

	test('tells a client certificate that the host refuses', async () => {
		const host = await buildkit('server');
		expect(await probeRemoteBuildkit(host, {certificates: ours('foreignClient'), ...quick})).toMatchObject({
			problem: 'client-certificate',
		});
	});

	test('tells it from the alert of openssl’s own server, too', async () => {
		const files = ['-cert', 'server.pem', '-key', 'server.key', '-CAfile', 'ca.pem'];
		const args = ['s_server', '-accept', '127.0.0.1:0', ...files, '-Verify', '1', '-verify_return_error'];
		const server = spawn('openssl', args, {cwd: folder, stdio: ['pipe', 'pipe', 'ignore']});
		onTestFinished(() => void server.kill());
		const port = await new Promise<number>(resolve => {
			let text = '';
			server.stdout.on('data', (piece: Buffer) => {
				text += piece;
				const found = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
				if (found) resolve(Number(found));
			});
		});
		const host = {name: 'localhost', port};
		expect(await probeRemoteBuildkit(host, {certificates: ours('foreignClient'), ...quick})).toMatchObject({
			problem: 'client-certificate',
		});
	});

	test.each([['http/1.1'], []])('tells a web server with our CA from a BuildKit (ALPN: %s)', async (...protocols) => {
		const web = createHttpsServer({...pairs.server, ALPNProtocols: protocols});
		expect(await probeRemoteBuildkit(await listening(web), {certificates: ours(), ...quick})).toMatchObject({
			problem: 'no-buildkit',
		});
	});

	test('tells a host that signs with our CA from one whose CA we lack', async () => {
		const host = await buildkit('server');
		expect(await probeRemoteBuildkit(host, {certificates: {...ours(), ca: otherCa}, ...quick})).toMatchObject({
			problem: 'unknown-ca',
		});
	});

	test('tells a closed port, an unknown name and silence apart', async () => {
		const silent = await listening(createTcpServer(() => undefined));
		expect(await probeRemoteBuildkit({name: 'localhost', port: 1}, {certificates: ours(), ...quick})).toMatchObject({
			problem: 'refused',
		});
		expect(
			await probeRemoteBuildkit({name: 'no-such-host.invalid', port: 8372}, {certificates: ours(), ...quick}),
		).toMatchObject({problem: 'name'});
		expect(await probeRemoteBuildkit(silent, {certificates: ours(), timeoutMs: 200})).toMatchObject({
			problem: 'timeout',
		});
	});

	test('tells a host without TLS, and talks to it only when asked to', async () => {
		const plain = createHttp2Server();
		plain.on('stream', answer(infoAnswer('github.com/earthly/buildkit', 'v0.8.15')) as never);
		plain.on('sessionError', () => undefined);
		const host = await listening(plain as unknown as Server);
		expect(await probeRemoteBuildkit(host, {certificates: ours(), ...quick})).toMatchObject({
			ok: false,
			problem: 'no-tls',
		});
		expect(await probeRemoteBuildkit(host, quick)).toMatchObject({ok: true});
	});

	test('tells another BuildKit than Earthly’s, and something else entirely', async () => {
		const stock = await buildkit('server', {name: 'github.com/moby/buildkit', version: 'v0.16.0'});
		expect(await probeRemoteBuildkit(stock, {certificates: ours(), ...quick})).toMatchObject({
			problem: 'version',
			detail: expect.stringMatching(/moby\/buildkit v0\.16\.0/),
		});
		const web = await buildkit('server', {name: '', version: ''});
		expect(await probeRemoteBuildkit(web, {certificates: ours(), ...quick})).toMatchObject({problem: 'no-buildkit'});
	});

	test('ends with the run', async () => {
		const silent = await listening(createTcpServer(() => undefined));
		const ended = probeRemoteBuildkit(silent, {certificates: ours(), ...quick, signal: AbortSignal.timeout(50)});
		await expect(ended).rejects.toThrow(/timeout|aborted/i);
	});
});

describe('the hosts of a setting', () => {
	test('are names with ports, several of them', () => {
		expect(parseBuildkitHosts('bk1.lab, tcp://bk2.lab:9000,[2001:db8::1]:8372')).toEqual([
			{name: 'bk1.lab', port: 8372},
			{name: 'bk2.lab', port: 9000},
			{name: '2001:db8::1', port: 8372},
		]);
		expect(addressOf({name: '2001:db8::1', port: 8372})).toBe('tcp://[2001:db8::1]:8372');
	});

	test.each(['localhost', '127.0.0.1:8372', '127.1.2.3', 'tcp://[::1]:8372', '0.0.0.0', 'LOCALHOST:1'])(
		'are never this machine: %s',
		text => {
			expect(() => parseBuildkitHosts(`bk1.lab,${text}`)).toThrow(/this machine/);
		},
	);

	test.each(['http://bk1.lab', 'docker-container://x', 'bk1.lab/path', 'a b'])('are no other addresses: %s', text => {
		expect(() => parseBuildkitHosts(text)).toThrow(/no address/);
	});

	const context = (more: Partial<Settings>) => ({
		settings: {buildkitHosts: '', buildkitCertificates: '', buildkitInsecure: false, ...more} as Settings,
		host: fakeHost(),
		workspace: workspaceAt(folder),
	});

	test('each get a check with a cure, and none passes silently', async () => {
		expect(await checkRemoteHosts(context({buildkitInsecure: true}))).toMatchObject([
			{verdict: 'warn'},
			{verdict: 'fail', detail: 'no host is given'},
		]);
		expect(await checkRemoteHosts(context({buildkitHosts: 'bk1.lab'}))).toMatchObject([
			{verdict: 'fail', detail: 'A remote BuildKit needs certificates'},
		]);
		expect(await checkRemoteHosts(context({buildkitHosts: 'localhost', buildkitInsecure: true}))).toMatchObject([
			{verdict: 'fail', hint: expect.stringMatching(/managed/)},
		]);
		const checks = await checkRemoteHosts(context({buildkitHosts: 'a.invalid,b.invalid', buildkitInsecure: true}));
		expect(checks).toMatchObject([
			{verdict: 'fail', hint: expect.stringMatching(/DNS/)},
			{verdict: 'fail'},
			{verdict: 'warn'},
		]);
	});

	test('share the work: the one with the fewest builds takes the next, and one that fails is left out with its reason', async () => {
		const probed = async (name: string, builds: number) => {
			const {port} = await buildkit('server', {builds});
			const probe = await probeRemoteBuildkit({name: 'localhost', port}, {certificates: ours(), timeoutMs: 10_000});
			return {remote: {name, port: 8372}, probe};
		};
		const down = {
			remote: {name: 'down.lab', port: 8372},
			probe: {ok: false, problem: 'refused', detail: 'Nothing listens'},
		} as const;
		expect(
			fewestBuilds([down, await probed('busy.lab', 2), await probed('idle.lab', 1), await probed('late.lab', 1)]),
		).toEqual({
			address: 'tcp://idle.lab:8372',
			version: expect.stringContaining('v0.8.15'),
			leftOut: ['down.lab: Nothing listens'],
		});
	});

	test('that all fail are told with their reasons', async () => {
		const failing = chooseHost(context({buildkitHosts: 'a.invalid,b.invalid', buildkitInsecure: true}));
		await expect(failing).rejects.toThrow(/a\.invalid.*; b\.invalid/);
	});
});
