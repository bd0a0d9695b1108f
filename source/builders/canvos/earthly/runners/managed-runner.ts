import {join} from 'node:path';
import {FixableError} from '../../../../errors.ts';
import type {Host} from '../../../../host/host.ts';
import {waitForLock} from '../../../../host/wait-for-lock.ts';
import type {StepContext} from '../../../../pipeline/step.ts';
import {buildsOf, endContainer, isRunning, stopContainer} from '../../docker/containers.ts';
import {dockerSocket} from '../../docker/daemon-socket.ts';
import {checkPort, ensurePort} from './buildkit-port.ts';
import {clientArguments} from './client-container.ts';
import {earthlyConfig} from './earthly-config.ts';
import {buildkitImage, earthlyImage, ensureImage} from './earthly-images.ts';
import type {Runner} from './runner-type.ts';
import {makeEarthlyHome, stateFolder} from './state-folder.ts';

/** Gives container, volume and loopback port of our BuildKit names of their own; a user's Earthly isn't touched. */
const installation = 'edge-builder';
/** The BuildKit container that Earthly keeps. */
const buildkitContainer = `${installation}-buildkitd`;

const kept = {installation, container: buildkitContainer};

const turnOf = (host: Host) => stateFolder(host, 'turns', 'managed-buildkit');

/** Earthly in an unprivileged container of its own; BuildKit in one that Earthly keeps, shared by all our runs. */
export const managedRunner: Runner = {
	id: 'managed',
	title: 'Managed BuildKit',
	cache: {volume: `${installation}-cache`, container: buildkitContainer, lock: turnOf, users: buildsOf('managed')},
	checks: async c => [await checkPort(c, kept)],
	async prepare(c, build) {
		const {host, signal, run} = c;
		const socket = await dockerSocket(c);
		await ensureImage(c, earthlyImage(c.settings));
		await ensureImage(c, buildkitImage(c.settings));
		const home = stateFolder(host, 'earthly');
		await makeEarthlyHome(host, home, installation);
		if (!c.settings.keepBuildkit) c.cleanup.add('BuildKit', async () => void (await stopIdleBuildkit(host)));
		const endTurn = await waitForLock(turnOf(host), {signal});
		// Until our container is listed another run's end could take BuildKit for idle.
		c.cleanup.add('the turn of starting a build', endTurn);
		try {
			await writeSharedConfig(c, join(home, 'config.yml'));
			await ensurePort(c, kept);
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
export async function stopIdleBuildkit(host: Host): Promise<boolean> {
	const endTurn = await waitForLock(turnOf(host));
	try {
		const users = await buildsOf('managed')(host);
		return users.length === 0 && (await stopContainer({host}, buildkitContainer));
	} finally {
		await endTurn();
	}
}

// Earthly restarts BuildKit when its configuration changed, which would end the builds of others.
async function writeSharedConfig({host, settings, signal}: StepContext, file: string) {
	const wanted = earthlyConfig(settings);
	if ((await host.files.readText(file)) === wanted) return;
	const users = await buildsOf('managed')(host, signal);
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
}

async function untilListed(host: Host, name: string, ended: Promise<unknown>) {
	let over = false;
	ended.catch(() => undefined).finally(() => (over = true));
	// A daemon that doesn't answer ends the build soon, and that is told better there.
	while (!over && !(await isRunning({host}, name).catch(() => false))) await host.sleep(100);
}
