import {join} from 'node:path';
import {FixableError, ToolError} from '../../../../errors.ts';
import type {CommandResult} from '../../../../host/processes.ts';
import type {StepContext} from '../../../../pipeline/step.ts';
import {dockerInfo} from '../../docker/daemon-info.ts';
import {explainFailure} from '../../failures/explain-failure.ts';
import type {SaidOutcome} from '../build-output.ts';
import type {EarthlyBuild, PreparedBuild} from '../runners/runner-type.ts';
import {openConsoleFile} from './console-file.ts';
import {createOutputReader} from './event-log-or-console.ts';
import {watchLoading} from './loading-progress.ts';
import {tailFile} from './tail-file.ts';

const insistAfterMs = 1500;

/**
 * Starts a prepared build and reports what it says until it has ended and everything is told.
 * @throws {FixableError} with the explanation of a failure; the signal's reason on a cancel.
 */
export async function watchBuild(c: StepContext, build: EarthlyBuild, prepared: PreparedBuild) {
	const {host, report, signal} = c;
	const log = join(build.logFolder, 'console.log');
	const loading = watchLoading(c, prepared.imageFolder);
	const output = createOutputReader(
		{
			log: chunk => report.log(chunk),
			note: text => report.note(text),
			node(node) {
				report.node(node);
				loading.see(node);
			},
		},
		report.now,
	);
	const file = await openConsoleFile(host, log, sentence => report.note(sentence));
	report.note(`Complete output of Earthly: ${log}`);
	const tail = tailFile(host, prepared.logStream, {onBytes: output.stream, onRestart: output.restart});
	const running = await host.start({
		...prepared.command,
		what: `Building ${build.target}`,
		cancelWith: 'SIGINT',
		log,
		signal,
		onLines(text) {
			file.write(text);
			output.console(text);
		},
	});
	let over = false;
	// Docker's client loses a signal that comes while it makes the container.
	const insist = () =>
		void host
			.sleep(insistAfterMs)
			.then(() => (over ? undefined : prepared.stop()))
			.catch(() => undefined);
	signal.addEventListener('abort', insist, {once: true});
	const [ending] = await Promise.all([endingOf(running.ended), prepared.started?.(running.ended)]);
	over = true;
	signal.removeEventListener('abort', insist);
	await tail.end();
	const meaning = meaningOfExit({exitCode: ending.exitCode, asked: signal.aborted});
	output.finish(closingOutcome(meaning));
	await file.close();
	await loading.end();
	if (meaning === 'built') return;
	if (meaning === 'cancelled' || ending.unrelated !== undefined) throw ending.unrelated ?? signal.reason;
	// Where Earthly names no reason Docker may have been stopped; that is seen only by asking it.
	const isUnsaid = ending.exitCode === 2 || output.failure() === undefined;
	const failure = explainFailure({
		dockerAnswers: isUnsaid ? await dockerAnswers(c) : undefined,
		exitCode: ending.exitCode,
		killedBy: ending.killedBy,
		failure: output.failure(),
		console: output.lastLines(),
		runner: c.settings.runner,
		log,
	});
	// The cause carries last lines, source line and document to whoever shows the failure.
	throw new FixableError(failure.code, failure.message, {hint: failure.hint, log, cause: failure});
}

const dockerAnswers = async ({host, settings, signal}: StepContext) =>
	settings.runner === 'remote' ? undefined : 'info' in (await dockerInfo({host, signal}));

type Ending = {exitCode?: number; killedBy?: string; unrelated?: unknown};

const endingOf = (ended: Promise<CommandResult>): Promise<Ending> =>
	ended.then(
		({exitCode}) => ({exitCode}),
		(error: unknown) =>
			error instanceof ToolError ? {exitCode: error.exitCode, killedBy: error.killedBy} : {unrelated: error},
	);

/** What an ended runner means for the run. */
export type ExitMeaning = 'built' | 'cancelled' | 'failed';

/**
 * Earthly's exit code alone doesn't tell: 2 is a cancel only when we asked for it (it is also what a missing Docker socket
 * gives), 130, 137 and 143 are ours only then too, and a success of Earthly counts only with exit code 0.
 */
export const meaningOfExit = ({
	exitCode,
	asked,
}: {
	exitCode: number | undefined;
	/** Whether we sent the signal. */
	asked: boolean;
}): ExitMeaning => (asked ? 'cancelled' : exitCode === 0 ? 'built' : 'failed');

/** How nodes that are still open are closed. */
export const closingOutcome = (meaning: ExitMeaning): NonNullable<SaidOutcome> =>
	meaning === 'built' ? 'success' : meaning === 'cancelled' ? 'cancelled' : 'failure';
