import {join, resolve} from 'node:path';
import type {Host} from '../../../host/host.ts';
import type {StepContext} from '../../../pipeline/step.ts';
import type {Settings} from '../../../settings/settings.ts';
import {authorityFile, trustsAuthority} from '../edits/forget-authority.ts';
import {contentBundles} from './content-bundles.ts';
import type {OwnFile} from './own-file.ts';
import {keyFolders} from './signing-keys.ts';

type Where = Pick<StepContext, 'host' | 'settings' | 'workspace'>;

/** Files of the workspace that CanvOS takes from its own folder when they exist, and the names they have there. */
export async function ownFiles({host, settings, workspace: {root}}: Where): Promise<OwnFile[]> {
	return existing(host, [
		...(await filesIn(host, root, settings)),
		...(trustsAuthority(settings) ? [{from: resolve(root, settings.caFile), to: authorityFile}] : []),
	]);
}

/** The same files of a clone of CanvOS, where people had them before; what lies in the workspace counts instead. */
export async function ownFilesOfClone(
	{host, settings}: Where,
	clone: string,
	here: readonly OwnFile[],
): Promise<OwnFile[]> {
	const there = await existing(host, await filesIn(host, clone, {...settings, contentBundle: ''}));
	const kinds = new Set(here.map(kindOf));
	return there.filter(file => !kinds.has(kindOf(file))).map(file => ({...file, isOfClone: true}));
}

// Bundles and keys of two places would be mixed.
const kindOf = ({to}: OwnFile) => /^content-|^secure-boot\//.exec(to)?.[0] ?? to;

async function filesIn(host: Host, folder: string, settings: Settings): Promise<OwnFile[]> {
	const {clusterconfig, edgeCustomConfig, isUki} = settings;
	return [
		...(clusterconfig === '' ? [] : [{from: join(folder, clusterconfig), to: clusterconfig, isForIso: true}]),
		...(edgeCustomConfig === '' ? [] : [{from: join(folder, edgeCustomConfig), to: edgeCustomConfig}]),
		...(await contentBundles(host, folder, settings)),
		{from: join(folder, 'local-ui.tar'), to: 'local-ui.tar', isForIso: true},
		{from: join(folder, 'spectro-luet-auth.yaml'), to: 'spectro-luet-auth.yaml', isSecret: true},
		...(isUki ? await signingKeys(host, folder) : []),
	];
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
