import type {Host} from '../../host/host.ts';
import type {NetworkNeed} from '../builder.ts';
import {readAptSources} from './apt-sources.ts';
import {distributionOf} from './supported-distributions.ts';

/** A rehearsal fetches nothing but packages, from where this machine itself has them. */
export async function networkNeeds({host, signal}: {host: Host; signal?: AbortSignal}): Promise<NetworkNeed[]> {
	const distribution = distributionOf(host.machine.os);
	if (!distribution) return [];
	const {text} = await readAptSources(host, distribution, signal);
	const archives = new Set([...text.matchAll(/^URIs: (.+)$/gm)].flatMap(([, uris = '']) => uris.split(' ')));
	return [...archives].map(archive => ({
		// Sources may hold a login.
		host: archive.replace(/\/\/[^/@]*@/, '//'),
		by: 'this machine (apt, mmdebstrap)',
		for: `packages of ${host.machine.os.name}`,
		setting: '/etc/apt/sources.list and /etc/apt/sources.list.d',
	}));
}
