import {createHash} from 'node:crypto';
import {takeTurn} from '../docker/turn.ts';
import type {GitContext} from './git.ts';
import type {Repository} from './repository.ts';

/** As long as a fetch may take. */
const patienceMs = 15 * 60_000;

/**
 * Does something with a cache while no other process changes it. Locks that a killed git left there are removed first:
 * whoever made them is gone.
 */
export const inTurn = async <T>(
	{host, signal}: GitContext,
	repository: Repository,
	action: () => Promise<T>,
): Promise<T> => {
	const name = createHash('sha256').update(repository).digest('hex').slice(0, 16);
	const endTurn = await takeTurn(`canvos-cache-${name}`, {signal, patienceMs});
	try {
		if (await host.files.exists(repository)) {
			const args = [repository, '-name', '*.lock', '-type', 'f', '-delete'];
			await host.run({program: 'find', args, what: 'Looking for stale locks', signal});
		}
		return await action();
	} finally {
		await endTurn();
	}
};
