import {join} from 'node:path';
import {FixableError} from '../../../../errors.ts';
import type {Host} from '../../../../host/host.ts';
import type {StepContext} from '../../../../pipeline/step.ts';
import {
	containerNames,
	dockerSocket,
	endContainer,
	ensureImage,
	isRunning,
	stopContainer,
} from '../../docker/daemon.ts';
import {runnerLabel} from '../../docker/labels.ts';
import {takeTurn} from '../../docker/turn.ts';
import {earthlyConfig} from '../config.ts';
import {earthlyImage} from '../images.ts';
import {clientArguments} from './client-container.ts';
import type {Runner} from './runner.ts';
import {makeEarthlyHome, stateFolder} from './state-folder.ts';

/** Gives container, volume and loopback port of our BuildKit names of their own; a user's Earthly isn't touched. */
const installation = 'edge-builder';
/** The BuildKit container that Earthly keeps, and its cache volume. */
export const managedBuildkit = {container: `${installation}-buildkitd`, volume: `${installation}-cache`} as const;

const turn = 'managed-buildkit';

/** Earthly in an unprivileged container of its own; BuildKit in one that Earthly keeps, shared by all our runs. */
export const managedRunner: Runner = {
	id: 'managed',
	title: 'Managed BuildKit',
	checks: async () => [],
	async prepare(c, build) {
		const {host, signal, run} = c;
		const socket = await dockerSocket(c);
		await ensureImage({host, signal, onLines: text => c.report.log({stream: 'out', text})}, earthlyImage(c.settings));
		const home = stateFolder(host, 'earthly');
		await makeEarthlyHome(host, home, installation);
		if (!c.settings.keepBuildkit) c.cleanup.add('BuildKit', async () => void (await stopIdleBuildkit(host)));
		const endTurn = await takeTurn(turn, {signal});
		// Until our container is listed another run's end could take BuildKit for idle.
		c.cleanup.add('the turn of starting a build', endTurn);
		try {
			await writeSharedConfig(c, join(home, 'config.yml'));
		} catch (error) {
			await endTurn();
			throw error;
		}
		return {
			command: {
				program: 'docker',
				args: clientArguments(c, build, {runner: 'managed', socket, home, installation, config: 'config.yml'}),
				cwd: run.tree,
			},
			logStream: join(build.logFolder, 'logstream.json'),
			imageFolder: socket.root,
			async started(ended) {
				await untilListed(host, build.container, ended);
				await endTurn();
			},
			stop: () => endContainer({host}, build.container),
			afterwards: endTurn,
		};
	},
};

/** Stops our BuildKit container unless a run of ours still uses it; its cache stays. Starting it again takes a second. */
export const stopIdleBuildkit = async (host: Host): Promise<boolean> => {
	const endTurn = await takeTurn(turn);
	try {
		const users = await containerNames({host}, [`label=${runnerLabel}=managed`]);
		return users.length === 0 && (await stopContainer({host}, managedBuildkit.container));
	} finally {
		await endTurn();
	}
};

// Earthly restarts BuildKit when its configuration changed, which would end the builds of others.
const writeSharedConfig = async ({host, settings, signal}: StepContext, file: string) => {
	const wanted = earthlyConfig(settings);
	if ((await host.files.readText(file)) === wanted) return;
	const users = await containerNames({host, signal}, [`label=${runnerLabel}=managed`]);
	if (users.length > 0) {
		throw new FixableError(
			'buildkit-settings-busy',
			`Another build (${users[0]}) uses BuildKit with other mirrors, CA or proxies`,
			{
				hint: 'Wait for it to end, or give both runs the same settings.',
				exit: 'locked',
			},
		);
	}
	await host.files.write(file, wanted, {mode: 0o600});
};

const untilListed = async (host: Host, name: string, ended: Promise<unknown>) => {
	let over = false;
	ended.catch(() => undefined).finally(() => (over = true));
	// A daemon that doesn't answer ends the build soon, and that is told better there.
	while (!over && !(await isRunning({host}, name).catch(() => false))) await host.sleep(100);
};
