import {join} from 'node:path';
import type {StepContext} from '../../../../pipeline/step.ts';
import {buildsOf, endContainer, giveTreeToCaller} from '../../docker/containers.ts';
import {dockerSocket} from '../../docker/daemon-socket.ts';
import {bindMount, runAs, volumeMount} from '../../docker/run-arguments.ts';
import {buildkitToml, earthlyArguments, proxyEnvironment, unlimitedLog} from './earthly-config.ts';
import {earthlyImage, ensureImage} from './earthly-images.ts';
import type {EarthlyBuild, Runner} from './runner-type.ts';
import {buildAlone, turnToBuild} from './state-folder.ts';

/** The cache of the BuildKit inside; only one run at a time can use it. */
const cacheVolume = 'edge-builder-container-cache';
const turn = 'container-cache';

const caInside = '/etc/edge-builder/ca.pem';

/** One privileged container with Earthly and a BuildKit of its own, on a named cache volume. */
export const containerRunner: Runner = {
	id: 'container',
	title: 'One privileged container',
	cache: {volume: cacheVolume, lock: host => turnToBuild(host, turn), users: buildsOf('container')},
	async checks({host, signal}) {
		const users = await buildsOf('container')(host, signal).catch(() => []);
		const check = {id: 'buildkit-cache', title: 'Build cache is free'} as const;
		return users.length === 0
			? [{...check, verdict: 'pass'}]
			: [
					{
						...check,
						verdict: 'fail',
						detail: `${users.join(', ')} uses it`,
						why: 'Two BuildKits cannot share a cache; the second one fails after a minute.',
						hint: 'Wait for that build to end, or use --runner managed.',
					},
				];
	},
	async prepare(c, build) {
		const {host, run} = c;
		const {path, root} = await dockerSocket(c);
		const image = earthlyImage(c.settings);
		await ensureImage(c, image);
		const endTurn = await buildAlone(c, turn, 'Waiting for another build to leave the cache volume.');
		const marker = join(run.temporary, 'do-not-login-automatically');
		await host.files.write(marker, '');
		return {
			command: {
				program: 'docker',
				args: containerArguments(c, build, {socket: path, marker}),
				cwd: run.tree,
				env: containerEnvironment(c),
			},
			logStream: join(build.logFolder, 'logstream.json'),
			imageFolder: root,
			stop: () => endContainer({host}, build.container),
			async afterwards() {
				await endTurn();
				await giveTreeToCaller(c, image);
			},
		};
	},
};

/** Values go by the environment of the docker client, so that none (a proxy's password) is on a command line. */
function containerEnvironment({settings}: Pick<StepContext, 'settings'>): Record<string, string> {
	const toml = buildkitToml(settings, settings.caFile === '' ? undefined : caInside);
	return {
		...Object.fromEntries(unlimitedLog.map(entry => entry.split('='))),
		...proxyEnvironment(settings),
		GLOBAL_CONFIG: '{disable_analytics: true}',
		// BuildKit's own port answers at once; the real login service is gone and would be tried for 18 seconds.
		EARTHLY_SERVER_ADDRESS: 'http://127.0.0.1:8371',
		...(toml !== '' && {EARTHLY_ADDITIONAL_BUILDKIT_CONFIG: toml}),
	};
}

/** `docker run` of the image as it is: its entry point starts BuildKit, then Earthly. */
export const containerArguments = (
	c: Pick<StepContext, 'run' | 'settings'>,
	build: EarthlyBuild,
	{socket, marker}: {socket: string; marker: string},
): string[] => [
	...runAs(build.container, {runId: c.run.id, runner: 'container'}),
	'--privileged',
	...bindMount(socket, '/var/run/docker.sock'),
	...volumeMount(cacheVolume, '/tmp/earthly'),
	...bindMount(c.run.tree, '/workspace'),
	...bindMount(build.logFolder, '/logs'),
	...bindMount(marker, '/root/.earthly/do-not-login-automatically', {readOnly: true}),
	...bindMount(join(build.logins, 'config.json'), '/root/.docker/config.json', {readOnly: true}),
	...(c.settings.caFile === '' ? [] : bindMount(c.settings.caFile, caInside, {readOnly: true})),
	...Object.keys(containerEnvironment(c)).flatMap(name => ['--env', name]),
	earthlyImage(c.settings),
	...earthlyArguments(build, {logStream: '/logs/logstream.json'}),
];
