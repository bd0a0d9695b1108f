import {ToolError} from '../../errors.ts';
import type {CheckResult} from '../../pipeline/events.ts';
import type {HostCheckContext} from '../builder.ts';
import {runConfined} from './buildah.ts';

/** Whether root filesystems can be unpacked, mounted and run here, by root or without. */
export async function checkNamespaces({host, signal}: HostCheckContext): Promise<CheckResult> {
	const {uid, name} = host.machine.user;
	const base = {
		id: 'rehearsal-namespaces',
		title: uid === 0 ? 'Mounts and namespaces' : 'User namespaces',
		why: 'Root filesystems are unpacked, mounted and run in namespaces of their own.',
	};
	const {rootIsMounted} = host.machine;
	if (uid !== 0 && rootIsMounted) {
		const subordinate = (await host.files.readText('/etc/subuid')) ?? '';
		if (!subordinate.split('\n').some(line => line.startsWith(`${name}:`) || line.startsWith(`${uid}:`))) {
			const range = freeRange(subordinate, (await host.files.readText('/etc/subgid')) ?? '');
			return {
				...base,
				verdict: 'fail',
				detail: `${name} has no subordinate ids in /etc/subuid`,
				hint: 'Give yourself a range of ids, or run as root.',
				fix: ['sudo', 'usermod', '--add-subuids', range, '--add-subgids', range, name],
			};
		}
	}
	for (const program of ['setpriv', 'unshare', ...(uid === 0 ? [] : ['buildah'])]) {
		if (!(await host.which(program))) return {...base, verdict: 'skip', detail: `tried once ${program} is installed`};
	}
	try {
		await runConfined(host, ['true'], {signal, timeoutMs: 30_000, what: 'Trying namespaces'});
		return {...base, verdict: 'pass', detail: uid === 0 ? 'usable as root' : `usable as ${name}, without root`};
	} catch (error) {
		signal?.throwIfAborted();
		// What the program said: that it failed is known already.
		const said = error instanceof ToolError ? error.lastLines.at(-1) : undefined;
		const detail = said ?? (error instanceof Error ? error.message : String(error));
		if (uid === 0) {
			const hint = rootIsMounted
				? 'In a container? It needs to be privileged for a rehearsal.'
				: 'In a chroot, /proc, /sys and /dev have to be mounted: mount --rbind /dev FOLDER/dev, and so on, from outside.';
			return {...base, verdict: 'fail', detail, hint};
		}
		if (!rootIsMounted) {
			const hint = 'Run as root: in a chroot the kernel gives an ordinary user no namespaces.';
			return {...base, verdict: 'fail', detail, hint};
		}
		return {
			...base,
			verdict: 'fail',
			detail,
			hint: 'User namespaces are switched off here (kernel.unprivileged_userns_clone, AppArmor on Ubuntu 24.04): run as root.',
		};
	}
}

const first = 100_000;
const count = 65_536;

/**
 * A range of subordinate ids that nobody has, behind all others, as usermod takes it: `165536-231071`. Two users who
 * share one could change each other's files.
 * @param files Texts of /etc/subuid and /etc/subgid (subuid(5)): `name:first:count` a line.
 */
export function freeRange(...files: readonly string[]): string {
	const ends = files
		.flatMap(text => text.split('\n'))
		.map(line => line.split(':'))
		.map(([, start, length]) => Number(start) + Number(length))
		.filter(Number.isFinite);
	const start = Math.max(first, ...ends);
	return `${start}-${start + count - 1}`;
}
