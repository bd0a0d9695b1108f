import type {CheckResult} from '../../../pipeline/events.ts';
import type {DockerInfo} from './info.ts';

/** Earthly works with 20.10; older than 24 gets no fixes any more. */
export const judgeVersion = ({ServerVersion = ''}: DockerInfo): CheckResult => {
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
};

/** Version and driver of the control groups. */
export const judgeCgroups = ({CgroupVersion, CgroupDriver}: DockerInfo): CheckResult => {
	const check = {id: 'docker-cgroups', title: 'Control groups'} as const;
	const detail = `version ${CgroupVersion ?? 'unknown'}, driver ${CgroupDriver ?? 'unknown'}`;
	if (CgroupDriver === 'none') {
		return {
			...check,
			verdict: 'warn',
			detail,
			hint: 'Without them the build’s memory can’t be limited or measured (rootless without delegation?).',
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
};

/** The driver that keeps the layers. */
export const judgeStorage = ({Driver}: DockerInfo): CheckResult => {
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
};

const gibibyte = 1024 ** 3;

/** Memory of the machine that Docker runs on, which is a virtual one with Docker Desktop. */
export const judgeMemory = ({MemTotal}: DockerInfo, machineBytes: number): CheckResult => {
	const bytes = MemTotal ?? machineBytes;
	const check = {
		id: 'docker-memory',
		title: 'Memory for builds',
		detail: `${(bytes / gibibyte).toFixed(1)} GiB`,
		why: 'Driver modules are compiled and a squashfs of several GB is made.',
	} as const;
	// A machine sold with 8 GB shows a little less.
	if (bytes < 3.5 * gibibyte)
		return {...check, verdict: 'fail', hint: 'Give the machine (or Docker’s virtual machine) at least 8 GB.'};
	return bytes < 7.5 * gibibyte
		? {...check, verdict: 'warn', hint: '8 GB or more keep the build from running out of memory.'}
		: {...check, verdict: 'pass'};
};
