import {readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import {type GlobalOptions, readCommandLine} from './command-line.ts';
import type {Invocation, OutputMode} from './commands/invocation.ts';
import {openMenu} from './commands/menu.ts';
import {FixableError, ToolError} from './errors.ts';
import {type ExitCode, exitCodes} from './exit-codes.ts';
import {packageRoot} from './host/package-root.ts';
import {killEverythingStarted} from './host/processes.ts';
import {createHost} from './host/real-host.ts';
import {workspaceAt} from './pipeline/workspace.ts';
import {createTextRedactor} from './reporters/redaction.ts';
import {argumentLayer, flagLayer} from './settings/layer-sources.ts';

/** The program. Resolves with the exit code, after everything it wrote is out. */
export const main = async (words: readonly string[]): Promise<ExitCode> => {
	const {stdin, stdout, stderr, env} = process;
	listenForInterrupts();
	for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe);
	const {version} = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {version: string};
	const line = readCommandLine(words, version, {
		out: text => stdout.write(text),
		err: text => stderr.write(text),
	});
	if (line.ended) return line.ended.exitCode;
	const {options} = line;
	const invocation: Invocation = {
		layers: [flagLayer(line.flags), argumentLayer(line.assignments)],
		preset: options.preset,
		output: outputModeOf(options, env),
		quiet: options.quiet ?? false,
		yes: options.yes ?? false,
		dryRun: options.dryRun ?? false,
		workspace: workspaceAt(resolve(options.workspace ?? env.EDGE_BUILDER_WORKSPACE ?? '.')),
		host: await createHost({env}),
		env,
		version,
		commandLine: ['edge-builder', ...words].join(' '),
		stdin,
		stdout,
		stderr,
		onInterrupt,
	};
	try {
		return await (line.run ?? openMenu)(invocation);
	} catch (error) {
		return tellError(error, invocation);
	}
};

const outputModeOf = ({json, plain, quiet}: GlobalOptions, env: NodeJS.ProcessEnv): OutputMode => {
	if (json) return 'json';
	const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
	const wantsPlain = plain || quiet || env.CI || env.ACCESSIBLE === '1' || env.TERM === 'dumb';
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

const tellError = (error: unknown, {stderr, stdout, output, env}: Invocation): ExitCode => {
	const redact = createTextRedactor([env.UBUNTU_PRO_KEY ?? ''].filter(Boolean));
	const lines = errorLines(error).map(line => redact(stripVTControlCharacters(line)));
	stderr.write(`${lines.join('\n')}\n`);
	if (error instanceof FixableError || error instanceof ToolError) {
		if (output === 'json')
			stdout.write(
				`${JSON.stringify({error: {code: error.code, message: redact(error.message), hint: error.hint}})}\n`,
			);
		return exitCodes[error.exit ?? (error instanceof ToolError ? 'build' : 'usage')];
	}
	return exitCodes.bug;
};

const errorLines = (error: unknown): string[] => {
	if (error instanceof FixableError)
		return [
			`✖ ${error.message}`,
			...(error.hint ? [`→ ${error.hint}`] : []),
			...(error.log ? [`Log: ${error.log}`] : []),
		];
	if (error instanceof ToolError) {
		const {message, lastLines, hint, log} = error;
		return [
			`✖ ${message}`,
			...lastLines.map(line => `│ ${line}`),
			...(hint ? [`→ ${hint}`] : []),
			...(log ? [`Log: ${log}`] : []),
		];
	}
	const {code, path} = (error ?? {}) as NodeJS.ErrnoException;
	if (code === 'ENOSPC')
		return [
			`✖ No space is left on the disk${path ? ` for ${path}` : ''}`,
			'→ Free some space, or choose another --workspace.',
		];
	if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
		return [
			`✖ ${path ?? 'The workspace'} may not be written (${code})`,
			'→ Choose a folder of your own with --workspace.',
		];
	}
	return [
		'✖ This is our bug, and we would like to hear of it:',
		error instanceof Error ? (error.stack ?? error.message) : String(error),
	];
};

// `edge-builder runs list | head -1` is no mistake.
const ignoreClosedPipe = (error: NodeJS.ErrnoException) => {
	if (error.code !== 'EPIPE') throw error;
};
