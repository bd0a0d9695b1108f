import {explainGit, isCertificateProblem} from './fetch-problems.ts';
import {git} from './git.ts';
import type {Repository} from './repository.ts';
import {type SourceContext, shownAddress, sourceAddress} from './repository-address.ts';

/**
 * Fetches all branches and tags into a bare repository, which is made when needed. Names change only after everything
 * has arrived, so an interrupted fetch leaves what was there. The source itself is only read. To be called in the
 * repository's turn.
 * @throws {FixableError} why it could not be fetched
 */
export async function fetchAll(c: SourceContext, into: Repository, commit?: string): Promise<void> {
	await git(c, ['init', '--quiet', '--bare', '--template=', into], {what: 'Making the cache for CanvOS'});
	const names = commit === undefined ? ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'] : [commit];
	await ask(c, address => [
		...['--git-dir', into, 'fetch', '--quiet', '--no-recurse-submodules', '--no-tags', '--update-shallow'],
		...(commit === undefined ? ['--prune'] : []),
		...['--', address, ...names],
	]);
}

/**
 * Fetches one tag or branch without its history: all that a build needs, for sources that lack objects elsewhere. The name
 * is made in the cache only when everything of it has arrived.
 * @throws {FixableError} why it could not be fetched
 */
export async function fetchOnly(c: SourceContext, into: Repository, name: string): Promise<void> {
	await ask(c, address => [
		...['--git-dir', into, 'fetch', '--quiet', '--no-recurse-submodules', '--no-tags', '--depth=1'],
		...['--', address, `+${name}:${name}`],
	]);
}

/** Names and commits at the source, as `ls-remote` lists them. */
export async function listRemote(
	c: SourceContext,
	patterns: readonly string[],
	{timeoutMs}: {timeoutMs: number},
): Promise<ReadonlyMap<string, string>> {
	const {stdout} = await ask(c, address => ['ls-remote', '--quiet', '--', address, ...patterns], timeoutMs);
	return new Map(
		stdout
			.split('\n')
			.map(line => line.split('\t'))
			.flatMap(([commit, name]) => (commit && name ? [[name, commit] as const] : [])),
	);
}

async function ask(c: SourceContext, args: (address: string) => string[], timeoutMs = 15 * 60_000) {
	const address = sourceAddress(c);
	const shown = shownAddress(address);
	const once = async (env: Record<string, string>) => {
		try {
			return await git(c, args(address), {env: {...proxies(c), ...env}, timeoutMs, what: `Reading ${shown}`});
		} catch (error) {
			c.signal?.throwIfAborted();
			throw explainGit(error, {address, shown});
		}
	};
	try {
		return await once({});
	} catch (error) {
		// With it git trusts nothing else, so it is given only where the usual authorities weren't enough.
		if (isCertificateProblem(error) && c.settings.caFile !== '') return once({GIT_SSL_CAINFO: c.settings.caFile});
		throw error;
	}
}

const proxies = ({settings}: SourceContext): Record<string, string> => ({
	...(settings.httpProxy !== '' && {http_proxy: settings.httpProxy}),
	...(settings.httpsProxy !== '' && {https_proxy: settings.httpsProxy}),
	...(settings.noProxy !== '' && {no_proxy: settings.noProxy}),
});
