import type {Readable} from 'node:stream';
import type {Backlog} from './backlog.ts';
import {processFailure} from './process-failure.ts';
import {createGroup} from './process-group.ts';
import {closeWhenAbandoned, collect} from './process-output.ts';

export type Command = {
	program: string;
	args: readonly string[];
	cwd?: string;
	/** Added to the environment of the child; undefined removes a name. */
	env?: Readonly<Record<string, string | undefined>>;
	/** Text or stream for standard input; without it standard input is empty. */
	input?: string | Readable;
	/** Keeps standard input open for `write`. */
	interactive?: boolean;
	signal?: AbortSignal;
	/** Signal sent first to the whole process group on cancel. @default 'SIGTERM' */
	cancelWith?: 'SIGTERM' | 'SIGINT';
	/** Milliseconds between that signal and SIGKILL. @default 5000 */
	graceMs?: number;
	timeoutMs?: number;
	/** Exit codes that count as success. @default [0] */
	exitCodes?: readonly number[];
	/** Gets whole lines as they arrive, many at a time, without the last line feed. */
	onLines?(text: string, stream: 'out' | 'err'): void;
	/** Gets the raw bytes of standard output instead of collecting them; for binary or endless output. */
	onBytes?(bytes: Uint8Array): void;
	/** What the program is for, used in errors: "Building the root filesystem". */
	what?: string;
	/** What to try when it fails. */
	hint?: string;
	/** Path of the log that receives its output, named in errors. */
	log?: string;
};

/** `stdout` and `stderr` keep the last 16 MiB, the last MiB where `onLines` gets all of it. */
export type CommandResult = {exitCode: number; stdout: string; stderr: string};

export type RunningCommand = {
	pid: number | undefined;
	/** Settles when the program and its process group are gone. */
	ended: Promise<CommandResult>;
	/** Ends the whole process group: `cancelWith`, then SIGKILL after the grace. */
	stop(): Promise<void>;
	/** Writes to standard input; needs `interactive`. */
	write(text: string): void;
};

const lastLineCount = 20;

/**
 * Starts a program in a process group of its own, so that a cancel reaches all of its children.
 * @param backlog What waits to be written; while it is full, the program's output is not read.
 * @throws {FixableError} through `ended` when the program is not installed; {ToolError} when it fails.
 */
export async function startProcess(
	command: Command,
	baseEnv: Readonly<Record<string, string | undefined>>,
	backlog: Backlog,
): Promise<RunningCommand> {
	// The first screen runs nothing.
	const {execa} = await import('execa');
	const {graceMs = 5000, cancelWith = 'SIGTERM', exitCodes = [0]} = command;
	const child = execa(command.program, command.args, {
		cwd: command.cwd,
		env: definedOnly({...baseEnv, ...command.env}),
		extendEnv: false,
		detached: true,
		buffer: false,
		reject: false,
		stdin: 'pipe',
		encoding: 'buffer',
	});
	child.stdin.on('error', () => undefined); // The program may end without reading all of it.
	if (typeof command.input === 'object') command.input.pipe(child.stdin);
	else if (command.input !== undefined || !command.interactive) child.stdin.end(command.input);

	const group = createGroup(child.pid);

	const lastLines: string[] = [];
	const remember = (text: string, stream: 'out' | 'err') => {
		lastLines.push(...lastOf(text, lastLineCount).split('\n'));
		lastLines.splice(0, lastLines.length - lastLineCount);
		command.onLines?.(text, stream);
	};
	const handsOn = command.onLines !== undefined;
	const out = collect(child.stdout, text => remember(text, 'out'), {backlog, handsOn, onBytes: command.onBytes});
	const err = collect(child.stderr, text => remember(text, 'err'), {backlog, handsOn});

	let why: 'cancelled' | 'timeout' | 'stopped' | undefined;
	let killTimer: NodeJS.Timeout | undefined;
	const end = (reason: NonNullable<typeof why>) => {
		why ??= reason;
		group.signal(cancelWith);
		killTimer ??= setTimeout(() => group.signal('SIGKILL'), graceMs);
	};
	const onAbort = () => end('cancelled');
	if (command.signal?.aborted) onAbort();
	command.signal?.addEventListener('abort', onAbort, {once: true});
	const timeout = command.timeoutMs === undefined ? undefined : setTimeout(() => end('timeout'), command.timeoutMs);

	const ended = (async () => {
		// Not when its output ends: what it left behind may hold that open for as long as it lives.
		await Promise.race([child, new Promise(resolve => child.nodeChildProcess.once('exit', resolve))]);
		clearTimeout(timeout);
		command.signal?.removeEventListener('abort', onAbort);
		// Whatever the program left in its group has lost its parent; nothing of a run may outlive it.
		await group.end(graceMs);
		clearTimeout(killTimer);
		const stopWatching = closeWhenAbandoned([child.stdout, child.stderr], () =>
			[out, err].map(stream => stream.isGoingOn()).includes(true),
		);
		const result = await child;
		stopWatching();
		out.flush();
		err.flush();
		if (why === 'cancelled') throw command.signal?.reason ?? new DOMException('Cancelled', 'AbortError');
		const isMissing = result.code === 'ENOENT';
		const isFine = why === 'stopped' || (result.exitCode !== undefined && exitCodes.includes(result.exitCode));
		if (isMissing || !isFine) throw processFailure(command, {...result, timedOut: why === 'timeout', lastLines});
		return {exitCode: result.exitCode ?? 0, stdout: out.text(), stderr: err.text()};
	})();
	ended.catch(() => undefined);

	return {
		pid: child.pid,
		ended,
		async stop() {
			end('stopped');
			await ended.catch(() => undefined);
		},
		write: text => void child.stdin.write(text),
	};
}

/** The last lines of a text, so many at most, without cutting all of it into lines. */
function lastOf(text: string, count: number) {
	let start = text.length;
	for (let line = 0; line < count && start > 0; line++) start = text.lastIndexOf('\n', start - 1);
	return text.slice(start + 1);
}

const definedOnly = (env: Readonly<Record<string, string | undefined>>) =>
	Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
