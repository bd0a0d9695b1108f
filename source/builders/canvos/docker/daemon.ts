import {FixableError} from '../../../errors.ts';
import type {Host} from '../../../host/host.ts';
import {dockerInfo} from './info.ts';

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
export const dockerSocket = async ({host, signal}: With): Promise<DockerSocket> => {
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
			hint: 'Start it (`sudo systemctl start docker`), or run `edge-builder doctor`.',
			exit: 'host',
		});
	}
	const {SecurityOptions = [], DockerRootDir} = answer.info;
	const {stdout} = await host.run({program: 'stat', args: ['--dereference', '--format=%g', '--', path], signal});
	const {uid, gid} = host.machine.user;
	// In rootless mode the container's root is the caller.
	const user = SecurityOptions.some(option => option.includes('name=rootless')) ? '0:0' : `${uid}:${gid}`;
	return {path, gid: Number(stdout.trim()), user, root: DockerRootDir};
};

const contextAddress = async ({host, signal}: With) => {
	const {stdout} = await host.run({
		program: 'docker',
		args: ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'],
		what: 'Looking for the Docker daemon',
		signal,
	});
	return stdout.trim();
};

/** Names of the containers that match all filters (`label=…`, `name=…`), running ones only unless `all`. */
export const containerNames = async (
	{host, signal}: With,
	filters: readonly string[],
	{all = false}: {all?: boolean} = {},
): Promise<string[]> => {
	const {stdout} = await host.run({
		program: 'docker',
		args: ['ps', ...(all ? ['--all'] : []), '--format', '{{.Names}}', ...filters.flatMap(f => ['--filter', f])],
		what: 'Listing containers',
		signal,
	});
	return stdout.split('\n').filter(Boolean);
};

/** Whether a container of exactly that name runs. `docker stop` alone would also take a prefix of an id. */
export const isRunning = async (c: With, name: string) =>
	(await containerNames(c, [`name=^/?${name}$`])).includes(name);

/** Stops the container of exactly that name, if it runs. */
export const stopContainer = async (c: With, name: string, {graceSeconds = 10}: {graceSeconds?: number} = {}) => {
	if (!(await isRunning(c, name))) return false;
	// Gone in the meantime is as good as stopped.
	await c.host.run({program: 'docker', args: ['stop', '--time', String(graceSeconds), name], exitCodes: [0, 1]});
	return true;
};

/** Stops a container of ours and waits until it is gone, also where its `docker run --rm` was killed. */
export const endContainer = async ({host}: {host: Host}, name: string) => {
	const filters = [`name=^/?${name}$`];
	await stopContainer({host}, name, {graceSeconds: 4});
	// Docker removes it by itself, but after the stop has returned.
	for (let tries = 0; tries < 50; tries++) {
		if (!(await containerNames({host}, filters, {all: true})).includes(name)) return;
		if (tries === 20) await host.run({program: 'docker', args: ['rm', '--force', name], exitCodes: [0, 1]});
		await host.sleep(100);
	}
};

/** Pulls an image that isn't here yet; its progress goes to `onLines`. */
export const ensureImage = async (
	{host, signal, onLines}: With & {onLines?(text: string): void},
	reference: string,
): Promise<void> => {
	const {exitCode} = await host.run({
		program: 'docker',
		args: ['image', 'inspect', '--format', '{{.Id}}', reference],
		exitCodes: [0, 1],
		signal,
	});
	if (exitCode === 0) return;
	await host.run({program: 'docker', args: ['pull', reference], what: `Pulling ${reference}`, onLines, signal});
};
