import {access, constants, readFile, statfs} from 'node:fs/promises';
import {availableParallelism, tmpdir, totalmem, userInfo} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {type Backlog, createBacklog} from './backlog.ts';
import {elapsed} from './clock.ts';
import {realFiles} from './files.ts';
import type {Host, Machine} from './host.ts';
import {type Journal, noJournal} from './journal.ts';
import {runMarker} from './process-table.ts';
import {startProcess} from './processes.ts';
import {runOnTerminal} from './terminal-process.ts';

/** The real host. Children get the run's marker when `runId` is given, so that a reaper can find them. */
export async function createHost({
	env = process.env,
	journal = noJournal,
	runId,
	backlog = createBacklog(),
}: {
	env?: Host['env'];
	journal?: Journal;
	runId?: string;
	backlog?: Backlog;
} = {}): Promise<Host> {
	const machine = await readMachine();
	const childEnv = {
		...env,
		...(await runtimeFolder(env, machine)),
		...(runId !== undefined && {[runMarker]: runId}),
		PATH: searchPath(env).join(delimiter),
	};
	return {
		machine,
		env,
		files: realFiles,
		journal,
		backlog,
		run: async command => (await startProcess(command, childEnv, backlog)).ended,
		start: command => startProcess(command, childEnv, backlog),
		runOnTerminal: command => runOnTerminal(command, childEnv),
		which: program => findProgram(program, searchPath(env)),
		disk: freeSpace,
		sleep: (milliseconds, signal) => delay(milliseconds, undefined, {signal}),
		now: Date.now,
		elapsed,
	};
}

// Without a login session an ordinary user has no XDG_RUNTIME_DIR, and buildah would leave folders in /tmp.
async function runtimeFolder(env: Host['env'], {user}: Machine) {
	if (user.uid === 0 || env.XDG_RUNTIME_DIR || (await realFiles.exists(`/run/user/${user.uid}`))) return {};
	const folder = join(env.XDG_CACHE_HOME || join(user.home, '.cache'), 'edge-builder', 'runtime');
	// A home that can't be written is told by whatever needs it.
	await realFiles.makeFolder(folder, {mode: 0o700}).catch(() => undefined);
	return {XDG_RUNTIME_DIR: folder};
}

// Debian keeps mkfs, losetup and the like in sbin, which an ordinary user's PATH lacks.
function searchPath(env: Host['env']) {
	const folders = (env.PATH ?? '/usr/bin:/bin').split(delimiter).filter(Boolean);
	return [...folders, ...['/usr/sbin', '/sbin'].filter(folder => !folders.includes(folder))];
}

async function findProgram(program: string, folders: readonly string[]) {
	for (const folder of folders) {
		const path = join(folder, program);
		const found = await access(path, constants.X_OK).then(
			() => true,
			() => false,
		);
		if (found) return path;
	}
	return undefined;
}

async function readMachine(): Promise<Machine> {
	const {uid, gid, username, homedir} = currentUser();
	const release = parseOsRelease(await readFile('/etc/os-release', 'utf8').catch(() => ''));
	return {
		arch: process.arch === 'arm64' ? 'arm64' : 'amd64',
		os: {
			id: release.ID ?? 'unknown',
			versionId: release.VERSION_ID ?? '',
			codename: release.VERSION_CODENAME ?? '',
			name: release.PRETTY_NAME ?? 'an unknown system',
		},
		cpus: availableParallelism(),
		memoryBytes: totalmem(),
		user: {uid, gid, name: username, home: homedir},
		rootIsMounted: hasRootMount(await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')),
		limits: parseLimits(
			await readFile('/proc/self/limits', 'utf8').catch(() => ''),
			Number(await readFile('/proc/sys/kernel/pid_max', 'utf8').catch(() => '')),
		),
	};
}

// A container may run us under a number that no passwd entry knows.
function currentUser() {
	try {
		return userInfo();
	} catch {
		const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
		return {uid, gid, username: String(uid), homedir: process.env.HOME || tmpdir()};
	}
}

/** Fields of an os-release file (os-release(5)). */
export const parseOsRelease = (text: string): Record<string, string | undefined> =>
	Object.fromEntries(
		text
			.split('\n')
			.map(line => /^([A-Z][A-Z0-9_]*)=(?:"(.*)"|'(.*)'|(.*))$/.exec(line.trim()))
			.filter(match => match !== null)
			.map(([, key, double, single, plain]) => [key, double ?? single ?? plain ?? '']),
	);

// Field 5 is the mount point (proc(5)). Where it can't be read, / is taken for what it nearly always is.
const hasRootMount = (mountinfo: string) =>
	mountinfo === '' || mountinfo.split('\n').some(line => line.split(' ')[4] === '/');

/** Hard limits of /proc/PID/limits (proc(5)): name, soft, hard, unit, in columns. */
export function parseLimits(text: string, pidMax: number): Machine['limits'] {
	const hard = (name: string) => {
		const value = new RegExp(`^${name} +\\S+ +(\\d+)`, 'm').exec(text)?.[1];
		return value === undefined ? undefined : Number(value);
	};
	// An ordinary user's buildah lowers its limit to the number of process ids and may not raise it again.
	const processes = Math.min(hard('Max processes') ?? Number.POSITIVE_INFINITY, pidMax || Number.POSITIVE_INFINITY);
	return {processes: Number.isFinite(processes) ? processes : undefined, openFiles: hard('Max open files')};
}

async function freeSpace(path: string): Promise<{freeBytes: number; totalBytes: number; freeInodes: number}> {
	try {
		const {bavail, blocks, bsize, ffree} = await statfs(path);
		return {freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeInodes: ffree};
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
		return freeSpace(dirname(path));
	}
}
