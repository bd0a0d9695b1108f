import {readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {Invocation, OutputMode} from './app/invocation.ts';
import type {GlobalOptions, readCommandLine} from './command-line.ts';
import {openMenu} from './commands/menu.ts';
import {FixableError, ToolError} from './errors.ts';
import {type ExitCode, exitCodes} from './exit-codes.ts';
import {packageRoot} from './host/package-root.ts';
import {killEverythingStarted} from './host/process-group.ts';
import {createHost} from './host/real-host.ts';
import {refusalOf} from './host/system-errors.ts';
import {workspaceAt} from './pipeline/workspace.ts';
import {createPrinter} from './reporters/command-printer.ts';
import {createTextRedactor} from './reporters/redaction.ts';
import {argumentLayer, environmentLayer, flagLayer} from './settings/layer-sources.ts';
import {givenSecrets} from './settings/secrets.ts';

/** The program. Resolves with the exit code, after everything it wrote is out. */
export async function main(words: readonly string[]): Promise<ExitCode> {
	const {stdin, stdout, stderr, env} = process;
	listenForInterrupts([stdin, stdout, stderr].some(({isTTY}) => isTTY));
	const unwritten = listenForBrokenOutput(stdout, stderr);
	const {version} = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {version: string};
	// What commands repeat of their words may be a password that stands in the wrong place.
	const early = createPrinter(process, createTextRedactor(givenSecrets([environmentLayer(env)])));
	const line = await readWords(words, version, {out: early.print, err: early.tell});
	if (line.ended) {
		const {exitCode, mistake} = line.ended;
		if (mistake && words.includes('--json')) early.printJson({error: {code: 'usage', ...mistake}});
		return exitCode;
	}
	const {options} = line;
	const layers = [flagLayer(line.flags), argumentLayer(line.assignments)];
	const redact = createTextRedactor(givenSecrets([...layers, environmentLayer(env)]));
	const invocation: Invocation = {
		...createPrinter(process, redact),
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
	const exitCode = await refuseFile(invocation)
		.then(() => (line.run ?? openMenu)(invocation))
		.catch(error => tellError(error, invocation));
	const problem = await unwritten();
	if (!problem || exitCode !== exitCodes.done) return exitCode;
	stderr.write(`✖ Not everything could be written to standard output: ${problem.message}\n`);
	return exitCodes.host;
}

// Most starts are without a word; the table of all commands with their flags is a sixth of the time to the first screen.
async function readWords(
	...[words, version, write]: Parameters<typeof readCommandLine>
): Promise<ReturnType<typeof readCommandLine>> {
	if (words.length === 0) return {flags: {}, assignments: [], options: {}};
	const {readCommandLine} = await import('./command-line.ts');
	return readCommandLine(words, version, write);
}

// Looking into it would find nothing and say so, as of a workspace in which nothing was built yet.
async function refuseFile({host, workspace}: Invocation): Promise<void> {
	const info = await host.files.info(workspace.root, {follow: true});
	if (info === undefined || info.kind === 'folder') return;
	throw new FixableError('not-a-folder', `The workspace ${workspace.root} is not a folder`, {
		hint: 'Choose another --workspace.',
		exit: 'host',
	});
}

function outputModeOf({json, plain, quiet}: GlobalOptions, env: NodeJS.ProcessEnv): OutputMode {
	if (json) return 'json';
	const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
	const wantsPlain = plain || quiet || isSet(env.CI) || isSet(env.ACCESSIBLE) || env.TERM === 'dumb';
	return isTerminal && !wantsPlain ? 'screens' : 'plain';
}

const isSet = (variable: string | undefined) => variable !== undefined && !['', '0', 'false', 'no'].includes(variable);

const listeners = new Set<(signal: NodeJS.Signals) => void>();

const onInterrupt: Invocation['onInterrupt'] = callback => {
	listeners.add(callback);
	return () => listeners.delete(callback);
};

// Children are in process groups of their own, so the terminal's Ctrl-C reaches only us.
function listenForInterrupts(hasTerminal: boolean) {
	process.on('exit', killEverythingStarted);
	// Node takes back what nohup set, so a hang-up that isn't ours has to be ignored here.
	if (!hasTerminal) process.on('SIGHUP', () => undefined);
	for (const name of ['SIGINT', 'SIGTERM', ...(hasTerminal ? ['SIGHUP' as const] : [])] as const) {
		process.on(name, signal => {
			for (const listener of [...listeners]) listener(signal);
			if (listeners.size === 0) process.exit(exitCodes.cancelled);
		});
	}
}

function tellError(thrown: unknown, {tell, printJson, output}: Invocation): ExitCode {
	if (thrown instanceof Error && thrown.name === 'AbortError') return exitCodes.cancelled;
	const error = systemError(thrown) ?? thrown;
	tell(`${errorLines(error).join('\n')}\n`);
	const isOurBug = !(error instanceof FixableError || error instanceof ToolError);
	if (output === 'json') {
		const {code, message, hint} = isOurBug ? {code: 'bug', message: String(error), hint: undefined} : error;
		printJson({error: {code, message, hint}});
	}
	return isOurBug ? exitCodes.bug : exitCodes[error.exit ?? (error instanceof ToolError ? 'build' : 'usage')];
}

function errorLines(error: unknown): string[] {
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
}

// What the system refuses before a run has a step to blame: mostly the workspace.
function systemError(error: unknown): FixableError | undefined {
	const refusal = refusalOf(error);
	return refusal && new FixableError(refusal.code, refusal.message, {hint: refusal.hint, exit: 'host', cause: error});
}

/**
 * Lets no broken output end us in the middle of something: the reader of a pipe may go (`edge-builder runs list | head -1`
 * is no mistake), a terminal may be closed while a run is being cleaned up.
 * @returns what is worth telling of it, once all was written.
 */
function listenForBrokenOutput(...streams: readonly NodeJS.WriteStream[]) {
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
}
