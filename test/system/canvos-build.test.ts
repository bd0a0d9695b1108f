import {execFileSync, spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {networkInterfaces, tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import type {CheckResult, PipelineEvent} from '../../source/pipeline/events.ts';
import {startBuildkit} from '../builders/canvos/earthly/runners/buildkit-server.ts';
import {certificateMaker} from '../builders/canvos/earthly/runners/certificates.ts';
import {outcomesOf} from '../helpers/run-events.ts';
import {until} from '../helpers/until.ts';
import {type CanvosWorkspace, callerId} from './docker/caller.ts';
import {startRegistry} from './docker/registry.ts';
import {startWorld} from './docker/world.ts';

const minutes = 60_000;
const ours = /ubuntu|palette-installer-image|edge-builder-workspace/;
const {isThere, daemon, clone, newWorkspace, containers, images} = await startWorld();

/** What was built, in the end: command by command. */
const builtNodes = (events: readonly PipelineEvent[]) =>
	events.flatMap(event => (event.type === 'build-node' && event.node.state === 'done' ? [event.node.name] : []));

/** All files of a folder with their content, as one text: equal texts, nothing was touched. */
const digest = (folder: string) =>
	execFileSync('sh', ['-c', 'find . -type f -exec sha256sum {} + | sort', 'sh'], {cwd: folder, encoding: 'utf8'});

/** An address of this machine that is not loopback, which a remote host may not have. */
const ownAddress = Object.values(networkInterfaces())
	.flatMap(all => all ?? [])
	.find(({family, internal}) => family === 'IPv4' && !internal)?.address;

describe.skipIf(!isThere)('a CanvOS build in a real Docker daemon', {timeout: 4 * minutes}, () => {
	test('by one line ends in "passed" with image, ISO and checksum of the caller’s, and leaves nothing else', async () => {
		const registry = await startRegistry();
		const workspace = newWorkspace({IMAGE_REGISTRY: registry.address});
		const before = digest(clone());
		const {exitCode, stdout} = await workspace.build(['--push']);
		expect(stdout).toContain('✔ Passed.');
		expect(exitCode).toBe(0);

		const iso = workspace.at('installer.iso');
		const sum = createHash('sha256').update(readFileSync(iso)).digest('hex');
		expect(readFileSync(`${iso}.sha256`, 'utf8')).toBe(`${sum}  installer.iso\n`);
		expect(statSync(iso).uid).toBe(callerId);
		for (const target of ['build-provider-images', 'iso']) {
			const log = workspace.log('earthly', target, 'console.log');
			expect(log).toContain(`built by user ${callerId}`);
			expect(log).toContain('✅ SUCCESS');
		}
		expect(builtNodes(workspace.events())).toContain('COPY overlay/ /overlay/');
		expect(stdout).toContain(`✔ Images may be pushed to ${registry.address}`);
		expect(registry.has('ubuntu/_manifests/tags/kubeadm-1.34.2-v4.8.10-fine')).toBe(true);
		expect(registry.uploads()).toEqual([]);

		expect(containers()).toEqual([]);
		expect(existsSync(workspace.temporary())).toBe(false);
		expect(readdirSync(workspace.at('state/journal'))).toEqual([]);
		expect(digest(clone())).toBe(before);

		// Once more, there is nothing to do.
		expect((await workspace.build()).exitCode).toBe(0);
		expect(outcomesOf(workspace.events())).toMatchObject(
			Object.fromEntries(
				['prepare-source', 'provider-image', 'installer-iso', 'collect', 'verify-image'].map(step => [
					step,
					{kind: 'skipped', reason: expect.stringMatching(/./)},
				]),
			),
		);

		// An image that is not there is not fetched either, although the registry has it.
		const reference = `${registry.address}/ubuntu`;
		expect(images(ours)).not.toEqual([]);
		expect((await workspace.run(['clean', 'images', '--yes'])).exitCode).toBe(0);
		expect(images(ours)).toEqual([]);
		const verified = await workspace.run(['verify', 'image', '--plain']);
		expect(verified.stdout).toContain(reference);
		expect(verified.stdout).toMatch(/No such image|is not in the local Docker daemon|Unable to find image/);
		expect(verified.exitCode).toBe(6);
	});

	test('keeps its image when another workspace takes the name, and a replaced one goes', async () => {
		const [first, second] = [newWorkspace(), newWorkspace()];
		const build = async (workspace: CanvosWorkspace) => {
			const {exitCode, stdout} = await workspace.build(['--only', 'provider-image', '--fresh']);
			expect(exitCode, stdout).toBe(0);
			return daemon.docker('image', 'inspect', '--format', '{{.Id}}', 'localhost/ubuntu:kubeadm-1.34.2-v4.8.10-fine');
		};
		const [ofFirst, replaced, ofSecond] = [await build(first), await build(second), await build(second)];
		expect(() => daemon.docker('image', 'inspect', replaced)).toThrow('No such image');
		const verified = await first.run(['verify', 'image', '--plain']);
		expect(verified.exitCode, verified.stdout).toBe(0);
		daemon.docker('image', 'inspect', ofFirst);
		// The name that Earthly adds for the platform goes with the plain one, and each cleans its own.
		await first.run(['clean', 'images', '--yes']);
		expect(() => daemon.docker('image', 'inspect', ofFirst)).toThrow('No such image');
		expect(images(ours)).toHaveLength(3);
		daemon.docker('image', 'inspect', ofSecond);
		await second.run(['clean', 'images', '--yes']);
		expect(images(ours)).toEqual([]);
	});

	test('in one privileged container waits for the cache volume, keeps it, and gives the results to the caller', async () => {
		const workspace = newWorkspace({RUNNER: 'container'});
		const letGo = await holdLock(join(workspace.home, '.local/state/edge-builder/turns/container-cache'));
		const run = workspace.start();
		await run.prints('Waiting for another build to leave the cache volume.', minutes);
		expect(workspace.containers()).toEqual([]);
		letGo();
		expect(await run.exitCode(2 * minutes)).toBe(0);
		const {exitCode} = await workspace.build();
		expect(exitCode).toBe(0);
		expect(workspace.log('earthly/iso/console.log')).toContain('built by user 0');
		expect(statSync(workspace.at('installer.iso')).uid).toBe(callerId);
		expect(daemon.docker('volume', 'ls', '--quiet').split('\n')).toContain('edge-builder-container-cache');
		expect(containers()).toEqual([]);
		await workspace.run(['clean', 'images', '--yes']);
	});

	test('by the upstream script, unmodified, has an event log, and its results are the caller’s', async () => {
		const workspace = newWorkspace({RUNNER: 'upstream-script', CUSTOM_TAG: 'script'});
		const {exitCode, stdout} = await workspace.build();
		expect(stdout).toContain('The ISO was built together with the provider image.');
		expect(exitCode).toBe(0);
		expect(statSync(workspace.at('installer.iso')).uid).toBe(callerId);
		expect(workspace.log('earthly/build-all-images/console.log')).toContain('built by user 0');
		expect(builtNodes(workspace.events())).toContain('COPY overlay/ /overlay/');
		expect(images(/edge-builder-keep/)).toEqual([]);
		expect(containers()).toEqual([]);
		// Both images of that one call go by `clean`.
		expect(images(ours)).toHaveLength(6);
		expect((await workspace.run(['clean', 'images', '--yes'])).exitCode).toBe(0);
		expect(images(ours)).toEqual([]);
	});

	test.skipIf(!ownAddress)(
		'on a remote BuildKit is sent there by an unprivileged client, to the first host that answers',
		async () => {
			const {address, certificates} = await startRemoteHost();
			const workspace = newWorkspace({
				RUNNER: 'remote',
				BUILDKIT_HOSTS: `tcp://no-such-host.invalid:8372,tcp://${address}`,
				BUILDKIT_CERTIFICATES: certificates,
			});
			const run = workspace.start({CUSTOM_TAG: 'endless'});
			await until(() => run.hasEnded() || workspace.containers().length > 0, run.printed);
			expect(workspace.containers(), run.printed()).toHaveLength(1);
			const [inspected] = JSON.parse(daemon.docker('inspect', ...workspace.containers())) as [Inspected];
			expect(inspected.HostConfig).toMatchObject({Privileged: false});
			expect(inspected.Mounts.find(({Destination}) => Destination === '/certificates')?.RW).toBe(false);
			expect(readFileSync(join(workspace.temporary(), 'earthly-home/config.yml'), 'utf8')).toContain(
				`buildkit_host: tcp://${address}`,
			);
			expect(run.printed()).toContain(`Building on tcp://${address}`);
			run.signal('SIGINT');
			expect(await run.exitCode(minutes)).toBe(130);
			expect(containers()).toEqual([]);
		},
	);

	test('whose registry asks for a login is refused before it begins, until Docker knows one', async () => {
		const registry = await startRegistry({login: true});
		const workspace = newWorkspace({IMAGE_REGISTRY: registry.address});
		const build = () => workspace.build(['--push', '--only', 'provider-image']);
		const refused = await build();
		expect(refused.stdout).toContain('it asks for a login, and Docker has none for it');
		expect(refused.exitCode).toBe(3);
		const config = join(daemon.env.DOCKER_CONFIG ?? '', 'config.json');
		const auth = Buffer.from('pusher:push-me').toString('base64');
		writeFileSync(config, JSON.stringify({auths: {[registry.address]: {auth}}}));
		onTestFinished(() => rmSync(config));
		expect((await build()).exitCode).toBe(0);
		expect(registry.has('ubuntu/_manifests/tags/kubeadm-1.34.2-v4.8.10-fine')).toBe(true);
	});
});

describe.skipIf(!isThere)('the checks of Docker', {timeout: 4 * minutes}, () => {
	const doctor = async (env: Record<string, string> = {}): Promise<CheckResult[]> =>
		JSON.parse((await newWorkspace({}, env).run(['doctor', '--json'])).stdout).checks;

	test('have a verdict each, with a hint unless it passes, and leave no image', async () => {
		const checks = await doctor();
		const expected =
			'docker docker-version docker-privileged docker-cgroups docker-storage docker-memory docker-space docker-logins image-registry build-cache canvos-source';
		expect(checks.map(({id}) => id)).toEqual(expect.arrayContaining(expected.split(' ')));
		expect(checks.find(({id}) => id === 'docker-privileged')).toMatchObject({verdict: 'pass'});
		for (const {id, verdict, hint} of checks)
			if (verdict === 'warn' || verdict === 'fail') expect(hint, id).toBeTruthy();
		expect(images(/edge-builder-probe/)).toEqual([]);
	});

	test('say where no daemon answers, and guess at nothing else', async () => {
		const checks = await doctor({DOCKER_HOST: 'unix:///nowhere/docker.sock'});
		expect(checks.filter(({id}) => /^docker|image-registry|build-cache/.test(id))).toEqual([
			expect.objectContaining({id: 'docker', verdict: 'fail', detail: expect.stringMatching(/docker/i)}),
		]);
	});
});

type Inspected = {HostConfig: object; Mounts: {Destination: string; RW: boolean}[]};

/** Holds a lock file as another run of the caller's would. */
const holdLock = async (file: string) => {
	const asCaller = ['setpriv', `--reuid=${callerId}`, `--regid=${callerId}`, '--clear-groups'];
	execFileSync('setpriv', [...asCaller.slice(1), 'mkdir', '--parents', dirname(file)]);
	const holder = spawn('setpriv', [...asCaller.slice(1), 'flock', file, 'sh', '-c', 'echo held; exec cat']);
	onTestFinished(() => void holder.kill());
	await new Promise(resolve => holder.stdout.once('data', resolve));
	return () => holder.stdin.end();
};

/** What answers as a BuildKit does, over mutual TLS, and the folder with the certificates of those who may ask it. */
const startRemoteHost = async () => {
	const certificates = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	onTestFinished(() => rmSync(certificates, {recursive: true, force: true}));
	const make = certificateMaker(certificates);
	const ca = make.ca('ca_cert');
	const server = make.signed('server', 'ca_cert', {names: `IP:${ownAddress}`, use: 'serverAuth'});
	const client = make.signed('client', 'ca_cert', {use: 'clientAuth'});
	writeFileSync(join(certificates, 'earthly_cert.pem'), client.cert);
	writeFileSync(join(certificates, 'earthly_key.pem'), client.key);
	for (const name of ['', ...readdirSync(certificates)]) chownSync(join(certificates, name), callerId, callerId);
	const port = await startBuildkit({...server, ca}, {address: ownAddress});
	return {address: `${ownAddress}:${port}`, certificates};
};
