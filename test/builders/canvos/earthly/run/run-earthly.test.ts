import {chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {runEarthly} from '../../../../../source/builders/canvos/earthly/run/run-earthly.ts';
import {nativeRunner} from '../../../../../source/builders/canvos/earthly/runners/native-runner.ts';
import {createJournal} from '../../../../../source/host/journal.ts';
import {createHost} from '../../../../../source/host/real-host.ts';
import {createCleanup} from '../../../../../source/pipeline/cleanup.ts';
import type {StepContext} from '../../../../../source/pipeline/step.ts';
import {runFolderOf, workspaceAt} from '../../../../../source/pipeline/workspace.ts';
import type {Settings} from '../../../../../source/settings/settings.ts';
import {temporaryFolder} from '../../../../helpers/temporary-folder.ts';
import {until} from '../../../../helpers/until.ts';
import {canvosSettings} from '../../canvos-settings.ts';
import {collectingReporter} from '../../recordings.ts';

const fixtures = join(import.meta.dirname, '../../../../fixtures/earthly');

/** Programs that act like docker and earthly as far as a build goes: they note how they were called and replay a recording. */
const standIns = (folder: string, recorded: string, exitCode: number) => {
	const programs = join(folder, 'bin');
	mkdirSync(programs);
	cpSync(join(fixtures, recorded), join(folder, 'recording'), {recursive: true});
	const script = (name: string, text: string) => {
		writeFileSync(join(programs, name), `#!/bin/sh\n${text}`);
		chmodSync(join(programs, name), 0o755);
	};
	const replay = `cat ${folder}/recording/logstream.json > "$stream"; cat ${folder}/recording/console.log >&2
mkdir -p "$tree/build"; echo iso > "$tree/build/installer.iso"; exit ${exitCode}
`;
	script(
		'earthly',
		`[ "$1" = --version ] && { echo "earthly version v0.8.15 531b303a linux/amd64"; exit; }
trap 'echo Canceled >&2; exit 2' INT
printf '%s\\n' "$@" > ${folder}/earthly-args; printf '%s\\n' "$HOME" "$DOCKER_CONFIG" > ${folder}/earthly-env
tree=$PWD; while [ $# -gt 0 ]; do [ "$1" = --logstream-debug-file ] && stream=$2; [ "$1" = --ENDLESS=yes ] && endless=1; shift; done
while [ -n "$endless" ]; do sleep 0.05; done
${replay}`,
	);
	script(
		'docker',
		`echo "$*" >> ${folder}/docker-calls
case "$1 $2" in
	'context inspect') echo unix:///dev/null;;
	'info '*) [ -e ${folder}/stops ] && grep -q '^run ' ${folder}/docker-calls && exit 1
		echo '{"ServerVersion": "28.2.2", "DockerRootDir": "${folder}",
			"RegistryConfig": {"Mirrors": ["https://hub.example.com/"]}}';;
	'image inspect') [ ! -e ${folder}/no-image ];;
	'pull '*) echo 'Error response from daemon: Get "https://us-docker.pkg.dev/v2/": dial tcp: lookup us-docker.pkg.dev on 10.0.0.2:53: no such host' >&2; exit 1;;
	'run '*) cat "$(printf '%s\\n' "$@" | sed -n 's/.*source=\\(.*\\),target=.home.builder.\\.docker,readonly$/\\1/p')/config.json" > ${folder}/seen-logins
		stream=$(printf '%s\\n' "$@" | sed -n 's/.*source=\\(.*\\),target=.logs$/\\1/p')/logstream.json
		tree=$(printf '%s\\n' "$@" | sed -n 's/.*source=\\(.*\\),target=.workspace$/\\1/p')
		${replay};;
esac
`,
	);
	return programs;
};

const prepare = async (recorded: string, exitCode: number, settings: Partial<Settings>) => {
	const folder = temporaryFolder();
	const stop = new AbortController();
	const run = runFolderOf(workspaceAt(join(folder, 'workspace')), 'run-1');
	for (const path of [run.tree, run.logs, join(folder, 'docker-config')]) mkdirSync(path, {recursive: true});
	writeFileSync(join(folder, 'docker-config', 'config.json'), JSON.stringify({auths: {'quay.io': {auth: 'c2VjcmV0'}}}));
	const env = {
		PATH: `${standIns(folder, recorded, exitCode)}:/usr/bin:/bin`,
		DOCKER_CONFIG: join(folder, 'docker-config'),
		XDG_STATE_HOME: join(folder, 'xdg'),
	};
	const journal = createJournal(join(folder, 'journal'), 'run-1');
	const seen = collectingReporter();
	const cleanup = createCleanup((what, error) => seen.notes.push(`${what}: ${String(error)}`));
	const c = {
		settings: canvosSettings(settings),
		run,
		workspace: workspaceAt(join(folder, 'workspace')),
		host: await createHost({env, journal}),
		report: seen.report,
		signal: stop.signal,
		cleanup,
	} as unknown as StepContext;
	const read = (name: string) => readFileSync(join(folder, name), 'utf8');
	return {c, seen, stop, folder, read, journal, end: () => cleanup.runAll()};
};

const request = {target: '+iso' as const, args: {ARCH: 'amd64'}};

describe('a build', () => {
	test('with the managed runner gives tree, results and complete log, and its logins go', async () => {
		const {c, seen, read, end, folder, journal} = await prepare('success-cold', 0, {runner: 'managed'});
		await runEarthly(c, request);
		await end();
		journal.close();
		expect(seen.tree()).toContain('+iso/WORKDIR /iso: done');
		expect(existsSync(join(c.run.tree, 'build/installer.iso'))).toBe(true);
		expect(readFileSync(join(c.run.logs, 'earthly/iso/console.log'), 'utf8')).toContain('SUCCESS');
		expect(JSON.parse(read('seen-logins'))).toEqual({auths: {'quay.io': {auth: 'c2VjcmV0'}}});
		expect(existsSync(join(c.run.temporary, 'logins-iso'))).toBe(false);
		expect(read('docker-calls')).not.toContain('c2VjcmV0');
		// BuildKit, in a container of its own, goes by the mirrors that Docker was given.
		expect(read('xdg/edge-builder/earthly/config.yml')).toMatch(/docker\.io[\s\S]*mirrors = \["hub\.example\.com"\]/);
		expect(existsSync(join(folder, 'journal'))).toBe(false);
	});

	test('says what a failed one means, with line, last lines and log', async () => {
		const {c, end} = await prepare('fail-no-space', 1, {runner: 'managed'});
		const log = join(c.run.logs, 'earthly/iso/console.log');
		await expect(runEarthly(c, request)).rejects.toMatchObject({
			code: 'disk-full',
			log,
			cause: {
				source: 'Earthfile:9',
				document: 'docs/troubleshooting.md#disk-full',
				lastLines: expect.arrayContaining([expect.stringMatching(/No space left/)]),
			},
		});
		await end();
	});

	// Symptom: "Earthly ended as if cancelled (exit code 2), though nobody asked it to". Cause: Docker itself was stopped.
	test('during which Docker is stopped says that, and not that it was cancelled', async () => {
		const {c, end, folder} = await prepare('cancelled', 2, {runner: 'managed'});
		writeFileSync(join(folder, 'stops'), '');
		await expect(runEarthly(c, request)).rejects.toMatchObject({
			code: 'docker-not-running',
			message: expect.stringMatching(/^The Docker daemon ended during the build/),
		});
		await end();
	});

	test('whose image cannot be pulled says why in the same words', async () => {
		const {c, end, folder} = await prepare('success-cold', 0, {runner: 'managed'});
		writeFileSync(join(folder, 'no-image'), '');
		await expect(runEarthly(c, request)).rejects.toMatchObject({
			code: 'name-not-resolved',
			message: expect.stringMatching(/^Pulling us-docker\.pkg\.dev.*us-docker\.pkg\.dev could not be resolved/),
		});
		await end();
		expect(existsSync(join(c.run.temporary, 'logins-iso'))).toBe(false);
	});

	test('with an installed Earthly passes arguments as they are, apart from the user’s own Earthly', async () => {
		const {c, seen, read, end, folder} = await prepare('success-cached', 0, {runner: 'native'});
		await runEarthly(c, {...request, args: {ARCH: 'amd64; touch /tmp/x $(id)'}});
		await end();
		const home = join(folder, 'xdg/edge-builder/earthly-native');
		expect(read('earthly-args').trim().split('\n')).toEqual([
			...['--config', join(home, 'config.yml'), '--installation-name', 'edge-builder-native', '--allow-privileged'],
			...[
				'--logstream-debug-file',
				join(c.run.logs, 'earthly/iso/logstream.json'),
				'+iso',
				'--ARCH=amd64; touch /tmp/x $(id)',
			],
		]);
		expect(read('earthly-env').trim().split('\n')).toEqual([home, join(folder, 'docker-config')]);
		expect(existsSync(join(home, '.edge-builder-native/do-not-login-automatically'))).toBe(true);
		expect(seen.tree()).toContain('+iso/WORKDIR /iso: done cached');
		expect(read('docker-calls')).not.toContain('pull ');
	});

	// Earthly pulls its BuildKit by itself and in silence; the build seemed to hang, and no mirror was asked.
	test('with an installed Earthly has its BuildKit pulled before, and names it', async () => {
		const {c, end, folder} = await prepare('success-cached', 0, {
			runner: 'native',
			registryMirrors: 'docker.io=hub.lan',
		});
		writeFileSync(join(folder, 'no-image'), '');
		await expect(runEarthly(c, request)).rejects.toMatchObject({
			code: 'image-pull',
			message: expect.stringContaining('docker.io/earthly/buildkitd:v0.8.15'),
		});
		await end();
		expect(readFileSync(join(folder, 'docker-calls'), 'utf8')).toMatch(
			/pull hub\.lan\/earthly\/buildkitd:v0\.8\.15\n[\s\S]*pull docker\.io\/earthly\/buildkitd:v0\.8\.15\n/,
		);
		expect(existsSync(join(folder, 'earthly-args'))).toBe(false);
		const said = async () => (await nativeRunner.checks(c as never)).find(({id}) => id === 'earthly-buildkit')?.detail;
		expect(await said()).toBe('docker.io/earthly/buildkitd:v0.8.15 is pulled before the build');
		rmSync(join(folder, 'no-image'));
		expect(await said()).toBe('docker.io/earthly/buildkitd:v0.8.15 is in Docker');
	});

	test('that is cancelled ends by our signal, and is no failure', async () => {
		const {c, stop, end, folder} = await prepare('success-cached', 0, {runner: 'native'});
		const building = runEarthly(c, {...request, args: {ENDLESS: 'yes'}}).catch((error: unknown) => error);
		await until(
			() => existsSync(join(folder, 'earthly-env')),
			() => 'Earthly was not started',
		);
		const since = Date.now();
		stop.abort();
		expect(await building).toBe(stop.signal.reason);
		expect(Date.now() - since).toBeLessThan(3000);
		await end();
		expect(readFileSync(join(c.run.logs, 'earthly/iso/console.log'), 'utf8')).toContain('Canceled');
	});

	test('is not begun on a daemon of another machine, nor on a remote host that fails its probe', async () => {
		const {c, end} = await prepare('success-cached', 0, {runner: 'managed'});
		const elsewhere = {...c, host: {...c.host, env: {...c.host.env, DOCKER_HOST: 'tcp://10.0.0.1:2376'}}};
		await expect(runEarthly(elsewhere, request)).rejects.toMatchObject({code: 'docker-elsewhere', exit: 'host'});
		const remote = {
			...c,
			settings: {...c.settings, runner: 'remote' as const, buildkitHosts: 'bk.invalid', buildkitInsecure: true},
		};
		await expect(runEarthly(remote, request)).rejects.toMatchObject({code: 'no-buildkit-host'});
		await end();
	});
});
