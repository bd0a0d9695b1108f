import {FixableError} from '../../../errors.ts';
import {compareVersions} from '../../../text/versions.ts';
import {cacheOf, whileHoldingCache} from './cache.ts';
import {fetchAll, fetchOnly, listRemote} from './git-remote.ts';
import {type FoundCommit, findCommit, type Repository, tagsOf} from './repository.ts';
import {type SourceContext, shownAddress, sourceAddress} from './repository-address.ts';

/** The commit that CANVOS_REF names, and the repository that has it. `note` says what a person should know about it. */
export type CanvosCommit = FoundCommit & {repository: Repository; note?: string};

const branchPatienceMs = 10_000;

/**
 * Finds the commit in the cache, without network for tags and commits that are there; fetches when it isn't, or when a
 * branch has moved. Where the source can't be reached a branch is what it was at the last fetch.
 * @throws {FixableError} when there is no such tag, branch or commit, or the source can't be reached
 */
export async function ensureCommit(c: SourceContext): Promise<CanvosCommit> {
	const repository = cacheOf(c);
	const known = await findCommit(c, repository, c.settings.canvosRef);
	if (known && known.kind !== 'branch') return {...known, repository};
	return whileHoldingCache(c, repository, () => refresh(c, repository));
}

// The inputs of two steps are asked for at once: whose turn comes second finds what the first has fetched.
async function refresh(c: SourceContext, repository: Repository): Promise<CanvosCommit> {
	const ref = c.settings.canvosRef;
	const known = await findCommit(c, repository, ref);
	if (known && known.kind !== 'branch') return {...known, repository};
	try {
		if (known && (await tipOf(c, ref)) === known.commit) return {...known, repository};
		await fetchAll(c, repository);
	} catch (error) {
		c.signal?.throwIfAborted();
		const alone = isDamaged(error) ? await fetchAlone(c, repository) : undefined;
		if (alone) return alone;
		if (!known || !(error instanceof FixableError)) throw error;
		return {...known, repository, note: `Offline: branch ${ref} is what it was at the last fetch (${error.message})`};
	}
	const found = (await findCommit(c, repository, ref)) ?? (await fetchCommit(c, repository));
	if (found) return {...found, repository};
	throw await unknownRef(c, repository);
}

const isDamaged = (error: unknown) => error instanceof FixableError && error.code === 'canvos-source-damaged';

// A mirror may lack objects of releases that nobody asks for.
async function fetchAlone(c: SourceContext, repository: Repository): Promise<CanvosCommit | undefined> {
	const ref = c.settings.canvosRef;
	for (const name of [`refs/tags/${ref}`, `refs/heads/${ref}`]) {
		try {
			await fetchOnly(c, repository, name);
		} catch {
			c.signal?.throwIfAborted();
			continue;
		}
		const found = await findCommit(c, repository, ref);
		const note = `${shownAddress(sourceAddress(c))} lacks objects of other releases, so only ${ref} was fetched from it`;
		if (found) return {...found, repository, note};
	}
	return undefined;
}

async function tipOf(c: SourceContext, branch: string) {
	const name = `refs/heads/${branch}`;
	return (await listRemote(c, [name], {timeoutMs: branchPatienceMs})).get(name);
}

// A commit that no branch or tag reaches is handed out only by its whole id.
async function fetchCommit(c: SourceContext, repository: Repository) {
	const ref = c.settings.canvosRef;
	if (!/^[0-9a-f]{40}$/.test(ref)) return undefined;
	try {
		await fetchAll(c, repository, ref);
	} catch {
		c.signal?.throwIfAborted();
		return undefined;
	}
	return findCommit(c, repository, ref);
}

async function unknownRef(c: SourceContext, repository: Repository) {
	const ref = c.settings.canvosRef;
	const tags = await tagsOf(c, repository);
	const near = tags
		.filter(tag => /^v\d+\.\d+\.\d+$/.test(tag) && compareVersions(tag, ref) < 0)
		.toSorted(compareVersions)
		.slice(-3)
		.reverse();
	return new FixableError(
		'canvos-ref-unknown',
		`${shownAddress(sourceAddress(c))} has no tag, branch or commit ${ref}`,
		{
			hint: near.length > 0 ? `Releases before it: ${near.join(', ')}.` : 'Choose a release with CANVOS_REF.',
			exit: 'usage',
		},
	);
}
