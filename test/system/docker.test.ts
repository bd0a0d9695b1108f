import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdtempSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, onTestFinished, test} from 'vitest';
import {failureIn} from '../helpers/run-events.ts';
import {until} from '../helpers/until.ts';
import {type CanvosWorkspace, callerId} from './docker/caller.ts';
import {earthlyImage} from './docker/stand-in.ts';
import {startWorld} from './docker/world.ts';

const minutes = 60_000;
const {isThere, daemon, newWorkspace, containers, images} = await startWorld();
const buildkit = 'edge-builder-buildkitd';
/** Only the image: one call of Earthly instead of two. */
const image = ['--only', 'provider-image'];

/** Starts a build that goes on until it is stopped, and waits until its container is there. */
const startEndless = async (workspace: CanvosWorkspace) => {
	const run = workspace.start({CUSTOM_TAG: 'endless'});
	await run.prints('compiling', 2 * minutes);
	return run;
};

describe.skipIf(!isThere)('builds with the managed runner', {timeout: 6 * minutes}, () => {
	test('share one BuildKit, which the last of them stops, and keep off its settings', async () => {
		const [first, second, third] = [newWorkspace(), newWorkspace(), newWorkspace()];
		const endless = await startEndless(first);
		const [inspected] = JSON.parse(daemon.docker('inspect', ...first.containers())) as [Inspected];
		expect(inspected.Name).toBe(`/edge-builder-${first.lastRun()}-build-provider-images`);
		expect(inspected.HostConfig).toMatchObject({Privileged: false, NetworkMode: 'host', AutoRemove: true});
		expect(inspected.Config).toMatchObject({
			User: `${callerId}:${callerId}`,
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

		expect((await second.build(image)).exitCode).toBe(0);
		expect(containers()).toContain(buildkit);
		expect(first.containers()).toHaveLength(1);

		const busy = await third.build(image, {REGISTRY_MIRRORS: 'quay.io=mirror.example.com'});
		expect(busy.stdout).toContain('uses BuildKit with other mirrors, CA or proxies');
		expect(busy.exitCode).toBe(9);

		endless.signal('SIGINT');
		expect(await endless.exitCode(minutes)).toBe(130);
		expect(containers()).toEqual([]);
	});

	test('that fail are explained by rule, line and last lines, and keep BuildKit where that is wanted', async () => {
		const workspace = newWorkspace({KEEP_BUILDKIT: 'true', CUSTOM_TAG: 'fail'});
		const {exitCode, stdout} = await workspace.build(image);
		expect(exitCode).toBe(5);
		const lastLines = ['Reading package lists...', 'E: Unable to locate package doca-all'];
		expect(failureIn(workspace.events(), 'provider-image')).toMatchObject({
			code: 'doca-missing',
			log: join(logFolder(workspace), 'console.log'),
			source: 'Earthfile:12',
			lastLines,
		});
		for (const words of ['Earthfile:12', ...lastLines]) expect(stdout).toContain(words);
		expect(workspace.containers()).toEqual([]);
		expect(containers()).toEqual([buildkit]);
		daemon.docker('rm', '--force', buildkit);
	});

	test('that end with exit code 2, which nobody asked for, are no cancel', async () => {
		const workspace = newWorkspace({CUSTOM_TAG: 'no-socket'});
		expect((await workspace.build(image)).exitCode).toBe(5);
		expect(failureIn(workspace.events(), 'provider-image')).toMatchObject({code: 'docker-socket-missing'});
	});

	test('that fill the disk say so', async () => {
		const gate = makeGate();
		const workspace = newWorkspace({CUSTOM_TAG: 'full'}, gate.env);
		const run = await gate.reached(workspace);
		mountSmall(join(workspace.temporary(), 'tree/build'), '1m');
		gate.open();
		expect(await run.exitCode(2 * minutes)).toBe(5);
		expect(failureIn(workspace.events(), 'provider-image')).toMatchObject({code: 'disk-full'});
	});

	test('whose console log finds its disk full go on, and say so', async () => {
		const gate = makeGate();
		const workspace = newWorkspace({}, gate.env);
		const run = await gate.reached(workspace);
		mountSmall(logFolder(workspace), '4k');
		writeFileSync(join(logFolder(workspace), 'filler'), 'x'.repeat(4096));
		gate.open();
		expect(await run.exitCode(2 * minutes)).toBe(0);
		expect(run.printed()).toMatch(/could not be written on/);
	});

	test('whose daemon dies half-way say so, and the next one works', async () => {
		const workspace = newWorkspace();
		const endless = await startEndless(workspace);
		daemon.crash();
		expect(await endless.exitCode(2 * minutes)).toBe(5);
		await daemon.start();
		expect(failureIn(workspace.events(), 'provider-image')).toMatchObject({code: 'docker-not-running'});
		expect((await workspace.build(image)).exitCode).toBe(0);
		expect(containers()).toEqual([]);
	});
});

describe.skipIf(!isThere)('a cancel', {timeout: 6 * minutes}, () => {
	test('at any moment ends the build within seconds, and leaves no container', async () => {
		await Promise.all(
			[0, 20, 150, 400, 900].map(async milliseconds => {
				const workspace = newWorkspace();
				const run = workspace.start({CUSTOM_TAG: 'endless'});
				await run.prints('▶ Building provider image', 2 * minutes);
				await delay(milliseconds);
				const since = Date.now();
				run.signal('SIGINT');
				expect(await run.exitCode(minutes), run.printed()).toBe(130);
				expect(Date.now() - since).toBeLessThan(30_000);
				expect(workspace.containers()).toEqual([]);
			}),
		);
		expect(containers()).toEqual([]);
	});

	test('by the death of the docker client still ends the container', async () => {
		const workspace = newWorkspace();
		const endless = await startEndless(workspace);
		const name = workspace.containers()[0] ?? '';
		const clients = execFileSync('pgrep', ['-f', `docker run .*${name}`], {encoding: 'utf8'})
			.trim()
			.split('\n');
		for (const pid of clients.map(Number)) process.kill(pid, 'SIGKILL');
		expect(await endless.exitCode(minutes)).toBe(5);
		expect(failureIn(workspace.events(), 'provider-image')).toMatchObject({code: 'build-killed'});
		expect(containers()).toEqual([]);
	});

	test.each(['managed', 'upstream-script'])(
		'by kill -9 (%s) is cleaned up at the next start, by label; a mere name is not enough',
		async runner => {
			const workspace = newWorkspace({RUNNER: runner});
			const endless = await startEndless(workspace);
			const theirs = 'edge-builder-of-somebody';
			startSleeper(theirs);
			onTestFinished(() => void daemon.docker('rm', '--force', theirs));
			startSleeper('left-behind', `edge-builder.run=${workspace.lastRun()}`);
			const left = containers();
			const logins = join(workspace.temporary(), 'logins-build-provider-images');
			expect(existsSync(logins)).toBe(true);

			endless.signal('SIGKILL');
			await endless.exitCode(minutes);
			expect(containers()).toEqual(left);
			const next = await workspace.run(['download', '--plain']);
			expect(next.stdout).toContain('Cleaned up after an earlier run');
			expect(next.exitCode).toBe(0);
			expect(containers()).toEqual([theirs]);
			expect(images(/edge-builder-keep/)).toEqual([]);
			expect(existsSync(logins)).toBe(false);
			expect(readdirSync(workspace.at('state/journal'))).toEqual([]);
		},
	);
});

type Inspected = {
	Name: string;
	HostConfig: object;
	Config: object;
	Mounts: {Destination: string; RW: boolean}[];
};

const startSleeper = (name: string, label = 'of=somebody') => {
	const sleep = ['--entrypoint', '/bin/sleep', earthlyImage, '1000'];
	daemon.docker('run', '--detach', '--network', 'none', '--name', name, '--label', label, ...sleep);
};

const logFolder = (workspace: CanvosWorkspace) =>
	workspace.at('runs', workspace.lastRun(), 'logs/earthly/build-provider-images');

/** A `docker` that waits when it is asked for Earthly's image, at which time all folders of a build are there. */
const makeGate = () => {
	const bin = mkdtempSync(join(daemon.folder, 'gate-'));
	chmodSync(bin, 0o755);
	const docker = execFileSync('sh', ['-c', 'command -v docker'], {encoding: 'utf8'}).trim();
	const wait = `[ "$1 $2" != 'image inspect' ] || until [ -e '${bin}/open' ]; do sleep 0.05; done`;
	writeFileSync(join(bin, 'docker'), `#!/bin/sh\n${wait}\nexec ${docker} "$@"\n`, {mode: 0o755});
	return {
		env: {PATH: `${bin}:${process.env.PATH}`},
		async reached(workspace: CanvosWorkspace) {
			const run = workspace.start();
			await until(() => run.hasEnded() || existsSync(logFolder(workspace)), run.printed, 2 * minutes);
			return run;
		},
		open: () => writeFileSync(join(bin, 'open'), ''),
	};
};

const mountSmall = (folder: string, size: string) => {
	execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=777`, 'edge-builder-test', folder]);
	onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
};
