import {FixableError} from '../../../errors.ts';
import type {Host} from '../../../host/host.ts';
import {dockerInfo, isRootless} from './daemon-info.ts';

/** Where the Docker daemon listens, and how a container may use it. */
export type DockerSocket = {
	/** Absolute path on this machine. */
	path: string;
	/** Group that may use it. */
	gid: number;
	/** The user that a container has to be for its files to belong to the caller: `UID:GID`. */
	user: string;
	/** Where the daemon keeps images and volumes, as it says. */
	root?: string;
};

type With = {host: Host; signal?: AbortSignal};

/**
 * The socket of the daemon that `docker` talks to.
 * @throws {FixableError} `docker-elsewhere` when the daemon is on another machine, whose folders can't be mounted.
 */
export async function dockerSocket({host, signal}: With): Promise<DockerSocket> {
	const [address, answer] = await Promise.all([
		host.env.DOCKER_HOST || contextAddress({host, signal}),
		dockerInfo({host, signal}),
	]);
	const [, path] = /^unix:\/\/(\/.+)$/.exec(address) ?? [];
	if (path === undefined) {
		throw new FixableError('docker-elsewhere', `Docker listens at ${address}, not at a socket of this machine`, {
			hint: 'The build mounts folders of this machine into containers: use a local daemon (`docker context use default`), or --runner native.',
			exit: 'host',
		});
	}
	if ('problem' in answer) {
		throw new FixableError('docker-unusable', `Docker does not answer: ${answer.problem}`, {
			hint: answer.hint,
			exit: 'host',
		});
	}
	const {stdout} = await host.run({program: 'stat', args: ['--dereference', '--format=%g', '--', path], signal});
	const {uid, gid} = host.machine.user;
	// In rootless mode the container's root is the caller.
	const user = isRootless(answer.info) ? '0:0' : `${uid}:${gid}`;
	return {path, gid: Number(stdout.trim()), user, root: answer.info.DockerRootDir};
}

async function contextAddress({host, signal}: With) {
	const {stdout} = await host.run({
		program: 'docker',
		args: ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'],
		what: 'Looking for the Docker daemon',
		signal,
	});
	return stdout.trim();
}
