import type {CheckResult} from '../../../../pipeline/events.ts';
import {bytesOfSize} from '../../../../text/bytes.ts';
import type {BuildCache, Builder, HostCheckContext} from '../../../builder.ts';
import {runners} from './all-runners.ts';

/** Volumes in which BuildKit keeps finished steps; only those with our names, never a person's own Earthly. */
export const buildkitCaches: Builder['caches'] = async ({host, signal}): Promise<BuildCache[]> => {
	if (!(await host.which('docker'))) return [];
	const {stdout} = await host.run({
		program: 'docker',
		args: ['system', 'df', '--verbose', '--format', '{{json .Volumes}}'],
		signal,
		what: 'Looking for build caches',
	});
	const volumes = (JSON.parse(stdout.trim() || '[]') ?? []) as {Name: string; Size?: string}[];
	const ours = Object.values(runners).flatMap(({cache}) => (cache ? [cache] : []));
	return ours.flatMap(({volume, container}) => {
		const found = volumes.find(({Name}) => Name === volume);
		if (!found) return [];
		const remove = async () => {
			const docker = (what: string, ...args: string[]) =>
				host.run({program: 'docker', args, signal, exitCodes: args[0] === 'rm' ? [0, 1] : [0], what});
			// The stopped BuildKit container holds its volume.
			if (container !== undefined) await docker(`Removing ${container}`, 'rm', '--force', container);
			await docker(`Removing the volume ${volume}`, 'volume', 'rm', '--', volume);
		};
		return [{title: `Build cache in the Docker volume ${volume}`, bytes: bytesOfSize(found.Size ?? ''), remove}];
	});
};

/** How large the cache of the chosen runner is; nothing for runners that keep none here. */
export async function checkCache({host, settings, signal}: HostCheckContext): Promise<CheckResult[]> {
	const volume = runners[settings.runner].cache?.volume;
	if (volume === undefined) return [];
	const check = {id: 'build-cache', title: 'Build cache'} as const;
	try {
		const {stdout} = await host.run({
			program: 'docker',
			args: ['system', 'df', '--verbose', '--format', '{{range .Volumes}}{{.Name}} {{.Size}}{{"\\n"}}{{end}}'],
			timeoutMs: 20_000,
			signal,
		});
		const size = new RegExp(`^${volume} (\\S+)$`, 'm').exec(stdout)?.[1];
		const detail = size === undefined ? 'none yet: the first build takes longest' : `${size} in the volume ${volume}`;
		return [{...check, verdict: 'pass', detail}];
	} catch {
		signal?.throwIfAborted();
		return [{...check, verdict: 'skip', detail: 'its size could not be asked for'}];
	}
}
