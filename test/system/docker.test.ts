import {execFileSync, spawn} from 'node:child_process';
import {chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createSecureServer} from 'node:http2';
import {createServer} from 'node:net';
import {networkInterfaces, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {build as bundle} from 'esbuild';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {dockerChecks} from '../../source/builders/canvos/docker/checks.ts';
import {dockerImages} from '../../source/builders/canvos/docker/images.ts';
import {probePush} from '../../source/builders/canvos/docker/push-probe.ts';
import {removeRunContainers} from '../../source/builders/canvos/docker/remove-containers.ts';
import {runEarthly} from '../../source/builders/canvos/earthly/run-earthly.ts';
import {containerCacheVolume} from '../../source/builders/canvos/earthly/runners/container.ts';
import {managedBuildkit, stopIdleBuildkit} from '../../source/builders/canvos/earthly/runners/managed.ts';
import type {Host} from '../../source/host/host.ts';
import {createJournal} from '../../source/host/journal.ts';
import {createHost} from '../../source/host/real-host.ts';
import {reap} from '../../source/host/reaper.ts';
import {createCleanup} from '../../source/pipeline/cleanup.ts';
import type {StepContext} from '../../source/pipeline/step.ts';
import {runFolderOf, workspaceAt} from '../../source/pipeline/workspace.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {canvosSettings} from '../builders/canvos/canvos-settings.ts';
import {infoAnswer} from '../builders/canvos/earthly/buildkit-answer.ts';
import {certificateMaker} from '../builders/canvos/earthly/certificates.ts';
import {collectingReporter} from '../builders/canvos/recordings.ts';
import {startDaemon, type TestDaemon} from './docker/daemon.ts';
import {makeEarthlyStandIn} from './docker/stand-in.ts';

const removers = {buildah: async () => 0, docker: removeRunContainers};

const started = await startDaemon();
if (typeof started === 'string') console.warn(`The tests with a real Docker daemon are skipped: ${started}`);
const daemon = started as TestDaemon;
const earthlyImage = 'us-docker.pkg.dev/palette-images/third-party/edge/earthly/earthly:v0.8.15';

/** An address of this machine that is not loopback, which a remote host may not have. */
const ownAddress = Object.values(networkInterfaces())
	.flatMap(all => all ?? [])
	.find(({family, internal}) => family === 'IPv4' && !internal)?.address;

/** The caller: not root, so that ownership means something. */
const caller = {uid: 1000, gid: 1000};
let runs = 0;

/** A run with everything real but the person: a folder of the caller's own, journal, cleanup. */
const newRun = async (more: Partial<Settings> = {}, signal = new AbortController().signal) => {
	const root = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	const workspace = workspaceAt(root);
	const run = runFolderOf(workspace, `run-${process.pid}-${++runs}`);
	for (const folder of [
		root,
		workspace.build,
		workspace.runs,
		run.folder,
		run.logs,
		workspace.state,
		run.temporary,
		run.tree,
	]) {
		mkdirSync(folder, {recursive: true});
	}
	const logs = join(run.logs, 'earthly', 'iso');
	mkdirSync(logs, {recursive: true});
	for (const folder of [root, run.tree, logs]) chownSync(folder, caller.uid, caller.gid);
	const journal = createJournal(join(workspace.state, 'journals', `${run.id}.ndjson`), run.id);
	const env = {...daemon.env, XDG_STATE_HOME: join(daemon.folder, 'xdg')};
	const real = await createHost({env, journal, runId: run.id});
	const host: Host = {...real, machine: {...real.machine, user: {...caller, name: 'builder', home: root}}};
	// The home of Earthly belongs to the caller; made by root here, it is handed over.
	mkdirSync(join(env.XDG_STATE_HOME, 'edge-builder/earthly'), {recursive: true});
	execFileSync('chown', ['-R', `${caller.uid}:${caller.gid}`, env.XDG_STATE_HOME]);
	const seen = collectingReporter();
	const problems: string[] = [];
	const cleanup = createCleanup((what, error) => problems.push(`${what}: ${String(error)}`));
	const c = {
		settings: canvosSettings({imageRegistry: 'localhost', ...more}),
		options: {yes: true},
		workspace,
		run,
		host: asCaller(host),
		report: {...seen.report, progress: () => undefined, check: () => undefined, artifact: () => undefined},
		signal,
		cleanup,
	} as unknown as StepContext;
	onTestFinished(() => rmSync(root, {recursive: true, force: true}));
	return {
		c,
		seen,
		problems,
		journal: join(workspace.state, 'journals'),
		end: () => cleanup.runAll(),
		out: (name: string) => join(run.tree, 'build', name),
	};
};

/** Files written by the test's root belong to the caller, as if it had written them. */
const asCaller = (host: Host): Host => {
	const give = (path: string) => chownSync(path, caller.uid, caller.gid);
	return {
		...host,
		files: {
			...host.files,
			async write(path, content, options) {
				await host.files.write(path, content, options);
				give(path);
			},
			async makeFolder(path, options) {
				await host.files.makeFolder(path, options);
				give(path);
			},
		},
	};
};

const args = (how?: string) => ({target: '+iso' as const, args: {ARCH: 'amd64', ...(how && {STANDIN: how})}});
const ofRun = (c: StepContext) => daemon.labelled(`edge-builder.run=${c.run.id}`);
const until = async (what: string, holds: () => boolean) => {
	for (let tries = 0; tries < 300; tries++) {
		if (holds()) return;
		await delay(50);
	}
	throw new Error(`Waited in vain until ${what}`);
};
/** What Earthly would start: a container of BuildKit's exact name. */
const startBuildkit = () => {
	daemon.docker(
		'run',
		'--detach',
		'--rm',
		'--network',
		'none',
		'--name',
		managedBuildkit.container,
		'--entrypoint',
		'/bin/sleep',
		earthlyImage,
		'1000',
	);
	onTestFinished(
		() =>
			void daemon
				.docker('ps', '--quiet', '--filter', `name=^/?${managedBuildkit.container}$`)
				.split('\n')
				.filter(Boolean)
				.map(id => daemon.docker('rm', '--force', id)),
	);
};
const buildkitRuns = () =>
	daemon.docker('ps', '--format', '{{.Names}}').split('\n').includes(managedBuildkit.container);

describe.skipIf(typeof started === 'string')('with a real Docker daemon', () => {
	beforeAll(() => makeEarthlyStandIn(daemon, earthlyImage));
	afterAll(() => daemon.remove());

	describe('the managed runner', () => {
		test('builds as the caller, shows the tree, and leaves nothing', async () => {
			startBuildkit();
			const {c, seen, problems, end, out} = await newRun();
			await runEarthly(c, args());
			expect(readFileSync(out('who'), 'utf8')).toBe('1000\n');
			expect(statSync(out('installer.iso')).uid).toBe(caller.uid);
			expect(seen.tree()).toContain('+base-image/COPY overlay/ /overlay/: done');
			expect(readFileSync(join(c.run.logs, 'earthly/iso/console.log'), 'utf8')).toContain('✅ SUCCESS');
			expect(ofRun(c)).toEqual([]);
			expect(existsSync(join(c.run.temporary, 'logins-iso'))).toBe(false);
			await end();
			expect(buildkitRuns()).toBe(false);
			expect(problems).toEqual([]);
		});

		test('is labelled, named and mounted as it should be while it runs', async () => {
			const stop = new AbortController();
			const {c, end} = await newRun({}, stop.signal);
			const building = runEarthly(c, args('endless'));
			await until('the container runs', () => ofRun(c).length > 0);
			const [inspected] = JSON.parse(daemon.docker('inspect', ...ofRun(c))) as [Inspected];
			expect(inspected.Name).toBe(`/edge-builder-${c.run.id}-iso`);
			expect(inspected.HostConfig).toMatchObject({Privileged: false, NetworkMode: 'host', AutoRemove: true});
			expect(inspected.Config).toMatchObject({
				User: '1000:1000',
				Entrypoint: ['/usr/bin/earthly'],
				Labels: {'edge-builder.runner': 'managed'},
			});
			expect(inspected.Mounts.map(({Destination, RW}) => `${Destination} ${RW}`).sort()).toEqual([
				'/home/builder true',
				'/home/builder/.docker false',
				'/logs true',
				'/var/run/docker.sock true',
				'/workspace true',
			]);
			stop.abort();
			await expect(building).rejects.toBe(stop.signal.reason);
			await end();
		});

		test('stops BuildKit only when the last of two runs ends', async () => {
			startBuildkit();
			const stop = new AbortController();
			const first = await newRun({}, stop.signal);
			const second = await newRun();
			const endless = runEarthly(first.c, args('endless'));
			await until('the first runs', () => ofRun(first.c).length > 0);
			await runEarthly(second.c, args());
			await second.end();
			expect(buildkitRuns()).toBe(true);
			expect(ofRun(first.c)).toHaveLength(1);
			stop.abort();
			await expect(endless).rejects.toBe(stop.signal.reason);
			await first.end();
			expect(buildkitRuns()).toBe(false);
		});

		test('keeps BuildKit where that is wanted', async () => {
			startBuildkit();
			const {c, end} = await newRun({keepBuildkit: true});
			await runEarthly(c, args());
			await end();
			expect(buildkitRuns()).toBe(true);
		});

		test('refuses to change BuildKit’s settings under another run', async () => {
			const stop = new AbortController();
			const first = await newRun({}, stop.signal);
			const endless = runEarthly(first.c, args('endless'));
			await until('the first runs', () => ofRun(first.c).length > 0);
			const second = await newRun({registryMirrors: 'quay.io=mirror.example.com'});
			await expect(runEarthly(second.c, args())).rejects.toMatchObject({code: 'buildkit-settings-busy'});
			await second.end();
			stop.abort();
			await expect(endless).rejects.toBe(stop.signal.reason);
			await first.end();
		});
	});

	describe('a cancel', () => {
		test.each([0, 20, 150, 400, 900])(
			'after %i ms ends the build within seconds and leaves no container',
			async milliseconds => {
				const stop = new AbortController();
				const {c, end, problems} = await newRun({}, stop.signal);
				const building = runEarthly(c, args('endless')).catch((error: unknown) => error);
				await delay(milliseconds);
				const since = Date.now();
				stop.abort();
				expect(await building).toBe(stop.signal.reason);
				await end();
				expect(Date.now() - since).toBeLessThan(8000);
				expect(ofRun(c)).toEqual([]);
				expect(problems).toEqual([]);
			},
		);

		test('reaches the container even where the docker client was killed', async () => {
			const stop = new AbortController();
			const {c, end} = await newRun({}, stop.signal);
			const building = runEarthly(c, args('endless')).catch((error: unknown) => error);
			await until('the container runs', () => ofRun(c).length > 0);
			const clients = execFileSync('pgrep', ['-f', `docker run .*${c.run.id}-iso`], {encoding: 'utf8'})
				.trim()
				.split('\n')
				.map(Number);
			for (const pid of clients) process.kill(pid, 'SIGKILL');
			expect(await building).toMatchObject({code: 'build-killed'});
			await end();
			expect(ofRun(c)).toEqual([]);
		});
	});

	describe('the container runner', () => {
		test('is privileged, keeps its cache volume, and gives the results to the caller', async () => {
			const {c, end, out} = await newRun({runner: 'container'});
			await runEarthly(c, args());
			await end();
			expect(readFileSync(out('who'), 'utf8')).toBe('0\n');
			expect(statSync(out('installer.iso')).uid).toBe(caller.uid);
			expect(daemon.docker('volume', 'ls', '--quiet').split('\n')).toContain(containerCacheVolume);
			expect(ofRun(c)).toEqual([]);
		});

		test('lets one run after the other use the cache', async () => {
			const [one, two] = [await newRun({runner: 'container'}), await newRun({runner: 'container'})];
			await Promise.all(
				[one, two].map(async ({c, end}) => {
					await runEarthly(c, args());
					await end();
				}),
			);
			expect([...one.seen.notes, ...two.seen.notes]).toContain('Waiting for another build to leave the cache volume.');
		});
	});

	test('the upstream script runs unmodified, with event log, and its results are the caller’s', async () => {
		const {c, end, seen, out} = await newRun({runner: 'upstream-script'});
		writeFileSync(join(c.run.tree, 'earthly.sh'), upstreamLike, {mode: 0o755});
		await runEarthly(c, args());
		await end();
		expect(statSync(out('installer.iso')).uid).toBe(caller.uid);
		expect(seen.tree()).toContain('+base-image/COPY overlay/ /overlay/: done');
		expect(daemon.docker('image', 'ls', '--quiet', 'edge-builder-keep')).toBe('');
	});

	test.skipIf(!ownAddress)(
		'the remote runner builds in an unprivileged client against the first host that answers',
		async () => {
			const certificates = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
			onTestFinished(() => rmSync(certificates, {recursive: true, force: true}));
			const make = certificateMaker(certificates);
			const ca = make.ca('ca_cert');
			const server = make.signed('server', 'ca_cert', {names: `IP:${ownAddress}`, use: 'serverAuth'});
			const client = make.signed('client', 'ca_cert', {use: 'clientAuth'});
			writeFileSync(join(certificates, 'earthly_cert.pem'), client.cert);
			writeFileSync(join(certificates, 'earthly_key.pem'), client.key);
			const buildkit = createSecureServer({...server, ca, requestCert: true, rejectUnauthorized: true});
			buildkit.on('stream', stream => {
				stream.respond({':status': 200, 'content-type': 'application/grpc'});
				stream.end(infoAnswer('github.com/earthly/buildkit', 'v0.8.15'));
			});
			await new Promise<void>(resolve => void buildkit.listen(0, ownAddress, resolve));
			onTestFinished(() => void buildkit.close());
			const {port} = buildkit.address() as {port: number};

			const stop = new AbortController();
			const buildkitHosts = `no-such-host.invalid,${ownAddress}:${port}`;
			const {c, end, seen} = await newRun(
				{runner: 'remote', buildkitHosts, buildkitCertificates: certificates},
				stop.signal,
			);
			const building = runEarthly(c, args('endless')).catch((error: unknown) => error);
			await until('the container runs', () => ofRun(c).length > 0);
			const [inspected] = JSON.parse(daemon.docker('inspect', ...ofRun(c))) as [Inspected];
			expect(inspected.HostConfig).toMatchObject({Privileged: false});
			expect(inspected.Mounts.find(({Destination}) => Destination === '/certificates')?.RW).toBe(false);
			expect(readFileSync(join(c.run.temporary, 'earthly-home/config.yml'), 'utf8')).toContain(
				`buildkit_host: tcp://${ownAddress}:${port}`,
			);
			expect(seen.notes).toContain(`Building on tcp://${ownAddress}:${port}`);
			stop.abort();
			expect(await building).toBe(stop.signal.reason);
			await end();
			expect(ofRun(c)).toEqual([]);
		},
	);

	describe('a failure', () => {
		test('is explained by rule, line and last lines', async () => {
			const {c, end} = await newRun();
			const error = await runEarthly(c, args('fail')).catch((failure: unknown) => failure);
			expect(error).toMatchObject({
				code: 'doca-missing',
				log: join(c.run.logs, 'earthly/iso/console.log'),
				cause: {
					source: 'Earthfile:12',
					lastLines: ['Reading package lists...', 'E: Unable to locate package doca-all'],
				},
			});
			await end();
			expect(ofRun(c)).toEqual([]);
		});

		test('with exit code 2 that nobody asked for is no cancel', async () => {
			const {c, end} = await newRun();
			await expect(runEarthly(c, args('no-socket'))).rejects.toMatchObject({code: 'docker-socket-missing'});
			await end();
		});

		test('of a full disk is told as such', async () => {
			const {c, end, out} = await newRun();
			mkdirSync(out(''), {recursive: true});
			execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=777', 'tmpfs', out('')]);
			onTestFinished(() => void execFileSync('umount', [out('')]));
			await expect(runEarthly(c, args('full'))).rejects.toMatchObject({code: 'disk-full'});
			await end();
		});

		test('of the log’s own disk doesn’t end the build, and is said', async () => {
			const {c, end, seen} = await newRun();
			const logs = join(c.run.logs, 'earthly/iso');
			execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k,mode=777', 'tmpfs', logs]);
			onTestFinished(() => void execFileSync('umount', [logs]));
			await runEarthly(c, args());
			await end();
			expect(seen.notes.join('\n')).toMatch(/could not be written on/);
		});

		test('of a daemon that dies half-way is told as such, and the next run works', async () => {
			const {c, end} = await newRun();
			const building = runEarthly(c, args('endless')).catch((error: unknown) => error);
			await until('the container runs', () => ofRun(c).length > 0);
			daemon.crash();
			const error = await building;
			await daemon.start();
			await end();
			expect(error).toMatchObject({code: 'docker-not-running'});
			for (const name of ofRun(c)) daemon.docker('rm', '--force', name);
			const next = await newRun();
			await runEarthly(next.c, args());
			await next.end();
		});
	});

	test('what a killed run left is found by its label and removed at the next start; a mere name is not enough', async () => {
		startBuildkit();
		const {c} = await newRun();
		const sleeper = (name: string, ...labels: string[]) =>
			daemon.docker(
				'run',
				'--detach',
				'--network',
				'none',
				'--name',
				name,
				...labels.flatMap(label => ['--label', label]),
				'--entrypoint',
				'/bin/sleep',
				earthlyImage,
				'1000',
			);
		const theirs = 'edge-builder-of-somebody';
		sleeper('left-behind', `edge-builder.run=${c.run.id}-killed`);
		sleeper(theirs);
		onTestFinished(() => void daemon.docker('rm', '--force', theirs));
		const journals = join(c.workspace.state, 'killed');
		mkdirSync(journals);
		const lines = [
			{type: 'owner', runId: `${c.run.id}-killed`, pid: 999_999, identity: 'gone'},
			{type: 'made', id: 1, leftover: {kind: 'docker-container', runId: `${c.run.id}-killed`}},
		];
		writeFileSync(join(journals, 'x.ndjson'), lines.map(line => JSON.stringify(line)).join('\n'));
		expect(await reap(c.host, {journals, root: c.workspace.root, removers})).toEqual([
			expect.stringMatching(/Removed 1 container/),
		]);
		expect(await stopIdleBuildkit(c.host)).toBe(true);
		expect(daemon.docker('ps', '--format', '{{.Names}}').split('\n')).toEqual([theirs]);
	});

	test('a program that was killed leaves a build, which the next start ends and forgets', async () => {
		const {c, journal} = await newRun();
		const runId = `${c.run.id}-killed`;
		const program = join(c.workspace.root, 'endless-build.mjs');
		await bundle({
			entryPoints: [join(import.meta.dirname, 'docker/endless-build.ts')],
			bundle: true,
			platform: 'node',
			format: 'esm',
			outfile: program,
			banner: {js: "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);"},
			logLevel: 'error',
		});
		const env = {...daemon.env, XDG_STATE_HOME: join(c.workspace.root, 'xdg')};
		const child = spawn(process.execPath, [program, c.workspace.root, runId], {
			env,
			stdio: ['ignore', 'ignore', 'inherit'],
		});
		const left = () => daemon.labelled(`edge-builder.run=${runId}`);
		await until('the container runs', () => left().length > 0);
		const ended = new Promise(resolve => child.once('exit', resolve));
		child.kill('SIGKILL');
		await ended;
		await delay(300);
		expect(left()).toHaveLength(1);
		const logins = join(runFolderOf(c.workspace, runId).temporary, 'logins-iso');
		expect(existsSync(logins)).toBe(true);
		const said = await reap(c.host, {journals: journal, root: c.workspace.root, removers});
		expect(said.join('\n')).toMatch(/Ended 1 process|Removed 1 container/);
		await until('the container is gone', () => left().length === 0);
		expect(existsSync(logins)).toBe(false);
		expect(existsSync(join(journal, `${runId}.ndjson`))).toBe(false);
	});

	test('every host check gives a verdict, with a hint unless it passes', async () => {
		const {c} = await newRun();
		const checks = await dockerChecks({...c, smokeTest: false});
		expect(checks.map(({id}) => id)).toEqual(
			expect.arrayContaining([
				'docker',
				'docker-version',
				'docker-privileged',
				'docker-cgroups',
				'docker-storage',
				'docker-memory',
				'docker-space',
				'docker-logins',
				'image-registry',
				'build-cache',
			]),
		);
		expect(checks.find(({id}) => id === 'docker-privileged')).toMatchObject({verdict: 'pass'});
		for (const {id, verdict, hint} of checks)
			if (verdict === 'warn' || verdict === 'fail') expect(hint, id).toBeTruthy();
		expect(daemon.docker('image', 'ls', '--quiet', 'edge-builder-probe')).toBe('');
	});

	test('without a daemon the first check says so, and no other is guessed at', async () => {
		const {c} = await newRun();
		const host = await createHost({env: {...daemon.env, DOCKER_HOST: 'unix:///nowhere/docker.sock'}});
		expect(await dockerChecks({...c, host, smokeTest: false})).toEqual([
			expect.objectContaining({id: 'docker', verdict: 'fail', detail: expect.stringMatching(/docker/i)}),
		]);
	});

	describe('the image store', () => {
		const reference = 'localhost/edge/ubuntu:kubeadm-1.34.2-test';
		const tagged = () => {
			for (const name of [reference, `${reference}_linux_amd64`]) daemon.docker('tag', earthlyImage, name);
		};

		test('inspects, and never pulls', async () => {
			tagged();
			const {c} = await newRun();
			const info = await dockerImages.inspect(c, reference);
			expect(info).toMatchObject({id: expect.stringMatching(/^sha256:/), bytes: expect.any(Number)});
			expect(await dockerImages.inspect(c, 'localhost/no/such:image')).toBeUndefined();
		});

		test('runs a script of any characters in one container without network', async () => {
			tagged();
			const {c} = await newRun();
			const printed = await dockerImages.runScript(
				c,
				reference,
				`echo "it's \\"$(id -u)\\""; cat /proc/net/route | head -n 3`,
			);
			expect(printed.split('\n')[0]).toBe('it\'s "0"');
			expect(printed).not.toContain('eth0');
			expect(ofRun(c)).toEqual([]);
		});

		test('removes the alias with the plain name', async () => {
			tagged();
			const {c} = await newRun();
			await dockerImages.remove(c, reference);
			expect(await dockerImages.inspect(c, reference)).toBeUndefined();
			expect(await dockerImages.inspect(c, `${reference}_linux_amd64`)).toBeUndefined();
			await dockerImages.remove(c, reference);
		});
	});

	describe('a registry on loopback', () => {
		const settings = canvosSettings();

		test('without a login takes the probe and the push', async () => {
			const registry = await startRegistry();
			const reference = `${registry.address}/edge/ubuntu:demo`;
			daemon.docker('tag', earthlyImage, reference);
			const {c} = await newRun();
			expect(await probePush({host: c.host, settings}, reference)).toMatchObject({verdict: 'pass'});
			expect(registry.uploads()).toEqual([]);
			await dockerImages.push(c, reference);
			expect(registry.has('edge/ubuntu/_manifests/tags/demo')).toBe(true);
		});

		test('with logins refuses probe and push alike, until Docker knows one', async () => {
			const registry = await startRegistry({login: true});
			const reference = `${registry.address}/edge/ubuntu:demo`;
			daemon.docker('tag', earthlyImage, reference);
			const {c} = await newRun();
			expect(await probePush({host: c.host, settings}, reference)).toMatchObject({
				verdict: 'fail',
				detail: expect.stringMatching(/none for it/),
			});
			await expect(dockerImages.push(c, reference)).rejects.toMatchObject({
				program: 'docker',
				message: expect.stringMatching(/Pushing/),
			});
			const config = join(daemon.env.DOCKER_CONFIG ?? '', 'config.json');
			writeFileSync(
				config,
				JSON.stringify({auths: {[registry.address]: {auth: Buffer.from('pusher:push-me').toString('base64')}}}),
			);
			onTestFinished(() => rmSync(config));
			expect(await probePush({host: c.host, settings}, reference)).toMatchObject({verdict: 'pass'});
			await dockerImages.push(c, reference);
			expect(registry.has('edge/ubuntu/_manifests/tags/demo')).toBe(true);
		});
	});
});

type Inspected = {
	Name: string;
	HostConfig: object;
	Config: object;
	Mounts: {Destination: string; RW: boolean}[];
};

/** What CanvOS's script does, as far as Docker sees it: no cache, no label, a random name, root; then it untags the image. */
const upstreamLike = `#!/bin/sh
stream=$(sed -n 's/^EARTHLY_LOGSTREAM_DEBUG_FILE=//p' .env)
docker run --rm --privileged -v "$(pwd)":/workspace ${earthlyImage} --allow-privileged --logstream-debug-file "$stream" "$@" || exit 1
docker tag ${earthlyImage} kept-for-the-tests:1
docker rmi ${earthlyImage} >/dev/null
docker tag kept-for-the-tests:1 ${earthlyImage}
docker rmi kept-for-the-tests:1 >/dev/null
`;

/** Debian's registry on a free loopback port; the login is pusher / push-me. */
const startRegistry = async ({login = false} = {}) => {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-registry-'));
	const port = await freePort();
	const auth = login ? `auth: {htpasswd: {realm: test, path: ${folder}/htpasswd}}` : '';
	writeFileSync(join(folder, 'htpasswd'), 'pusher:$2b$04$qMdjF/bhNWm/ODDze50xW.0hKjX5ZgpG4GGoU6vXnfeo2Tg9/d5B.\n');
	writeFileSync(
		join(folder, 'config.yml'),
		`version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${folder}/data}}\nhttp: {addr: "127.0.0.1:${port}"}\n${auth}\n`,
	);
	const server = spawn('docker-registry', ['serve', join(folder, 'config.yml')], {stdio: 'ignore'});
	onTestFinished(() => {
		server.kill();
		rmSync(folder, {recursive: true, force: true});
	});
	const address = `127.0.0.1:${port}`;
	for (let tries = 0; ; tries++) {
		if (
			await fetch(`http://${address}/v2/`).then(
				({status}) => status < 500,
				() => false,
			)
		)
			break;
		if (tries > 100) throw new Error('docker-registry did not start');
		await delay(50);
	}
	const repositories = join(folder, 'data/docker/registry/v2/repositories');
	return {
		address,
		has: (path: string) => existsSync(join(repositories, path)),
		/** Uploads that were begun and not ended. */
		uploads: () =>
			execFileSync(
				'sh',
				['-c', 'find "$1" -path "*_uploads/*" -name startedat 2>/dev/null || true', 'sh', repositories],
				{encoding: 'utf8'},
			)
				.split('\n')
				.filter(Boolean),
	};
};

const freePort = () =>
	new Promise<number>(resolve => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const {port} = server.address() as {port: number};
			server.close(() => resolve(port));
		});
	});
