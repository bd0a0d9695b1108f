import type {Backlog} from './backlog.ts';
import type {Files} from './files.ts';
import type {Journal} from './journal.ts';
import type {Command, CommandResult, RunningCommand} from './processes.ts';

/** The machine we run on, read once at start. */
export type Machine = {
	arch: 'amd64' | 'arm64';
	/** From /etc/os-release. */
	os: {id: string; versionId: string; codename: string; name: string};
	cpus: number;
	memoryBytes: number;
	user: {uid: number; gid: number; name: string; home: string};
	/** Whether / is a mount point; in a plain chroot it is a folder of a mount that has no name there. */
	rootIsMounted: boolean;
	/** What our children may be limited to without any privilege; absent where that is not limited. */
	limits: {processes?: number; openFiles?: number};
};

/** The only door to the outside. A real one for runs, fakes in tests, one that only notes for `--dry-run`. */
export type Host = {
	machine: Machine;
	/** The caller's environment. */
	env: Readonly<Record<string, string | undefined>>;
	files: Files;
	/** What a killed run would leave behind, recorded before it is made. */
	journal: Journal;
	/** What waits to be written of a run; whoever reads a lot waits for room in it. */
	backlog: Backlog;
	/** Runs a program to its end. Rejects with ToolError unless it exits 0 (or `exitCodes` allows it). */
	run(command: Command): Promise<CommandResult>;
	/** Starts a program that outlives this call; `ended` settles when it does. */
	start(command: Command): Promise<RunningCommand>;
	/** Runs a program that needs the person's terminal: it asks for itself, and its output is not ours to read. */
	runOnTerminal(command: Pick<Command, 'program' | 'args' | 'what' | 'hint'>): Promise<void>;
	/** Absolute path of a program on PATH (also looks in /usr/sbin and /sbin), or undefined. */
	which(program: string): Promise<string | undefined>;
	/** Free and total bytes and free inodes of the filesystem that holds `path` or its nearest existing parent. */
	disk(path: string): Promise<{freeBytes: number; totalBytes: number; freeInodes: number}>;
	/** Resolves after `milliseconds`, rejects when the signal aborts. */
	sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
	/** Milliseconds since the epoch: a date, which jumps when the machine's clock is set. */
	now(): number;
	/** Milliseconds of a clock that only ever goes on: for how long something takes. */
	elapsed(): number;
};
