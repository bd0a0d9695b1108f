import type {CheckResult} from '../../pipeline/events.ts';
import {outputNames} from '../../settings/output-names.ts';
import type {HostCheckContext} from '../builder.ts';
import {
	checkControlGroups,
	checkDaemon,
	checkMemory,
	checkStorageDriver,
	checkVersion,
} from './docker/daemon-checks.ts';
import type {DockerInfo} from './docker/daemon-info.ts';
import {checkDaemonNetwork} from './docker/daemon-network-checks.ts';
import {checkSpace} from './docker/disk-space-check.ts';
import {checkKind} from './docker/engine-kind.ts';
import {checkPrivileged} from './docker/privileged-probe.ts';
import {probePush} from './docker/push-probe.ts';
import {checkBuildCache, checkImageRegistry, checkLogins} from './docker/registry-checks.ts';
import {runners} from './earthly/runners/all-runners.ts';
import {cacheSize, checkCache} from './earthly/runners/cache-volumes.ts';
import {checkApiVersion} from './earthly/runners/client-api-check.ts';
import {sizesHere} from './earthly/runners/sizes-here.ts';
import {expectedInputs} from './inputs/build-inputs.ts';
import {localChangesCheck} from './inputs/local-changes-check.ts';
import {cacheOf} from './source/cache.ts';
import {listRemote} from './source/git-remote.ts';
import {resolvePeVersion} from './source/pe-version.ts';
import {findCommit} from './source/repository.ts';
import {shownAddress, sourceAddress} from './source/repository-address.ts';

/** Everything a CanvOS build needs of this machine: Docker, git, the source, and the right to push where it will. */
export async function hostChecks(c: HostCheckContext): Promise<CheckResult[]> {
	// Looking into an image needs no more than a Docker that answers.
	if (!c.build) return (await checkDaemon(c)).checks;
	const hasGit = (await c.host.which('git')) !== undefined;
	const daemon = checkDaemon(c);
	const results = await Promise.all([
		daemon.then(answer => dockerChecks(c, answer)),
		hasGit ? checkSource(c).catch((error: unknown) => unknownSource(c, error)) : missingGit(c),
		hasGit ? checkLocalChanges(c) : [],
		c.push ? daemon.then(({info}) => checkPush(c, info)) : [],
	]);
	return results.flat();
}

/** Every check of Docker and of the chosen runner at once; never throws at the person. */
async function dockerChecks(
	c: HostCheckContext,
	{info, checks}: {info?: DockerInfo; checks: readonly CheckResult[]},
): Promise<CheckResult[]> {
	if (!info) return [...checks];
	const needsPrivileged = c.settings.runner !== 'remote';
	const cache = cacheSize(c);
	const results = await Promise.all([
		checkVersion(info),
		checkControlGroups(info),
		checkStorageDriver(info),
		...(needsPrivileged ? [checkKind(info)] : []),
		checkApiVersion(c, info),
		checkDaemonNetwork(c.settings, info),
		checkMemory(info, c.host.machine.memoryBytes),
		...(needsPrivileged ? [checkPrivileged(c)] : []),
		checkSpace(c, info, sizesHere(c, cache)),
		checkLogins(c),
		checkImageRegistry(c),
		checkBuildCache(c),
		cache.then(checkCache),
		runners[c.settings.runner].checks(c),
	]);
	return [...checks, ...results.flat()];
}

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
	title: 'Source of CanvOS',
	why: 'Dockerfile and Earthfile of the images are part of it.',
} as const;

async function checkSource(c: HostCheckContext): Promise<CheckResult> {
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
}

// What git can't read is told by the check of the source.
async function checkLocalChanges(c: HostCheckContext): Promise<CheckResult | []> {
	const inputs = await expectedInputs(c).catch(() => undefined);
	return (inputs && localChangesCheck(inputs, c.settings.canvosRef)) ?? [];
}

function unknownSource({signal}: HostCheckContext, error: unknown): CheckResult {
	signal?.throwIfAborted();
	const detail = `not known: ${error instanceof Error ? error.message : String(error)}`;
	return {...sourceCheck, verdict: 'warn', detail};
}

async function checkPush(c: HostCheckContext, info: DockerInfo | undefined): Promise<CheckResult[]> {
	// Only registry and repository count, so a version that can't be had doesn't stand in the way.
	const settings = await resolvePeVersion(c.settings, c).catch(() => c.settings);
	return [await probePush(c, outputNames(settings).providerImage, info)];
}
