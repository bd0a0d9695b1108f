import {knownPeVersion} from '../../../compatibility/canvos-release-lines.ts';
import {declaredArguments} from '../../../settings/canvos-arguments.ts';
import {cacheOf} from './cache.ts';
import {peVersionOf} from './pe-version.ts';
import type {Origin} from './release-tags.ts';
import {releaseTexts} from './release-texts.ts';
import {findCommit} from './repository.ts';
import type {SourceContext} from './repository-address.ts';
import {shippedKubernetesVersions} from './shipped-kubernetes-versions.ts';

/** What a release says of itself; all that can be known without network. */
export type ReleaseFacts = {
	/** By distribution. */
	kubernetesVersions?: Readonly<Record<string, readonly string[]>>;
	peVersion?: string;
	/** Names of ARG in its Earthfile; only of a release that was fetched. */
	earthfileArguments?: readonly string[];
	from: Origin;
};

/** Facts of the release that CANVOS_REF names: from the cache, else from the list that comes with the program. */
export async function releaseFacts(c: SourceContext): Promise<ReleaseFacts> {
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
	const [versions, earthfile] = await releaseTexts(c, {repository, commit: found.commit}, [
		'k8s_version.json',
		'Earthfile',
	]);
	return {
		kubernetesVersions: parseVersions(versions),
		peVersion: peVersionOf(earthfile ?? ''),
		earthfileArguments: earthfile === undefined ? undefined : declaredArguments(earthfile),
		from: 'cache',
	};
}

function parseVersions(text: string | undefined): Record<string, string[]> | undefined {
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
}
