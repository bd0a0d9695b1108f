import {join, resolve} from 'node:path';
import type {Host} from '../../../host/host.ts';
import type {StepContext} from '../../../pipeline/step.ts';
import {contentBundles} from './content-bundles.ts';
import type {OwnFile} from './own-file.ts';
import {keyFolders} from './signing-keys.ts';

/** Files of the workspace that CanvOS takes from its own folder when they exist, and the names they have there. */
export async function ownFiles({
	host,
	settings,
	workspace: {root},
}: Pick<StepContext, 'host' | 'settings' | 'workspace'>): Promise<OwnFile[]> {
	const {clusterconfig, edgeCustomConfig} = settings;
	return existing(host, [
		...(clusterconfig === '' ? [] : [{from: join(root, clusterconfig), to: clusterconfig, isForIso: true}]),
		...(edgeCustomConfig === '' ? [] : [{from: join(root, edgeCustomConfig), to: edgeCustomConfig}]),
		...(await contentBundles(host, root, settings)),
		{from: join(root, 'local-ui.tar'), to: 'local-ui.tar', isForIso: true},
		{from: join(root, 'spectro-luet-auth.yaml'), to: 'spectro-luet-auth.yaml', isSecret: true},
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
