import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {Sink, StepId} from '../pipeline/events.ts';
import {partOf} from '../pipeline/plan.ts';
import type {RunOptions} from '../pipeline/step.ts';
import {ndjsonSink} from '../reporters/ndjson.ts';
import {type Output, outputTo} from '../reporters/output.ts';
import {plainSink} from '../reporters/plain.ts';
import {closingSummary} from '../reporters/summary.ts';
import {catalogue} from '../steps/index.ts';
import {builderOf} from './builders.ts';
import type {Invocation} from './invocation.ts';
import type {LoadedSettings} from './load-settings.ts';
import {type StartedRun, startRun} from './start-run.ts';

export type StepsRequest = {
	loaded: LoadedSettings;
	options: RunOptions;
	/** Only these steps; all when absent. */
	steps?: readonly StepId[];
};

/** Starts steps of the catalogue with further sinks; the caller shows them. `signal` cancels, from the first moment on. */
export const beginSteps = (
	invocation: Invocation,
	{loaded, options, steps}: StepsRequest,
	sinks: readonly Sink[],
	signal?: AbortSignal,
) => {
	const builder = builderOf(loaded.settings);
	const all = catalogue(builder);
	return startRun({
		preset: loaded.presetName,
		settings: loaded.settings,
		options,
		builder,
		steps: steps ? partOf(all, steps) : all,
		workspace: invocation.workspace,
		env: invocation.env,
		version: invocation.version,
		commandLine: invocation.commandLine,
		sinks,
		signal,
	});
};

/**
 * Runs steps without screens: readable lines, or NDJSON that owns standard output while lines move to standard error.
 * The first Ctrl-C stops in order, the second at once.
 */
export const runStepsPlainly = async (invocation: Invocation, request: StepsRequest): Promise<ExitCode> => {
	const {stdout, stderr, output, quiet} = invocation;
	const lines = outputTo(output === 'json' ? stderr : stdout);
	const sinks = output === 'json' ? [ndjsonSink(outputTo(stdout))] : [plainSink(lines, {quiet})];
	tellFindings(request.loaded, lines);
	const stop = new AbortController();
	let run: StartedRun | undefined;
	let interruptions = 0;
	const stopListening = invocation.onInterrupt(() => {
		interruptions++;
		if (interruptions === 1) lines.write('Stopping and cleaning up (Ctrl-C again ends everything at once)…\n');
		if (interruptions === 2) run?.force();
		// Somebody who presses it a third time wants the prompt back; the next start cleans up.
		if (interruptions > 2) process.exit(exitCodes.cancelled);
		stop.abort();
	});
	try {
		run = await beginSteps(invocation, request, sinks, stop.signal);
		for (const sentence of run.reaped) lines.write(`Cleaned up after an earlier run: ${sentence}.\n`);
		const {exitCode, state} = await run.finished;
		if (output !== 'json') lines.write(`${closingSummary(state)}\n`);
		return exitCode;
	} catch (error) {
		// Stopped before there was anything to tell of.
		if (run === undefined && stop.signal.aborted) return exitCodes.cancelled;
		throw error;
	} finally {
		stopListening();
		await lines.drain();
	}
};

const tellFindings = ({findings, notes}: LoadedSettings, lines: Output) => {
	for (const {place, message} of notes) lines.write(`– ${place}: ${message}\n`);
	for (const {severity, id, message, hint} of findings) {
		if (severity === 'warning') lines.write(`! ${message} [${id}]${hint ? `\n  → ${hint}` : ''}\n`);
	}
};
