import type {CheckResult} from '../../../../pipeline/events.ts';
import type {HostCheckContext} from '../../../builder.ts';
import type {DockerInfo} from '../../docker/daemon-info.ts';
import {earthlyImage} from './earthly-images.ts';

/** What Docker 29 wants at least; older ones take clients of ten years ago. */
const leastOfDocker29 = '1.44';

/**
 * Whether Docker takes the client inside Earthly's image, which is older than everything here (Docker 25 of Alpine 3.19 in
 * v0.8.15). It is asked where the image is at hand.
 */
export async function checkApiVersion(
	{host, settings, signal}: HostCheckContext,
	{ServerVersion = ''}: DockerInfo,
): Promise<CheckResult[]> {
	// The native runner brings no client of its own, and only from 29 on clients are refused.
	if (settings.runner === 'native' || Number(ServerVersion.split('.')[0]) < 29) return [];
	const check = {id: 'docker-api', title: 'Docker takes Earthly’s own Docker client'} as const;
	const ask = (args: readonly string[]) =>
		host
			.run({program: 'docker', args, exitCodes: [0, 1], timeoutMs: 20_000, signal})
			.then(({stdout}) => /^\d+\.\d+$/m.exec(stdout)?.[0])
			.catch(() => undefined);
	const inside = ['--pull', 'never', '--network', 'none', '--entrypoint', 'docker', earthlyImage(settings)];
	const [least = leastOfDocker29, client] = await Promise.all([
		ask(['version', '--format', '{{.Server.MinAPIVersion}}']),
		ask(['run', '--rm', ...inside, 'version', '--format', '{{.Client.APIVersion}}']),
	]);
	signal?.throwIfAborted();
	const hintFor = (version: string) =>
		`Set "min-api-version": "${version}" in /etc/docker/daemon.json and restart Docker, or build with --runner native.`;
	if (client === undefined) {
		if (minorOf(least) < minorOf(leastOfDocker29)) return [{...check, verdict: 'pass', detail: `from API ${least} on`}];
		const detail = `Docker wants API ${least}; that of the client shows only once Earthly’s image is here`;
		return [
			{
				...check,
				verdict: 'warn',
				detail,
				hint: `Should it be refused: ${hintFor('VERSION')} The refusal names the version.`,
			},
		];
	}
	const detail = `it speaks API ${client}, Docker wants ${least} or newer`;
	return [
		minorOf(client) >= minorOf(least)
			? {...check, verdict: 'pass', detail}
			: {...check, verdict: 'fail', detail, hint: hintFor(client)},
	];
}

// All are 1.x since 2014.
const minorOf = (version: string) => Number(version.split('.')[1]);
