import {join} from 'node:path';
import type {Host} from '../../host/host.ts';
import type {CheckResult} from '../../pipeline/events.ts';
import type {HostCheckContext} from '../builder.ts';
import {readAptSources} from './apt-sources.ts';
import {runConfined, storageFolder} from './buildah.ts';
import {distributionOf, distributions} from './distribution.ts';
import {missingPrograms, programsFor} from './programs.ts';

/** Everything a rehearsal needs of this machine; QEMU is asked about by the smoke test's own checks. */
export const hostChecks = async (c: HostCheckContext): Promise<CheckResult[]> => {
	const checks = [checkSystem, checkArchitecture, checkPrograms, checkNamespaces, checkDisk, checkMirror, checkMemory];
	return Promise.all(checks.map(async check => withoutThrowing(check, c)));
};

type Check = (c: HostCheckContext) => Promise<CheckResult>;

// A check that can't be made is a warning, never a silent pass; a cancel stays a cancel.
const withoutThrowing = async (check: Check, c: HostCheckContext): Promise<CheckResult> => {
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
};

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

const checkPrograms: Check = async ({host, settings}) => {
	const base = {
		id: 'rehearsal-programs',
		title: 'Programs of the rehearsal',
		why: 'They make the base image, the provider image and the ISO.',
	};
	const missing = await missingPrograms(host, programsFor(settings.arch));
	if (missing.length === 0) return {...base, verdict: 'pass', detail: 'all installed'};
	const packages = [...new Set(missing.map(({debianPackage}) => debianPackage))];
	return {
		...base,
		verdict: 'fail',
		detail: `missing: ${missing.map(({program}) => program).join(', ')}`,
		hint: `Install ${packages.join(', ')}; \`edge-builder doctor --fix\` does it.`,
		fix: [...sudo(host), 'apt-get', 'install', '--yes', '--no-install-recommends', ...packages],
	};
};

const checkNamespaces: Check = async ({host, signal}) => {
	const {uid, name} = host.machine.user;
	const base = {
		id: 'rehearsal-namespaces',
		title: uid === 0 ? 'Mounts and namespaces' : 'User namespaces',
		why: 'Root filesystems are unpacked, mounted and run in namespaces of their own.',
	};
	if (uid !== 0 && !(await host.which('buildah'))) {
		return {...base, verdict: 'skip', detail: 'tried once buildah is installed'};
	}
	try {
		await runConfined(host, ['true'], {signal, timeoutMs: 30_000, what: 'Trying namespaces'});
		return {...base, verdict: 'pass', detail: uid === 0 ? 'usable as root' : `usable as ${name}, without root`};
	} catch (error) {
		signal?.throwIfAborted();
		const detail = error instanceof Error ? error.message : String(error);
		if (uid === 0) {
			return {...base, verdict: 'fail', detail, hint: 'In a container? It needs to be privileged for a rehearsal.'};
		}
		const subordinate = (await host.files.readText('/etc/subuid')) ?? '';
		if (!subordinate.split('\n').some(line => line.startsWith(`${name}:`) || line.startsWith(`${uid}:`))) {
			return {
				...base,
				verdict: 'fail',
				detail: `${name} has no subordinate ids in /etc/subuid`,
				hint: 'Give yourself a range of ids, or run as root.',
				fix: ['sudo', 'usermod', '--add-subuids', '100000-165535', '--add-subgids', '100000-165535', name],
			};
		}
		return {
			...base,
			verdict: 'fail',
			detail,
			hint: 'User namespaces are switched off here (kernel.unprivileged_userns_clone, AppArmor on Ubuntu 24.04): run as root.',
		};
	}
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
		detail: (short.length > 0 ? short : free)
			.map(({path, bytes}) => `${(bytes / 1e9).toFixed(1)} GB at ${path}`)
			.join(', '),
		why: `Base image, provider image and ISO take about ${settings.minDiskGb} GB.`,
	};
	return short.length === 0
		? {...base, verdict: 'pass'}
		: {...base, verdict: 'fail', hint: 'Free some space, or choose another workspace with --workspace.'};
};

const checkMirror: Check = async ({host, workspace, signal}) => {
	const base = {
		id: 'rehearsal-mirror',
		title: 'Package mirror',
		why: 'The base image and the packages of an edge appliance come from it.',
	};
	const distribution = distributionOf(host.machine.os);
	if (!distribution) return {...base, verdict: 'skip', detail: 'no known distribution'};
	const sources = await readAptSources(host, distribution, signal);
	const [, uri] = /^URIs: (?:mirror\+)?(\S+)/m.exec(sources.text) ?? [];
	const [, suite] = /^Suites: (\S+)/m.exec(sources.text) ?? [];
	if (uri === undefined || suite === undefined) {
		return {
			...base,
			verdict: 'fail',
			detail: `the apt sources of this machine have no archive of ${host.machine.os.name}`,
			hint: 'Look at /etc/apt/sources.list and /etc/apt/sources.list.d.',
		};
	}
	const address = `${uri.replace(/\/$/, '')}/dists/${suite}/InRelease`;
	const folder = join(workspace.state, 'checks');
	await host.files.makeFolder(folder);
	try {
		await host.run({
			program: '/usr/lib/apt/apt-helper',
			args: ['-o', 'Acquire::Retries=0', 'download-file', address, join(folder, 'InRelease')],
			timeoutMs: 15_000,
			signal,
			what: 'Trying the package mirror',
		});
		return {...base, verdict: 'pass', detail: uri};
	} catch {
		signal?.throwIfAborted();
		return {
			...base,
			verdict: 'warn',
			detail: `${uri} did not answer`,
			hint: 'Check network and proxy. Without it only what is cached can be rehearsed.',
		};
	} finally {
		await host.files.remove(folder, workspace.state);
	}
};

const checkMemory: Check = async ({host}) => {
	const gigabytes = host.machine.memoryBytes / 1e9;
	const base = {
		id: 'rehearsal-memory',
		title: 'Memory',
		detail: `${gigabytes.toFixed(1)} GB`,
		why: 'Compressing the image and building kernel modules take about 1 GB, the smoke test another 2 GB.',
	};
	return gigabytes >= 2
		? {...base, verdict: 'pass'}
		: {...base, verdict: 'warn', hint: 'Close other programs, or build with --no-smoke-test.'};
};

const sudo = (host: Host) => (host.machine.user.uid === 0 ? [] : ['sudo']);
