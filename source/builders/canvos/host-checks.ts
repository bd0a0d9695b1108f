import type {CheckResult} from '../../pipeline/events.ts';
import {outputNames} from '../../settings/names.ts';
import type {HostCheckContext} from '../builder.ts';
import {dockerChecks} from './docker/checks.ts';
import {probePush} from './docker/push-probe.ts';
import {resolve} from './resolve.ts';
import {cacheOf, shownAddress, sourceAddress} from './source/address.ts';
import {listRemote} from './source/remote.ts';
import {findCommit} from './source/repository.ts';

/** Everything a CanvOS build needs of this machine: Docker, git, the source, and the right to push where it will. */
export const hostChecks = async (c: HostCheckContext): Promise<CheckResult[]> => {
	const hasGit = (await c.host.which('git')) !== undefined;
	const results = await Promise.all([
		dockerChecks(c),
		hasGit ? checkSource(c).catch((error: unknown) => unknownSource(c, error)) : missingGit(c),
		c.push ? checkPush(c) : [],
	]);
	return results.flat();
};

const missingGit = ({host}: HostCheckContext): CheckResult => ({
	id: 'git',
	title: 'git is installed',
	verdict: 'fail',
	why: 'CanvOS is fetched and checked out with it.',
	hint: 'Install git 2.26 or newer.',
	...(['debian', 'ubuntu'].includes(host.machine.os.id) && {
		fix: [...(host.machine.user.uid === 0 ? [] : ['sudo']), 'apt-get', 'install', '--yes', 'git'],
	}),
});

const patienceMs = 10_000;
const sourceCheck = {
	id: 'canvos-source',
	title: 'CanvOS can be had',
	why: 'Dockerfile and Earthfile of the images are part of it.',
} as const;

const checkSource = async (c: HostCheckContext): Promise<CheckResult> => {
	const {canvosRef} = c.settings;
	const cached = await findCommit(c, cacheOf(c), canvosRef);
	if (cached && cached.kind !== 'branch') {
		return {...sourceCheck, verdict: 'pass', detail: `${canvosRef} is in the cache: no network needed`};
	}
	const address = shownAddress(sourceAddress(c));
	try {
		const names = await listRemote(c, [`refs/tags/${canvosRef}`, `refs/heads/${canvosRef}`], {timeoutMs: patienceMs});
		// Commits can't be asked for by name.
		if (names.size > 0 || /^[0-9a-f]{7,40}$/.test(canvosRef)) return {...sourceCheck, verdict: 'pass', detail: address};
		return {
			...sourceCheck,
			verdict: 'fail',
			detail: `${address} has no tag or branch ${canvosRef}`,
			hint: 'Choose a release with CANVOS_REF.',
		};
	} catch (error) {
		c.signal?.throwIfAborted();
		const {message, hint} = error as {message: string; hint?: string};
		return cached
			? {...sourceCheck, verdict: 'warn', detail: `${message}; ${canvosRef} is built as it was at the last fetch`, hint}
			: {...sourceCheck, verdict: 'fail', detail: message, hint};
	}
};

const unknownSource = ({signal}: HostCheckContext, error: unknown): CheckResult => {
	signal?.throwIfAborted();
	const detail = `not known: ${error instanceof Error ? error.message : String(error)}`;
	return {...sourceCheck, verdict: 'warn', detail};
};

const checkPush = async (c: HostCheckContext): Promise<CheckResult[]> => {
	// Only registry and repository count, so a version that can't be had doesn't stand in the way.
	const settings = await resolve(c.settings, c).catch(() => c.settings);
	return [await probePush(c, outputNames(settings).providerImage)];
};
