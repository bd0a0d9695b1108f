import type {BuildCache, Builder} from '../builder.ts';
import {bytesOfSize} from '../decimal-size.ts';
import {repository} from './base-image.ts';
import {buildah} from './buildah.ts';

/** Base images of rehearsals in local container storage. */
export const baseImageCaches: Builder['caches'] = async ({host, signal}): Promise<BuildCache[]> => {
	if (!(await host.which('buildah'))) return [];
	const {stdout} = await buildah(host, ['images', '--json', '--no-trunc'], {signal, what: 'Looking for base images'});
	// `null` where there is no image at all.
	const images = (JSON.parse(stdout.trim() || '[]') ?? []) as {names?: string[]; size?: string}[];
	return images.flatMap(({names = [], size = ''}) =>
		names
			.filter(name => name.startsWith(`${repository}:`))
			.map(name => ({
				title: `Rehearsal base image ${name}`,
				bytes: bytesOfSize(size),
				remove: async () => {
					await buildah(host, ['rmi', name], {signal, what: `Removing ${name}`});
				},
			})),
	);
};
