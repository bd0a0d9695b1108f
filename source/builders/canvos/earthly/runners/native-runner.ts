import {join} from 'node:path';
import {FixableError} from '../../../../errors.ts';
import type {Host} from '../../../../host/host.ts';
import {stopContainer} from '../../docker/containers.ts';
import {earthlyArguments, earthlyConfig} from './earthly-config.ts';
import type {Runner} from './runner-type.ts';
import {buildAlone, makeEarthlyHome, stateFolder, turnToBuild} from './state-folder.ts';

const installation = 'edge-builder-native';
const turn = 'native-buildkit';
const buildkitContainer = `${installation}-buildkitd`;

/** Earthly, and its successor EarthBuild. */
const programs = ['earthly', 'earth', 'earthbuild'];

/** An installed Earthly 0.8 with a BuildKit container of its own name. */
export const nativeRunner: Runner = {
	id: 'native',
	title: 'Installed Earthly',
	cache: {volume: `${installation}-cache`, container: buildkitContainer, lock: host => turnToBuild(host, turn)},
	async checks({host, signal}) {
		const check = {id: 'earthly', title: 'Earthly is installed'} as const;
		const found = await findEarthly(host, signal);
		if (!found) {
			const hint =
				'Install Earthly 0.8 (https://github.com/earthly/earthly/releases) or EarthBuild, or use --runner managed.';
			return [{...check, verdict: 'fail', detail: `none of ${programs.join(', ')} is on PATH`, hint}];
		}
		const detail = `${found.program} ${found.version ?? 'of unknown version'}`;
		return found.version?.startsWith('0.8.')
			? [{...check, verdict: 'pass', detail}]
			: [
					{
						...check,
						verdict: 'warn',
						detail,
						hint: 'CanvOS is made for 0.8; other versions may read its Earthfile differently.',
					},
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

async function findEarthly(host: Host, signal?: AbortSignal) {
	for (const name of programs) {
		const program = await host.which(name);
		if (program === undefined) continue;
		const version = await host
			.run({program, args: ['--version'], timeoutMs: 10_000, signal})
			.then(({stdout, stderr}) => /\bv?(\d+\.\d+\.\d+)/.exec(`${stdout}${stderr}`)?.[1])
			.catch(() => undefined);
		return {program, version};
	}
	return undefined;
}
