import {join, resolve} from 'node:path';
import type {Host} from '../../../host/host.ts';
import type {StepContext} from '../../../pipeline/step.ts';
import {keyFolders} from './signing-keys.ts';

/** A file that CanvOS takes from its own folder where it is there. */
export type OwnFile = {
	/** Absolute, links followed: a hard link of a link would point elsewhere from the tree. */
	from: string;
	/** Path in the source tree. */
	to: string;
	/** Nobody but its owner may read it. */
	isSecret?: boolean;
};

/** Files of the workspace that CanvOS takes from its own folder when they exist, and the names they have there. */
export async function ownFiles({
	host,
	settings,
	workspace: {root},
}: Pick<StepContext, 'host' | 'settings' | 'workspace'>): Promise<OwnFile[]> {
	const named = [settings.clusterconfig, settings.edgeCustomConfig].filter(name => name !== '');
	return existing(host, [
		...named.map(name => ({from: join(root, name), to: name})),
		...(settings.isUki ? await signingKeys(host, root) : []),
		// A file below certs/ makes earthly.sh open BuildKit's port to the network, so that runner goes without.
		...(settings.caFile === '' || settings.runner === 'upstream-script'
			? []
			: [{from: resolve(root, settings.caFile), to: 'certs/edge-builder-ca.crt'}]),
	]);
}

async function signingKeys({files}: Host, folder: string): Promise<OwnFile[]> {
	const all = await Promise.all(
		keyFolders.map(async keys =>
			(await files.list(join(folder, keys))).map(name => ({
				from: join(folder, keys, name),
				to: `${keys}/${name}`,
				isSecret: keys.endsWith('private-keys'),
			})),
		),
	);
	return all.flat();
}

async function existing({files}: Host, candidates: readonly OwnFile[]): Promise<OwnFile[]> {
	const real = await Promise.all(candidates.map(({from}) => files.realFile(from)));
	return candidates.flatMap((candidate, index) => {
		const from = real[index];
		return from === undefined ? [] : [{...candidate, from}];
	});
}
