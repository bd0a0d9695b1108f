import {existsSync} from 'node:fs';
import type {Readable} from 'node:stream';
import {execa} from 'execa';
import {FixableError, ToolError} from '../errors.ts';
import {createLineSplitter} from './lines.ts';
import {hasLivingMember} from './process-table.ts';

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

/** `stdout` and `stderr` keep the last 16 MiB. */
export type CommandResult = {exitCode: number; stdout: string; stderr: string; durationMs: number};

export type RunningCommand = {
	pid: number | undefined;
	/** Settles when the program and its process group are gone. */
	ended: Promise<CommandResult>;
	/** Ends the whole process group: `cancelWith`, then SIGKILL after the grace. */
	stop(): Promise<void>;
	/** Writes to standard input; needs `interactive`. */
	write(text: string): void;
};

const keptBytes = 16 * 1024 * 1024;
const lastLineCount = 20;

/**
 * Starts a program in a process group of its own, so that a cancel reaches all of its children.
 * @throws {FixableError} through `ended` when the program is not installed; {ToolError} when it fails.
 */
export const startProcess = (
	command: Command,
	baseEnv: Readonly<Record<string, string | undefined>>,
): RunningCommand => {
	const started = Date.now();
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

	if (child.pid !== undefined) living.add(child.pid);

	const lastLines: string[] = [];
	const remember = (text: string, stream: 'out' | 'err') => {
		lastLines.push(...text.split('\n').slice(-lastLineCount));
		lastLines.splice(0, lastLines.length - lastLineCount);
		command.onLines?.(text, stream);
	};
	const out = collect(child.stdout, text => remember(text, 'out'), command.onBytes);
	const err = collect(child.stderr, text => remember(text, 'err'));

	let why: 'cancelled' | 'timeout' | 'stopped' | undefined;
	let killTimer: NodeJS.Timeout | undefined;
	const end = (reason: NonNullable<typeof why>) => {
		why ??= reason;
		signalGroup(child.pid, cancelWith);
		killTimer ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs);
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
		if (signalGroup(child.pid, 'SIGTERM')) await groupIsGone(child.pid, graceMs);
		clearTimeout(killTimer);
		const stopWatching = closeWhenAbandoned([child.stdout, child.stderr], () => out.received() + err.received());
		const result = await child;
		stopWatching();
		if (child.pid !== undefined) living.delete(child.pid);
		out.flush();
		err.flush();
		if (why === 'cancelled') throw command.signal?.reason ?? new DOMException('Cancelled', 'AbortError');
		const durationMs = Date.now() - started;
		const name = command.what ?? command.program;
		if (result.code === 'ENOENT') {
			if (command.cwd !== undefined && !existsSync(command.cwd)) {
				throw new FixableError('folder-missing', `${name}: the folder ${command.cwd} does not exist`, {cause: result});
			}
			throw new FixableError('program-missing', `${command.program} is not installed`, {
				hint: command.hint ?? 'Run `edge-builder doctor --fix` to install what is missing.',
				exit: 'host',
				cause: result,
			});
		}
		if (why !== 'stopped' && (result.exitCode === undefined || !exitCodes.includes(result.exitCode))) {
			const ending =
				why === 'timeout'
					? `did not end within ${Math.round((command.timeoutMs ?? 0) / 1000)} s`
					: result.signal !== undefined
						? `was ended by ${result.signal}`
						: result.exitCode === undefined
							? `could not be started (${result.code ?? 'unknown reason'})`
							: `failed with exit code ${result.exitCode}`;
			throw new ToolError(command.program, `${name}: ${command.program} ${ending}`, {
				exitCode: result.exitCode,
				killedBy: result.signal,
				lastLines: lastLines.filter(Boolean),
				hint: command.hint,
				log: command.log,
				cause: result,
			});
		}
		return {exitCode: result.exitCode ?? 0, stdout: out.text(), stderr: err.text(), durationMs};
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
};

const living = new Set<number>();

/** Ends every process group that was started and has not ended, at once; for when we end ourselves. */
export const killEverythingStarted = () => {
	for (const pid of living) signalGroup(pid, 'SIGKILL');
};

/** Sends a signal to a process group; false when the group no longer exists. */
export const signalGroup = (pid: number | undefined, signal: NodeJS.Signals | 0): boolean => {
	if (pid === undefined) return false;
	try {
		return process.kill(-pid, signal);
	} catch {
		return false;
	}
};

const groupIsGone = async (pid: number | undefined, graceMs: number) => {
	const deadline = Date.now() + graceMs;
	// Asked of /proc: a zombie still takes signals, and where nobody collects orphans it stays one.
	while (pid !== undefined && hasLivingMember(pid)) {
		if (Date.now() > deadline) signalGroup(pid, 'SIGKILL');
		await new Promise(resolve => setTimeout(resolve, 20));
		if (Date.now() > deadline + graceMs) return;
	}
};

// A process that left the group may still hold the pipes of a program that ended; after a silence they are closed.
const closeWhenAbandoned = (streams: readonly (Readable | null)[], received: () => number) => {
	let before = received();
	const timer = setInterval(() => {
		// After a look for what arrived while we were busy ourselves.
		setImmediate(() => {
			const now = received();
			if (now === before) for (const stream of streams) stream?.destroy();
			before = now;
		});
	}, 500);
	return () => clearInterval(timer);
};

const collect = (
	stream: Readable | null,
	onText: (text: string) => void,
	onBytes?: (bytes: Uint8Array) => void,
): {text(): string; flush(): void; received(): number} => {
	const kept: Buffer[] = [];
	let size = 0;
	let received = 0;
	const lines = createLineSplitter(onText);
	stream?.on('data', (bytes: Buffer) => {
		received += bytes.length;
		if (onBytes) {
			onBytes(bytes);
			return;
		}
		kept.push(bytes);
		size += bytes.length;
		while (size > keptBytes && kept.length > 1) size -= kept.shift()?.length ?? 0;
		lines.push(bytes);
	});
	return {text: () => Buffer.concat(kept).toString(), flush: lines.flush, received: () => received};
};

const definedOnly = (env: Readonly<Record<string, string | undefined>>) =>
	Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
