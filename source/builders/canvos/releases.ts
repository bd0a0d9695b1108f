import {isAtLeast, knownPeVersion} from '../../compatibility/canvos-releases.ts';
import {compareVersions} from '../../compatibility/versions.ts';
import {peVersionOf} from './earthfile.ts';
import {shippedKubernetesVersions, shippedReleases} from './shipped-releases.ts';
import {cacheOf, type SourceContext} from './source/address.ts';
import {listRemote} from './source/remote.ts';
import {findCommit, readFiles, tagsOf} from './source/repository.ts';

/** Where something is known from without network: the last fetch, or the list that comes with the program. */
export type Origin = 'cache' | 'shipped';

/** The first release that the overlay was tried with. */
const firstRelease = 'v4.5.3';

/** Release tags that are known without network, newest first. */
export const knownReleases = async (c: SourceContext): Promise<{releases: readonly string[]; from: Origin}> => {
	const releases = releasesAmong(await tagsOf(c, cacheOf(c)));
	return releases.length > 0 ? {releases, from: 'cache'} : {releases: shippedReleases.toReversed(), from: 'shipped'};
};

/**
 * Release tags of the source, newest first.
 * @throws {FixableError} when it can't be asked in that time
 */
export const askReleases = async (c: SourceContext, {timeoutMs}: {timeoutMs: number}): Promise<string[]> => {
	const names = await listRemote(c, ['refs/tags/v*'], {timeoutMs});
	const tags = [...names.keys()].map(name => name.replace(/^refs\/tags\//, '').replace(/\^\{\}$/, ''));
	return releasesAmong([...new Set(tags)]);
};

/** Tags of the form vX.Y.Z from the first release on that the overlay was tried with, newest first. */
export const releasesAmong = (tags: readonly string[]): string[] =>
	tags
		.filter(tag => /^v\d+\.\d+\.\d+$/.test(tag) && isAtLeast(tag, firstRelease))
		.toSorted((a, b) => compareVersions(b, a));

/** What a release says of itself; all that can be known without network. */
export type ReleaseFacts = {
	/** By distribution. */
	kubernetesVersions?: Readonly<Record<string, readonly string[]>>;
	peVersion?: string;
	from: Origin;
};

/** Facts of the release that CANVOS_REF names: from the cache, else from the list that comes with the program. */
export const releaseFacts = async (c: SourceContext): Promise<ReleaseFacts> => {
	const repository = cacheOf(c);
	const found = await findCommit(c, repository, c.settings.canvosRef);
	if (!found) {
		const {canvosRef} = c.settings;
		return {
			kubernetesVersions: shippedKubernetesVersions(canvosRef),
			peVersion: knownPeVersion(canvosRef),
			from: 'shipped',
		};
	}
	const [versions, earthfile] = await readFiles(c, repository, [
		`${found.commit}:k8s_version.json`,
		`${found.commit}:Earthfile`,
	]);
	return {kubernetesVersions: parseVersions(versions), peVersion: peVersionOf(earthfile ?? ''), from: 'cache'};
};

const parseVersions = (text: string | undefined): Record<string, string[]> | undefined => {
	try {
		const read: unknown = JSON.parse(text ?? '');
		if (typeof read !== 'object' || read === null) return undefined;
		return Object.fromEntries(
			Object.entries(read).flatMap(([distribution, list]) =>
				Array.isArray(list) ? [[distribution, list.filter(version => typeof version === 'string')]] : [],
			),
		);
	} catch {
		return undefined; // A fork may have no such file, or its own.
	}
};
