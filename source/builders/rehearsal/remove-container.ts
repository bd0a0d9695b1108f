import type {Host} from '../../host/host.ts';
import {buildah} from './buildah.ts';

/** Removes a working container that a killed run left, by its exact name. @returns 1, or 0 when it is gone already. */
export const removeBuildContainer = async (host: Host, name: string): Promise<number> => {
	if (!(await host.which('buildah'))) return 0;
	const {stdout} = await buildah(host, ['containers', '--format', '{{.ContainerName}}'], {
		what: 'Looking for leftovers',
	});
	if (!stdout.split('\n').includes(name)) return 0;
	await buildah(host, ['rm', name], {what: 'Removing a leftover build container'});
	return 1;
};
