import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {registryHost} from '../../../../../source/builders/canvos/docker/image-reference.ts';
import {registriesOf} from '../../../../../source/builders/canvos/docker/registries.ts';
import {clientArguments} from '../../../../../source/builders/canvos/earthly/runners/client-container.ts';
import {
	buildkitToml,
	earthlyArguments,
	earthlyConfig,
	proxyEnvironment,
} from '../../../../../source/builders/canvos/earthly/runners/earthly-config.ts';
import {containerArguments} from '../../../../../source/builders/canvos/earthly/runners/privileged-container.ts';
import {
	environmentFile,
	scriptArguments,
	whyPortOpens,
} from '../../../../../source/builders/canvos/earthly/runners/upstream-script-runner.ts';
import {runFolderOf, workspaceAt} from '../../../../../source/pipeline/workspace.ts';
import type {Settings} from '../../../../../source/settings/settings.ts';
import {canvosSettings} from '../../canvos-settings.ts';

const run = runFolderOf(workspaceAt('/work space'), 'run-1');
const build = {
	target: '+iso' as const,
	args: {ARCH: 'amd64', K8S_VERSION: '1.34.2'},
	container: 'edge-builder-run-1-iso',
	logFolder: '/work space/logs',
	logins: '/logins',
};
const socket = {path: '/run/docker.sock', gid: 998, user: '1000:1000'};

/** Values of an option that may come several times. */
const all = (args: readonly string[], option: string) =>
	args.flatMap((arg, at) => (arg === option ? [args[at + 1]] : []));

describe('Earthly’s arguments', () => {
	test('are options, then the target, then the build arguments, each one argument', () => {
		expect(earthlyArguments({...build, args: {ARCH: 'a b;$(c)'}}, {config: '/c', logStream: '/l'})).toEqual([
			'--config',
			'/c',
			'--allow-privileged',
			'--logstream-debug-file',
			'/l',
			'+iso',
			'--ARCH=a b;$(c)',
		]);
	});
});

describe('the managed client', () => {
	const settings = canvosSettings();
	const options = {
		runner: 'managed',
		socket,
		home: '/state',
		installation: 'edge-builder',
		config: 'config.yml',
	} as const;
	const args = clientArguments({run, settings}, build, options);

	test('has no privileges, publishes no port and runs as the caller', () => {
		expect(args).not.toContain('--privileged');
		expect(args.some(arg => arg === '-p' || arg.startsWith('--publish'))).toBe(false);
		expect(all(args, '--user')).toEqual(['1000:1000']);
		expect(all(args, '--group-add')).toEqual(['998']);
		expect(all(args, '--entrypoint')).toEqual(['/usr/bin/earthly']);
	});

	test('is found by its label and its exact name', () => {
		expect(all(args, '--label')).toEqual(['edge-builder.run=run-1', 'edge-builder.runner=managed']);
		expect(all(args, '--name')).toEqual(['edge-builder-run-1-iso']);
	});

	test('sees the tree, its logins and its logs, and nothing else of the workspace', () => {
		expect(all(args, '--mount')).toEqual([
			'type=bind,source=/run/docker.sock,target=/var/run/docker.sock',
			`type=bind,source=${run.tree},target=/workspace`,
			'type=bind,source=/state,target=/home/builder',
			'type=bind,source=/logins,target=/home/builder/.docker,readonly',
			'type=bind,source=/work space/logs,target=/logs',
		]);
	});

	test('pulls Earthly from the mirror that SPECTRO_PUB_REPO names', () => {
		const mirrored = clientArguments(
			{run, settings: canvosSettings({spectroPubRepo: 'mirror.example.com/p'})},
			build,
			options,
		);
		expect(mirrored).toContain('mirror.example.com/p/third-party/edge/earthly/earthly:v0.8.15');
	});
});

describe('the one container', () => {
	test('is privileged on a named cache volume, and no value is on its command line', () => {
		const settings = canvosSettings({httpProxy: 'http://user:secret@proxy:3128'});
		const args = containerArguments({run, settings}, build, {socket: '/run/docker.sock', marker: '/m'});
		expect(args).toContain('--privileged');
		expect(all(args, '--mount')).toContain('type=volume,source=edge-builder-container-cache,target=/tmp/earthly');
		expect(all(args, '--mount')).toContain(
			'type=bind,source=/m,target=/root/.earthly/do-not-login-automatically,readonly',
		);
		expect(args.join(' ')).not.toContain('secret');
		expect(all(args, '--env')).toEqual(
			expect.arrayContaining(['HTTP_PROXY', 'BUILDKIT_STEP_LOG_MAX_SIZE', 'GLOBAL_CONFIG']),
		);
		expect(args.some(arg => arg === '-p' || arg.startsWith('--publish') || arg === 'host')).toBe(false);
	});
});

