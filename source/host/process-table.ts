import {readdirSync, readFileSync, statSync} from 'node:fs';

/**
 * What tells this process from a later one with the same number: boot id and start time in clock ticks
 * (/proc/PID/stat, field 22). Undefined when there is no such process, or only its zombie.
 */
export function identityOf(pid: number): string | undefined {
	const process = statOf(pid);
	return process && `${read('/proc/sys/kernel/random/boot_id')?.trim()}:${process.startedAtTicks}`;
}

/** Whether a process group has a member that is more than a zombie. */
export const hasLivingMember = (group: number): boolean => allPids().some(pid => statOf(pid)?.group === group);

/** Every child of ours carries this name with the run's id, so survivors are found whatever they did to their group. */
export const runMarker = 'EDGE_BUILDER_RUN';

/** Processes of this user whose environment carries the marker of that run. */
export const processesOf = (runId: string): number[] =>
	allPids().filter(
		pid => pid !== process.pid && read(`/proc/${pid}/environ`)?.split('\0').includes(`${runMarker}=${runId}`),
	);

/**
 * Whether a process has this file open, which its number alone doesn't tell: it may be another's by now, or mean another
 * process in a container. `unknown` where we may not look, as at a process of another user.
 */
export function hasOpen(pid: number, path: string): boolean | 'unknown' {
	try {
		const wanted = statSync(path);
		return readdirSync(`/proc/${pid}/fd`).some(fd => {
			const open = statSync(`/proc/${pid}/fd/${fd}`, {throwIfNoEntry: false});
			return open?.ino === wanted.ino && open.dev === wanted.dev;
		});
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'unknown' : false;
	}
}

const allPids = () =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(Number);

function statOf(pid: number): {group: number; startedAtTicks: string | undefined} | undefined {
	const stat = read(`/proc/${pid}/stat`);
	if (stat === undefined) return undefined;
	// The name in field 2 may hold blanks and parentheses; fields are counted behind the last one.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return fields[0] === 'Z' ? undefined : {group: Number(fields[2]), startedAtTicks: fields[19]};
}

function read(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
}
