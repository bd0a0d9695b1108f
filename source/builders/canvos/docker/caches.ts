import type {BuildCache, Builder} from '../../builder.ts';
import {bytesOfSize} from '../../decimal-size.ts';
import {containerCacheVolume} from '../earthly/runners/container.ts';
import {managedBuildkit} from '../earthly/runners/managed.ts';

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
	const ours: readonly string[] = [managedBuildkit.volume, containerCacheVolume];
	return volumes
		.filter(({Name}) => ours.includes(Name))
		.map(({Name, Size = ''}) => ({
			title: `Build cache in the Docker volume ${Name}`,
			bytes: bytesOfSize(Size),
			remove: async () => {
				// The stopped BuildKit container holds its volume.
				const container = managedBuildkit.container;
				if (Name === managedBuildkit.volume) {
					await host.run({
						program: 'docker',
						args: ['rm', '--force', container],
						signal,
						exitCodes: [0, 1],
						what: `Removing ${container}`,
					});
				}
				await host.run({
					program: 'docker',
					args: ['volume', 'rm', '--', Name],
					signal,
					what: `Removing the volume ${Name}`,
				});
			},
		}));
};
