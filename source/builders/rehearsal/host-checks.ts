import {diskStages, totalGb} from '../../compatibility/disk-needs.ts';
import type {Host} from '../../host/host.ts';
import {ownCommand} from '../../own-command.ts';
import type {CheckResult} from '../../pipeline/events.ts';
import {formatBytes} from '../../text/bytes.ts';
import type {HostCheckContext} from '../builder.ts';
import {storageFolder} from './buildah.ts';
import {checkMirror} from './mirror-check.ts';
import {checkNamespaces} from './namespaces-check.ts';
import {missingPrograms, programsFor} from './required-programs.ts';
import {distributionOf, distributions} from './supported-distributions.ts';

/** Everything a rehearsal needs of this machine; QEMU is asked about by the smoke test's own checks. */
export async function hostChecks(c: HostCheckContext): Promise<CheckResult[]> {
	const toBuild = [checkSystem, checkArchitecture, checkDisk, checkMirror, checkMemory];
	const checks = [checkPrograms, checkNamespaces, ...(c.build ? toBuild : [])];
	return Promise.all(checks.map(async check => withoutThrowing(check, c)));
}

type Check = (c: HostCheckContext) => Promise<CheckResult>;

// A check that can't be made is a warning, never a silent pass; a cancel stays a cancel.
async function withoutThrowing(check: Check, c: HostCheckContext): Promise<CheckResult> {
	try {
		return await check(c);
	} catch (error) {
		c.signal?.throwIfAborted();
		const detail = error instanceof Error ? error.message : String(error);
		return {
			id: `rehearsal-${check.name}`,
			title: 'A check of this machine',
			verdict: 'warn',
			detail: `not known: ${detail}`,
		};
	}
}

const checkSystem: Check = async ({host}) => {
	const {os} = host.machine;
	const base = {
		id: 'rehearsal-system',
		title: 'Operating system',
		detail: os.name,
		why: 'A rehearsal makes its image from this machine’s own distribution.',
	};
	const distribution = distributionOf(os);
	if (!distribution) {
		const known = distributions.map(({title, releases}) => `${title} ${releases.join(', ')}`).join('; ');
		return {...base, verdict: 'fail', hint: `Rehearse on ${known}, or build with CanvOS.`};
	}
	if (distribution.releases.includes(os.versionId)) return {...base, verdict: 'pass'};
	return {...base, verdict: 'warn', hint: `Tried with ${distribution.title} ${distribution.releases.join(' and ')}.`};
};

const checkArchitecture: Check = async ({host, settings}) => {
	const base = {
		id: 'rehearsal-architecture',
		title: 'Architecture',
		why: 'A rehearsal runs programs of the image while it is built, so it is for this machine’s architecture.',
	};
	if (settings.arch === host.machine.arch) return {...base, verdict: 'pass', detail: settings.arch};
	return {
		...base,
		verdict: 'fail',
		detail: `${settings.arch} is asked for, this machine is ${host.machine.arch}`,
		hint: `Set ARCH to ${host.machine.arch}.`,
	};
};

const checkPrograms: Check = async ({host, settings, build}) => {
	const base = {
		id: 'rehearsal-programs',
		title: 'Programs of the rehearsal',
		why: build ? 'They make the base image, the provider image and the ISO.' : 'They look into the provider image.',
	};
	const needed = programsFor({arch: settings.arch, os: host.machine.os}).filter(({forImages}) => build || forImages);
	const missing = await missingPrograms(host, needed);
	if (missing.length === 0) return {...base, verdict: 'pass', detail: 'all installed'};
	const packages = [...new Set(missing.map(({debianPackage}) => debianPackage))];
	return {
		...base,
		verdict: 'fail',
		detail: `missing: ${missing.map(({program}) => program).join(', ')}`,
		hint: `Install ${packages.join(', ')}; ${ownCommand('doctor --fix')} does it.`,
		fix: [...sudo(host), 'apt-get', 'install', '--yes', '--no-install-recommends', ...packages],
	};
};

const checkDisk: Check = async ({host, settings, workspace, signal}) => {
	const storage = await storageFolder(host, signal).catch(() => undefined);
	const places = [workspace.root, ...(storage === undefined ? [] : [storage])];
	const free = await Promise.all(places.map(async path => ({path, bytes: (await host.disk(path)).freeBytes})));
	const neededBytes = settings.minDiskGb * 1e9;
	const short = free.filter(({bytes}) => bytes < neededBytes);
	const base = {
		id: 'rehearsal-disk',
		title: 'Free disk space',
		detail: (short.length > 0 ? short : free).map(({path, bytes}) => `${formatBytes(bytes)} at ${path}`).join(', '),
		why: `Base image, provider image and ISO take about ${totalGb(diskStages(settings))} GB.`,
	};
	return short.length === 0
		? {...base, verdict: 'pass'}
		: {...base, verdict: 'fail', hint: 'Free some space, or choose another workspace with --workspace.'};
};

const checkMemory: Check = async ({host}) => {
	const {memoryBytes} = host.machine;
	const base = {
		id: 'rehearsal-memory',
		title: 'Memory',
		detail: formatBytes(memoryBytes),
		why: 'Compressing the image and building kernel modules take about 1 GB, the smoke test another 2 GB.',
	};
	return memoryBytes >= 2e9
		? {...base, verdict: 'pass'}
		: {...base, verdict: 'warn', hint: 'Close other programs, or build with --no-smoke-test.'};
};

const sudo = (host: Host) => (host.machine.user.uid === 0 ? [] : ['sudo']);
