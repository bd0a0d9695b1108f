import {FixableError} from '../../../../errors.ts';
import {isLocked} from '../../../../host/file-lock.ts';
import type {Host} from '../../../../host/host.ts';
import {waitForLock} from '../../../../host/wait-for-lock.ts';
import type {CheckResult} from '../../../../pipeline/events.ts';
import {bytesOfSize} from '../../../../text/bytes.ts';
import type {BuildCache, Builder, HostCheckContext} from '../../../builder.ts';
import {runners} from './all-runners.ts';

/** Volumes in which BuildKit keeps finished steps; only those with our names, never a person's own Earthly. */
export const buildkitCaches: Builder['caches'] = async ({host, signal}): Promise<BuildCache[]> => {
	if (!(await host.which('docker'))) return [];
	const sizes = await volumeSizes(host, {signal});
	const ours = Object.values(runners).flatMap(({cache}) => (cache ? [cache] : []));
	return ours.flatMap(({volume, container, lock, users}) => {
		const size = sizes.get(volume);
		if (size === undefined) return [];
		const refuse = (busy: readonly string[]) => {
			if (busy.length === 0) return;
			throw new FixableError('build-cache-busy', `The build cache in ${volume} is in use by ${busy.join(', ')}`, {
				hint: 'Wait for it to end, or stop it (`runs stop` in its workspace): without its cache it would fail.',
				exit: 'locked',
			});
		};
		const mustBeFree = async () =>
			refuse(users ? await users(host) : (await isLocked(lock(host))) ? ['a build with an installed Earthly'] : []);
		const remove = async () => {
			await mustBeFree();
			// None begins meanwhile.
			const endTurn = await waitForLock(lock(host), {signal});
			try {
				refuse((await users?.(host)) ?? []);
				await removeVolume();
			} finally {
				await endTurn();
			}
		};
		const removeVolume = async () => {
			const docker = (what: string, ...args: string[]) =>
				host.run({program: 'docker', args, signal, exitCodes: args[0] === 'rm' ? [0, 1] : [0], what});
			// The stopped BuildKit container holds its volume.
			if (container !== undefined) await docker(`Removing ${container}`, 'rm', '--force', container);
			await docker(`Removing the volume ${volume}`, 'volume', 'rm', '--', volume);
		};
		return [{title: `Build cache in the Docker volume ${volume}`, bytes: bytesOfSize(size), mustBeFree, remove}];
	});
};

/** How large the cache of the chosen runner is. */
export type CacheSize = {volume?: string; size?: string; unknown?: boolean};

/** Asks Docker once for the size of that cache; it is unknown where Docker doesn't say it soon. */
export async function cacheSize({host, settings, signal}: HostCheckContext): Promise<CacheSize> {
	const volume = runners[settings.runner].cache?.volume;
	if (volume === undefined) return {};
	try {
		return {volume, size: (await volumeSizes(host, {signal, timeoutMs: 20_000})).get(volume)};
	} catch {
		signal?.throwIfAborted();
		return {volume, unknown: true};
	}
}

/** That size as a line of the checks; nothing for runners that keep none here. */
export function checkCache({volume, size, unknown = false}: CacheSize): CheckResult[] {
	if (volume === undefined) return [];
	const check = {id: 'build-cache', title: 'Build cache'} as const;
	if (unknown) return [{...check, verdict: 'skip', detail: 'its size could not be asked for'}];
	const detail = size === undefined ? 'none yet: the first build takes longest' : `${size} in the volume ${volume}`;
	return [{...check, verdict: 'pass', detail}];
}

/** Docker's volumes with what they take, in its words (`14.2GB`). */
async function volumeSizes(host: Host, {signal, timeoutMs}: {signal?: AbortSignal; timeoutMs?: number}) {
	const {stdout} = await host.run({
		program: 'docker',
		args: ['system', 'df', '--verbose', '--format', '{{json .Volumes}}'],
		timeoutMs,
		signal,
		what: 'Looking for build caches',
	});
	const volumes = (JSON.parse(stdout.trim() || '[]') ?? []) as {Name: string; Size?: string}[];
	return new Map(volumes.map(({Name, Size = ''}) => [Name, Size]));
}
