import {FixableError} from '../../../errors.ts';
import type {CheckResult} from '../../../pipeline/events.ts';
import {formatBytes} from '../../../text/bytes.ts';
import type {HostCheckContext} from '../../builder.ts';
import {type DockerInfo, dockerInfo} from './daemon-info.ts';

const daemonCheck = {
	id: 'docker',
	title: 'Docker daemon answers',
	why: 'Earthly and BuildKit run in containers.',
} as const;

/** Whether Docker answers, and what it says of itself when it does. */
export async function checkDaemon(c: HostCheckContext): Promise<{checks: CheckResult[]; info?: DockerInfo}> {
	try {
		const answer = await dockerInfo(c);
		if ('info' in answer) {
			const {ServerVersion, OperatingSystem} = answer.info;
			const detail = [`Docker ${ServerVersion}`, OperatingSystem].filter(Boolean).join(', ');
			return {checks: [{...daemonCheck, verdict: 'pass', detail}], info: answer.info};
		}
		return {checks: [{...daemonCheck, verdict: 'fail', detail: answer.problem, hint: answer.hint}]};
	} catch (error) {
		c.signal?.throwIfAborted();
		const missing = error instanceof FixableError && error.code === 'program-missing';
		const detail = error instanceof Error ? error.message : String(error);
		const hint = missing
			? 'Install Docker 24 or newer: https://docs.docker.com/engine/install/'
			: 'Look at the daemon’s log: `journalctl -u docker`.';
		return {checks: [{...daemonCheck, verdict: 'fail', detail, hint}]};
	}
}

/** Earthly works with 20.10; older than 24 gets no fixes any more. */
export function checkVersion({ServerVersion = ''}: DockerInfo): CheckResult {
	const check = {id: 'docker-version', title: 'Docker is new enough', detail: ServerVersion} as const;
	const [major, minor] = ServerVersion.split('.').map(Number);
	if (major === undefined || !Number.isFinite(major))
		return {...check, verdict: 'warn', detail: `version ${ServerVersion || 'unknown'}`};
	if (major < 20 || (major === 20 && (minor ?? 0) < 10)) {
		return {...check, verdict: 'fail', hint: 'Earthly needs Docker 20.10 or newer.'};
	}
	return major < 24
		? {...check, verdict: 'warn', hint: 'It works, but gets no security fixes any more; 24 or newer is better.'}
		: {...check, verdict: 'pass'};
}

/** Version and driver of the control groups. */
export function checkControlGroups({CgroupVersion, CgroupDriver}: DockerInfo): CheckResult {
	const check = {id: 'docker-cgroups', title: 'Control groups'} as const;
	const detail = `version ${CgroupVersion ?? 'unknown'}, driver ${CgroupDriver ?? 'unknown'}`;
	if (CgroupDriver === 'none') {
		return {
			...check,
			verdict: 'warn',
			detail,
			hint: 'Without them the build’s memory cannot be limited or measured (rootless without delegation?).',
		};
	}
	return CgroupVersion === '2'
		? {...check, verdict: 'pass', detail}
		: {
				...check,
				verdict: 'warn',
				detail,
				hint: 'Version 1 is on its way out; boot with systemd.unified_cgroup_hierarchy=1 if builds misbehave.',
			};
}

/** The driver that keeps the layers. */
export function checkStorageDriver({Driver}: DockerInfo): CheckResult {
	const check = {id: 'docker-storage', title: 'Docker’s storage driver', detail: Driver} as const;
	if (Driver === 'vfs') {
		return {
			...check,
			verdict: 'warn',
			why: 'It copies every layer whole.',
			hint: 'An edge build would take 100 GB and more; use overlay2.',
		};
	}
	return ['overlay2', 'overlayfs', 'btrfs', 'zfs', 'stargz'].includes(Driver ?? '')
		? {...check, verdict: 'pass'}
		: {...check, verdict: 'warn', detail: Driver ?? 'unknown', hint: 'overlay2 is what builds are tested with.'};
}

const gibibyte = 1024 ** 3;

/** Memory of the machine that Docker runs on, which is a virtual one with Docker Desktop. */
export function checkMemory({MemTotal}: DockerInfo, machineBytes: number): CheckResult {
	const bytes = MemTotal ?? machineBytes;
	const check = {
		id: 'docker-memory',
		title: 'Memory for builds',
		detail: formatBytes(bytes),
		why: 'Driver modules are compiled and a squashfs of several GB is made.',
	} as const;
	// A machine sold with 8 GB shows a little less.
	if (bytes < 3.5 * gibibyte)
		return {...check, verdict: 'fail', hint: 'Give the machine (or Docker’s virtual machine) at least 8 GB.'};
	return bytes < 7.5 * gibibyte
		? {...check, verdict: 'warn', hint: '8 GB or more keep the build from running out of memory.'}
		: {...check, verdict: 'pass'};
}
