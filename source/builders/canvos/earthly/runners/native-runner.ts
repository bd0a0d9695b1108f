import {join} from 'node:path';
import {FixableError} from '../../../../errors.ts';
import type {Host} from '../../../../host/host.ts';
import type {CheckResult} from '../../../../pipeline/events.ts';
import type {HostCheckContext} from '../../../builder.ts';
import {stopContainer} from '../../docker/containers.ts';
import {checkPort, ensurePort} from './buildkit-port.ts';
import {earthlyArguments, earthlyConfig} from './earthly-config.ts';
import {ensureImage} from './earthly-images.ts';
import type {Runner} from './runner-type.ts';
import {buildAlone, makeEarthlyHome, stateFolder, turnToBuild} from './state-folder.ts';

const installation = 'edge-builder-native';
const turn = 'native-buildkit';
const buildkitContainer = `${installation}-buildkitd`;

const kept = {installation, container: buildkitContainer};

/** Earthly, and its successor EarthBuild. */
const programs = ['earthly', 'earth', 'earthbuild'];

/** An installed Earthly 0.8 with a BuildKit container of its own name. */
export const nativeRunner: Runner = {
	id: 'native',
	title: 'Installed Earthly',
	cache: {volume: `${installation}-cache`, container: buildkitContainer, lock: host => turnToBuild(host, turn)},
	async checks(c) {
		const {host, signal} = c;
		const check = {id: 'earthly', title: 'Earthly is installed'} as const;
		const found = await findEarthly(host, signal);
		if (!found) {
			const hint =
				'Install Earthly 0.8 (https://github.com/earthly/earthly/releases) or EarthBuild, or use --runner managed.';
			return [{...check, verdict: 'fail', detail: `none of ${programs.join(', ')} is on PATH`, hint}];
		}
		const detail = `${found.program} ${found.version ?? 'of unknown version'}`;
		const hint = 'CanvOS is made for 0.8; other versions may read its Earthfile differently.';
		return [
			found.version?.startsWith('0.8.')
				? {...check, verdict: 'pass', detail}
				: {...check, verdict: 'warn', detail, hint},
			await checkImage(c, found.image),
			await checkPort(c, kept),
		];
	},
	async prepare(c, build) {
		const {host, run, settings, signal} = c;
		const found = await findEarthly(host, signal);
		if (!found) {
			throw new FixableError('earthly-missing', 'Earthly is not installed', {
				hint: 'Install Earthly 0.8, or use --runner managed, which needs nothing but Docker.',
				exit: 'host',
			});
		}
		const home = stateFolder(host, 'earthly-native');
		await makeEarthlyHome(host, home, installation);
		const config = join(home, 'config.yml');
		await host.files.write(config, earthlyConfig(settings, {ownImage: false}), {mode: 0o600});
		if (!settings.keepBuildkit)
			c.cleanup.add('BuildKit', async () => void (await stopContainer({host}, buildkitContainer)));
		// Nothing tells whether another build still uses this BuildKit, so that it could be stopped: one build at a time.
		const endTurn = await buildAlone(c, turn, 'Waiting for another native build to end.');
		// Earthly pulls it in silence, for minutes; only what it is pulled from is told here, and mirrors are tried.
		if (found.image !== undefined) await ensureImage(c, found.image);
		await ensurePort(c, kept);
		const logStream = join(build.logFolder, 'logstream.json');
		return {
			command: {
				program: found.program,
				args: earthlyArguments(build, {config, logStream, installation}),
				cwd: run.tree,
				env: {HOME: home, DOCKER_CONFIG: host.env.DOCKER_CONFIG || join(host.machine.user.home, '.docker')},
			},
			logStream,
			stop: async () => undefined,
			afterwards: endTurn,
		};
	},
};

type Found = {
	program: string;
	version?: string /** BuildKit's, where it is known which one that is. */;
	image?: string;
};

async function findEarthly(host: Host, signal?: AbortSignal): Promise<Found | undefined> {
	for (const name of programs) {
		const program = await host.which(name);
		if (program === undefined) continue;
		const says = await host
			.run({program, args: ['--version'], timeoutMs: 10_000, signal})
			.then(({stdout, stderr}) => `${stdout}${stderr}`)
			.catch(() => '');
		// Releases of Earthly start the BuildKit of their own version; its successors have theirs elsewhere.
		const release = /^earthly version (v\d+\.\d+\.\d+)\b/m.exec(says)?.[1];
		return {
			program,
			version: /\bv?(\d+\.\d+\.\d+)/.exec(says)?.[1],
			...(release !== undefined && {image: `docker.io/earthly/buildkitd:${release}`}),
		};
	}
	return undefined;
}

/** Names the image that such a build takes besides those of CanvOS. */
async function checkImage({host, signal}: HostCheckContext, image: string | undefined): Promise<CheckResult> {
	const check = {id: 'earthly-buildkit', title: 'BuildKit of the installed Earthly'} as const;
	if (image === undefined) {
		const hint = 'The program pulls its own by itself, when the build begins.';
		return {...check, verdict: 'warn', detail: 'not known which image it is', hint};
	}
	const args = ['image', 'inspect', '--format', '{{.Id}}', image];
	const isHere = await host
		.run({program: 'docker', args, exitCodes: [0, 1], timeoutMs: 20_000, signal})
		.then(({exitCode}) => exitCode === 0)
		.catch(() => false);
	signal?.throwIfAborted();
	return {...check, verdict: 'pass', detail: isHere ? `${image} is in Docker` : `${image} is pulled before the build`};
}