describe('the upstream script', () => {
	test('gets its arguments as they are, and the event log outside of the build context', () => {
		expect(scriptArguments(build)).toEqual(['+iso', '--ARCH=amd64', '--K8S_VERSION=1.34.2']);
		expect(environmentFile).toContain('EARTHLY_LOGSTREAM_DEBUG_FILE=/workspace/local/logstream.json\n');
	});

	test('is refused wherever it would open BuildKit to the network', () => {
		const why = (more: Partial<Settings>, certificates: string[] = []) =>
			whyPortOpens(canvosSettings(more), certificates);
		expect(why({})).toBeUndefined();
		expect(why({httpsProxy: 'http://proxy:3128'})).toMatch(/proxy/);
		expect(why({}, ['corp.pem'])).toMatch(/corp\.pem/);
		expect(['v4.5.3', 'v4.5.10'].map(canvosRef => why({canvosRef}))).toEqual([expect.any(String), expect.any(String)]);
		expect(['v4.5.11', 'v4.5.14', 'v4.8.10', 'main'].map(canvosRef => why({canvosRef}))).toEqual([
			undefined,
			undefined,
			undefined,
			undefined,
		]);
	});
});

describe('Earthly’s configuration', () => {
	const globalOf = (...args: Parameters<typeof earthlyConfig>) =>
		(parse(earthlyConfig(...args)) as {global: Record<string, unknown>}).global;

	test('keeps all output, and is the same text for the same settings', () => {
		const config = globalOf(canvosSettings());
		expect(config).toMatchObject({
			disable_analytics: true,
			buildkit_image: 'us-docker.pkg.dev/palette-images/third-party/edge/earthly/buildkitd:v0.8.15',
			buildkit_additional_args: ['-e', 'BUILDKIT_STEP_LOG_MAX_SPEED=-1', '-e', 'BUILDKIT_STEP_LOG_MAX_SIZE=-1'],
		});
		// A preset's name or an image tag must not restart the daemon that others use.
		expect(earthlyConfig(canvosSettings({customTag: 'one', isoName: 'a'}))).toBe(
			earthlyConfig(canvosSettings({customTag: 'two', isoName: 'b'})),
		);
	});

	test('tells BuildKit the mirrors, the CA and the registries of this machine', () => {
		const settings = canvosSettings({
			registryMirrors: 'quay.io=mirror.example.com/quay,docker.io=mirror.example.com',
			caFile: '/etc/corp.pem',
			imageRegistry: 'localhost:5000',
		});
		const config = globalOf(settings);
		expect(config.buildkit_additional_args).toEqual(
			expect.arrayContaining(['-v', '/etc/corp.pem:/etc/edge-builder/ca.pem:ro']),
		);
		const toml = String(config.buildkit_additional_config);
		expect(toml).toContain(
			'[registry."quay.io"]\nmirrors = ["mirror.example.com/quay"]\nca = ["/etc/edge-builder/ca.pem"]',
		);
		expect(toml).toContain('[registry."localhost:5000"]\nhttp = true');
		expect(buildkitToml(canvosSettings(), undefined)).toBe('');
	});

	test('asks a mirror by plain HTTP where that was said, and on this machine', () => {
		const toml = buildkitToml(
			canvosSettings({
				registryMirrors: 'quay.io=http://m.lan:5000/q,docker.io=https://tls.lan/d,docker.io=127.0.0.1:5000',
			}),
			undefined,
		);
		expect(toml).toContain('[registry."quay.io"]\nmirrors = ["m.lan:5000/q"]');
		expect(toml).toContain('[registry."docker.io"]\nmirrors = ["tls.lan/d","127.0.0.1:5000"]');
		expect(toml.match(/\[registry\."[^"]+"\]\nhttp = true/g)).toEqual([
			'[registry."m.lan:5000"]\nhttp = true',
			'[registry."127.0.0.1:5000"]\nhttp = true',
		]);
	});

	test('for a remote BuildKit names host and certificates, and drops TLS only when told to', () => {
		const remote = {address: 'tcp://bk1.lab:8372', certificates: '/certificates'};
		expect(globalOf(canvosSettings(), {remote})).toEqual({
			disable_analytics: true,
			buildkit_host: 'tcp://bk1.lab:8372',
			buildkit_restart_timeout_s: 10,
			tlsca: '/certificates/ca_cert.pem',
			tlscert: '/certificates/earthly_cert.pem',
			tlskey: '/certificates/earthly_key.pem',
		});
		expect(globalOf(canvosSettings(), {remote: {address: remote.address}})).toMatchObject({tls_enabled: false});
	});

	test('has proxies in both spellings, NO_PROXY only with one of them', () => {
		expect(proxyEnvironment(canvosSettings({httpsProxy: 'http://p:1', noProxy: 'a'}))).toEqual({
			https_proxy: 'http://p:1',
			HTTPS_PROXY: 'http://p:1',
			no_proxy: 'a',
			NO_PROXY: 'a',
		});
		expect(proxyEnvironment(canvosSettings({noProxy: 'a'}))).toEqual({});
	});
});

test('the registries of a build are those of its images and mirrors, each once', () => {
	const settings = canvosSettings({
		imageRegistry: 'ttl.sh',
		spectroPubRepo: 'us-docker.pkg.dev/x',
		registryMirrors: 'quay.io=m.lab:5000/q',
	});
	expect(registriesOf(settings)).toEqual(['us-docker.pkg.dev', 'quay.io', 'docker.io', 'ttl.sh', 'm.lab:5000']);
	expect(['ubuntu/x', 'a.lab/x', 'https://a.lab/x', 'localhost/x', 'h:5000', 'a.lab'].map(registryHost)).toEqual([
		'docker.io',
		'a.lab',
		'a.lab',
		'localhost',
		'h:5000',
		'a.lab',
	]);
});
