import {readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import {type GlobalOptions, readCommandLine} from './command-line.ts';
import type {Invocation, OutputMode} from './commands/invocation.ts';
import {openMenu} from './commands/menu.ts';
import {FixableError, ToolError} from './errors.ts';
import {type ExitCode, exitCodes} from './exit-codes.ts';
import {packageRoot} from './host/package-root.ts';
import {killEverythingStarted} from './host/process-group.ts';
import {createHost} from './host/real-host.ts';
import {workspaceAt} from './pipeline/workspace.ts';
import {createTextRedactor} from './reporters/redaction.ts';
import {argumentLayer, environmentLayer, flagLayer} from './settings/layer-sources.ts';
import {givenSecrets} from './settings/public.ts';

/** The program. Resolves with the exit code, after everything it wrote is out. */
export const main = async (words: readonly string[]): Promise<ExitCode> => {
	const {stdin, stdout, stderr, env} = process;
	listenForInterrupts();
	const unwritten = listenForBrokenOutput(stdout, stderr);
	const {version} = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {version: string};
	const line = readCommandLine(words, version, {
		out: text => stdout.write(text),
		err: text => stderr.write(text),
	});
	if (line.ended) return line.ended.exitCode;
	const {options} = line;
	const layers = [flagLayer(line.flags), argumentLayer(line.assignments)];
	const redact = createTextRedactor(givenSecrets([...layers, environmentLayer(env)]));
	const invocation: Invocation = {
		layers,
		preset: options.preset,
		output: outputModeOf(options, env),
		quiet: options.quiet ?? false,
		yes: options.yes ?? false,
		dryRun: options.dryRun ?? false,
		workspace: workspaceAt(resolve(options.workspace ?? env.EDGE_BUILDER_WORKSPACE ?? '.')),
		host: await createHost({env}),
		env,
		version,
		commandLine: redact(['edge-builder', ...words].join(' ')),
		stdin,
		stdout,
		stderr,
		onInterrupt,
	};
	const exitCode = await (line.run ?? openMenu)(invocation).catch(error => tellError(error, invocation, redact));
	const problem = await unwritten();
	if (!problem || exitCode !== exitCodes.done) return exitCode;
	stderr.write(`✖ Not everything could be written to standard output: ${problem.message}\n`);
	return exitCodes.host;
};

const outputModeOf = ({json, plain, quiet}: GlobalOptions, env: NodeJS.ProcessEnv): OutputMode => {
	if (json) return 'json';
	const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
	const wantsPlain = plain || quiet || (env.CI && env.CI !== 'false') || env.ACCESSIBLE === '1' || env.TERM === 'dumb';
	return isTerminal && !wantsPlain ? 'screens' : 'plain';
};

const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = new Set<(signal: NodeJS.Signals) => void>();

const onInterrupt: Invocation['onInterrupt'] = callback => {
	listeners.add(callback);
	return () => listeners.delete(callback);
};

// Children are in process groups of their own, so the terminal's Ctrl-C reaches only us.
const listenForInterrupts = () => {
	process.on('exit', killEverythingStarted);
	for (const name of interruptions) {
		process.on(name, signal => {
			for (const listener of [...listeners]) listener(signal);
			if (listeners.size === 0) process.exit(exitCodes.cancelled);
		});
	}
};

const tellError = (
	thrown: unknown,
	{stderr, stdout, output}: Invocation,
	redact: (text: string) => string,
): ExitCode => {
	if (thrown instanceof Error && thrown.name === 'AbortError') return exitCodes.cancelled;
	const error = systemError(thrown) ?? thrown;
	const lines = errorLines(error).map(line => redact(stripVTControlCharacters(line)));
	stderr.write(`${lines.join('\n')}\n`);
	const isOurBug = !(error instanceof FixableError || error instanceof ToolError);
	if (output === 'json') {
		const {code, message, hint} = isOurBug ? {code: 'bug', message: String(error), hint: undefined} : error;
		stdout.write(`${JSON.stringify({error: {code, message: redact(message), hint}})}\n`);
	}
	return isOurBug ? exitCodes.bug : exitCodes[error.exit ?? (error instanceof ToolError ? 'build' : 'usage')];
};

const errorLines = (error: unknown): string[] => {
	if (error instanceof FixableError || error instanceof ToolError) {
		const {message, hint, log} = error;
		return [
			`✖ ${message}`,
			...(error instanceof ToolError ? error.lastLines.map(line => `│ ${line}`) : []),
			...(hint ? [`→ ${hint}`] : []),
			...(log ? [`Log: ${log}`] : []),
		];
	}
	return [
		'✖ This is our bug, and we would like to hear of it:',
		error instanceof Error ? (error.stack ?? error.message) : String(error),
	];
};

// What the system refuses before a run has a step to blame: mostly the workspace.
const systemError = (error: unknown): FixableError | undefined => {
	const {code, path = 'The workspace', syscall} = (error ?? {}) as NodeJS.ErrnoException;
	const refused = (name: string, message: string, hint: string) =>
		new FixableError(name, message, {hint, exit: 'host', cause: error});
	if (code === 'ENOSPC' || code === 'EDQUOT')
		return refused(
			'disk-full',
			`No space is left on the disk for ${path}`,
			'Free some space, or choose another --workspace.',
		);
	if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
		return refused(
			'not-writable',
			`${path} may not be written (${code})`,
			'Choose a folder of your own with --workspace.',
		);
	if (syscall === 'mkdir' && (code === 'ENOTDIR' || code === 'EEXIST'))
		return refused('not-a-folder', `${path} can't be a folder: a file is in the way`, 'Choose another --workspace.');
	return undefined;
};

/**
 * Lets no broken output end us in the middle of something: the reader of a pipe may go (`edge-builder runs list | head -1`
 * is no mistake), a terminal may be closed while a run is being cleaned up.
 * @returns what is worth telling of it, once all was written.
 */
const listenForBrokenOutput = (...streams: readonly NodeJS.WriteStream[]) => {
	let problem: NodeJS.ErrnoException | undefined;
	for (const stream of streams) {
		stream.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code !== 'EPIPE' && error.code !== 'EIO') problem ??= error;
		});
	}
	return async () => {
		// Streams tell of their errors a moment after the write.
		await new Promise(resolve => setImmediate(resolve));
		return problem;
	};
};
