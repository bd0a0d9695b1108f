import type {Host} from '../../../host/host.ts';
import type {StepContext} from '../../../pipeline/step.ts';
import {linesOf} from '../../../text/lines.ts';
import {bindMount, containerName, runAs, runnerLabel} from './run-arguments.ts';

type With = {host: Host; signal?: AbortSignal};

/** Names of the containers that match all filters (`label=…`, `name=…`), running ones only unless `all`. */
export async function containerNames(
	{host, signal}: With,
	filters: readonly string[],
	{all = false}: {all?: boolean} = {},
): Promise<string[]> {
	const {stdout} = await host.run({
		program: 'docker',
		args: ['ps', ...(all ? ['--all'] : []), '--format', '{{.Names}}', ...filters.flatMap(f => ['--filter', f])],
		what: 'Listing containers',
		signal,
	});
	return linesOf(stdout);
}

/** Names of the containers in which builds of this runner go on, of whatever workspace. */
export const buildsOf =
	(runner: string) =>
	(host: Host, signal?: AbortSignal): Promise<string[]> =>
		containerNames({host, signal}, [`label=${runnerLabel}=${runner}`]);

/** Whether a container of exactly that name runs. `docker stop` alone would also take a prefix of an id. */
export const isRunning = async (c: With, name: string) =>
	(await containerNames(c, [`name=^/?${name}$`])).includes(name);

/** Stops the container of exactly that name, if it runs. */
export async function stopContainer(c: With, name: string, {graceSeconds = 10}: {graceSeconds?: number} = {}) {
	if (!(await isRunning(c, name))) return false;
	// Gone in the meantime is as good as stopped.
	await c.host.run({program: 'docker', args: ['stop', '--time', String(graceSeconds), name], exitCodes: [0, 1]});
	return true;
}

/** Stops a container of ours and waits until it is gone, also where its `docker run --rm` was killed. */
export async function endContainer({host}: {host: Host}, name: string) {
	const filters = [`name=^/?${name}$`];
	await stopContainer({host}, name, {graceSeconds: 4});
	// Docker removes it by itself, but after the stop has returned.
	for (let tries = 0; tries < 50; tries++) {
		if (!(await containerNames({host}, filters, {all: true})).includes(name)) return;
		if (tries === 20) await host.run({program: 'docker', args: ['rm', '--force', name], exitCodes: [0, 1]});
		await host.sleep(100);
	}
}

/** Gives what a container's root left in the source tree to the caller, by a container that sees only the tree. */
export async function giveTreeToCaller({host, run}: Pick<StepContext, 'host' | 'run'>, image: string) {
	const {uid, gid} = host.machine.user;
	if (uid === 0) return;
	await host.run({
		program: 'docker',
		args: [
			...runAs(containerName(run.id, 'owner'), {runId: run.id}),
			...['--pull', 'never', '--network', 'none', ...bindMount(run.tree, '/workspace'), '--entrypoint', 'chown'],
			...[image, '-R', '-h', `${uid}:${gid}`, '/workspace'],
		],
		what: 'Giving the results to you',
	});
}
