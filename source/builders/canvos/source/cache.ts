import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {waitForLock} from '../../../host/wait-for-lock.ts';
import type {GitContext} from './git.ts';
import type {Repository} from './repository.ts';
import {type SourceContext, sourceAddress} from './repository-address.ts';

/** Git directory of the cache: one for each source, since two can have different commits under one name. */
export function cacheOf(c: SourceContext) {
	const hash = createHash('sha256').update(sourceAddress(c)).digest('hex').slice(0, 12);
	return join(c.workspace.cache, `canvos-${hash}.git`);
}

/** As long as a fetch may take. */
const patienceMs = 15 * 60_000;

/**
 * Does something with a cache while no other process changes it. Locks that a killed git left there are removed first:
 * whoever made them is gone.
 */
export async function whileHoldingCache<T>(
	{host, signal}: GitContext,
	repository: Repository,
	action: () => Promise<T>,
): Promise<T> {
	const endTurn = await waitForLock(`${repository}.turn`, {signal, patienceMs});
	try {
		if (await host.files.exists(repository)) {
			const args = [repository, '-name', '*.lock', '-type', 'f', '-delete'];
			await host.run({program: 'find', args, what: 'Looking for stale locks', signal});
		}
		return await action();
	} finally {
		await endTurn();
	}
}
