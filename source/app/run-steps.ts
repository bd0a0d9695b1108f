import {builderOf} from '../builders/choose-builder.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {Sink, StepId} from '../pipeline/events.ts';
import {partOf} from '../pipeline/plan.ts';
import {partRun, type RunOptions, type Step} from '../pipeline/step.ts';
import {closingSummary} from '../reporters/closing-summary.ts';
import {ndjsonSink} from '../reporters/ndjson.ts';
import {plainSink} from '../reporters/plain-lines.ts';
import {outputTo} from '../reporters/safe-output.ts';
import type {Settings} from '../settings/settings.ts';
import {catalogue} from '../steps/index.ts';
import {askAtTerminal} from './ask-for-value.ts';
import {personOf} from './ask-person.ts';
import type {Invocation} from './invocation.ts';
import {type LoadedSettings, loadReadableSettings, loadRightSettings} from './load-settings.ts';
import type {Person} from './readiness/make-ready.ts';
import {findingLines} from './settings-complaints.ts';
import {type StartedRun, startRun} from './start-run.ts';

export type StepsRequest = {
	loaded: LoadedSettings;
	options: RunOptions;
	/** Only these steps; all when absent. */
	steps?: readonly StepId[];
	/** What follows them and is no part of a build. */
	further?: readonly Step[];
};

/**
 * Starts steps of the catalogue with further sinks; the caller shows them. `person` may agree to changes of this machine;
 * `signal` cancels, from the first moment on.
 */
export function beginSteps(
	invocation: Invocation,
	{loaded, options, steps, further = []}: StepsRequest,
	{sinks, person, signal}: {sinks: readonly Sink[]; person: Person; signal?: AbortSignal},
) {
	const builder = builderOf(loaded.settings);
	const all = catalogue(builder);
	return startRun({
		preset: loaded.presetName,
		settings: loaded.settings,
		options: {...options, steps},
		builder,
		steps: [...(steps ? partOf(all, steps) : all), ...further],
		workspace: invocation.workspace,
		env: invocation.env,
		version: invocation.version,
		commandLine: invocation.commandLine,
		opening: findingLines(loaded),
		sinks,
		person,
		signal,
	});
}

/**
 * Runs steps without screens: readable lines, or NDJSON that owns standard output while lines move to standard error.
 * The first Ctrl-C stops in order, the second at once.
 */
export async function runStepsPlainly(invocation: Invocation, request: StepsRequest): Promise<ExitCode> {
	const {stdout, stderr, output, quiet} = invocation;
	const say = output === 'json' ? invocation.tell : invocation.print;
	const lines = outputTo(output === 'json' ? stderr : stdout);
	const sinks =
		output === 'json'
			? [ndjsonSink(outputTo(stdout))]
			: [plainSink(lines, {quiet, reader: stdout.isTTY ? 'terminal' : 'log'})];
	const stop = new AbortController();
	let run: StartedRun | undefined;
	let interruptions = 0;
	const stopListening = invocation.onInterrupt(() => {
		interruptions++;
		if (interruptions === 1) say('Stopping and cleaning up (Ctrl-C again ends everything at once)…\n');
		if (interruptions === 2) run?.force();
		// Somebody who presses it a third time wants the prompt back; the next start cleans up.
		if (interruptions > 2) process.exit(exitCodes.cancelled);
		stop.abort();
	});
	try {
		run = await beginSteps(invocation, request, {sinks, person: personOf(invocation), signal: stop.signal});
		// Otherwise the run's first step says it.
		if (quiet) for (const sentence of run.reaped) say(`${sentence}\n`);
		const {exitCode, state} = await run.finished;
		if (output !== 'json') say(`${closingSummary(state)}\n`);
		if (request.options.keepTree && exitCode === exitCodes.done)
			invocation.tell(`The source tree is kept at ${run.folder.tree}\n`);
		return exitCode;
	} catch (error) {
		// Stopped before there was anything to tell of.
		if (run === undefined && stop.signal.aborted) return exitCodes.cancelled;
		throw error;
	} finally {
		stopListening();
		await lines.drain();
	}
}

/** Runs some steps of the pipeline for the settings of this call; `further` makes steps that are no part of a build. */
export async function runPart(
	invocation: Invocation,
	steps: readonly StepId[],
	more: Partial<RunOptions> = {},
	further?: (settings: Settings) => readonly Step[],
) {
	const intent = {push: false, smokeTest: steps.includes('smoke-test')};
	const loaded = await loadRightSettings(invocation, intent, askAtTerminal(invocation));
	return runStepsPlainly(invocation, {
		loaded,
		steps: ['check-host', ...steps],
		further: further?.(loaded.settings),
		options: {...partRun, yes: invocation.yes, ...more},
	});
}

/**
 * Runs steps on a file that no settings name.
 * @throws {FixableError} when there is no such file.
 */
export async function runOnFile(
	invocation: Invocation,
	file: string,
	stepsOn: (file: string) => readonly Step[],
): Promise<ExitCode> {
	const info = await invocation.host.files.info(file);
	if (info?.kind !== 'file') {
		throw new FixableError('iso-missing', info ? `${file} is not a file` : `There is no file ${file}`, {
			hint: 'Check the path.',
			exit: 'usage',
		});
	}
	const loaded = await loadReadableSettings(invocation);
	return runStepsPlainly(invocation, {
		loaded,
		steps: [],
		further: stepsOn(file),
		options: {...partRun, yes: invocation.yes},
	});
}
