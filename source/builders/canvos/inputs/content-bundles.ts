import {basename, join, resolve} from 'node:path';
import {FixableError} from '../../../errors.ts';
import type {Host} from '../../../host/host.ts';
import type {Settings} from '../../../settings/settings.ts';
import type {OwnFile} from './own-file.ts';

/**
 * Content bundles for the ISO: the one that is named, else those in folders `content-…` where CanvOS looks for them.
 * @throws {FixableError} for what CanvOS would leave out without a word
 */
export async function contentBundles(
	host: Host,
	folder: string,
	{contentBundle}: Pick<Settings, 'contentBundle'>,
): Promise<OwnFile[]> {
	const found = contentBundle === '' ? await lyingIn(host, folder) : await named(host, resolve(folder, contentBundle));
	const bundles = found.map(bundle => ({...bundle, isForIso: true}));
	const twice = bundles.find((one, index) => bundles.findIndex(({to}) => basename(to) === basename(one.to)) < index);
	if (!twice) return bundles;
	const places = bundles.filter(({to}) => basename(to) === basename(twice.to)).map(({to}) => to);
	throw refused(
		`There are two content bundles of one name, and CanvOS would keep one: ${places.join(' and ')}`,
		'Rename one of them.',
	);
}

async function lyingIn({files}: Host, folder: string): Promise<OwnFile[]> {
	const folders = (await files.list(folder)).filter(name => name.startsWith('content-'));
	const all = await Promise.all(folders.map(async name => bundlesIn(files, join(folder, name), name)));
	return all.flat();
}

async function named({files}: Host, path: string): Promise<OwnFile[]> {
	const info = await files.info(path, {follow: true});
	if (info?.kind === 'folder') {
		const bundles = await bundlesIn(files, path, ownFolder);
		if (bundles.length > 0) return bundles;
		throw refused(`${path} has no content bundle in it`, endingHint);
	}
	if (isBundle(path)) return [{from: path, to: `${ownFolder}/${basename(path)}`}];
	throw refused(`${path} is no content bundle that CanvOS takes`, endingHint);
}

async function bundlesIn(files: Host['files'], folder: string, to: string): Promise<OwnFile[]> {
	if ((await files.info(folder, {follow: true}))?.kind !== 'folder') return [];
	return (await files.list(folder)).filter(isBundle).map(name => ({from: join(folder, name), to: `${to}/${name}`}));
}

// Its Earthfile copies `content-*/*.zst`.
const ownFolder = 'content-bundle';
const isBundle = (name: string) => name.endsWith('.zst');
const endingHint = 'CanvOS takes files that end in .zst, as `palette content build` makes them.';

const refused = (message: string, hint: string) => new FixableError('content-bundle', message, {hint, exit: 'usage'});
