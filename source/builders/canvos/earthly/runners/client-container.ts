import type {StepContext} from '../../../../pipeline/step.ts';
import type {DockerSocket} from '../../docker/daemon-socket.ts';
import {bindMount, runAs} from '../../docker/run-arguments.ts';
import {earthlyArguments} from './earthly-config.ts';
import {earthlyImage} from './earthly-images.ts';
import type {EarthlyBuild, Runner} from './runner-type.ts';

const homeInside = '/home/builder';

/**
 * `docker run` of the Earthly program alone, as the caller, without privileges: the image's entry point is replaced, so
 * it acts like a natively installed one. `--network host` lets it reach a BuildKit that listens on loopback only.
 */
export const clientArguments = (
	{run, settings}: Pick<StepContext, 'run' | 'settings'>,
	build: EarthlyBuild,
	{
		runner,
		socket,
		home,
		installation,
		config,
		certificates,
	}: {
		runner: Runner['id'];
		socket: DockerSocket;
		home: string;
		installation: string;
		/** Name of the config file in `home`. */
		config: string;
		/** Folder of the certificates for a remote BuildKit. */
		certificates?: string;
	},
): string[] => [
	...runAs(build.container, {runId: run.id, runner}),
	'--network',
	'host',
	'--user',
	socket.user,
	'--group-add',
	String(socket.gid),
	'--entrypoint',
	'/usr/bin/earthly',
	'--env',
	`HOME=${homeInside}`,
	'--env',
	`EARTHLY_INSTALLATION_NAME=${installation}`,
	// Images come from a remote BuildKit's registry then: only missing layers, instead of a tar of everything.
	...(runner === 'remote' ? ['--env', 'EARTHLY_DISABLE_REMOTE_REGISTRY_PROXY=false'] : []),
	...bindMount(socket.path, '/var/run/docker.sock'),
	...bindMount(run.tree, '/workspace'),
	...bindMount(home, homeInside),
	...bindMount(build.logins, `${homeInside}/.docker`, {readOnly: true}),
	...bindMount(build.logFolder, '/logs'),
	...(certificates === undefined ? [] : bindMount(certificates, certificatesInside, {readOnly: true})),
	'--workdir',
	'/workspace',
	earthlyImage(settings),
	...earthlyArguments(build, {config: `${homeInside}/${config}`, logStream: '/logs/logstream.json'}),
];

/** Where the certificates are inside the client container. */
export const certificatesInside = '/certificates';
