import {join} from 'node:path';
import {FixableError, ToolError} from '../../../errors.ts';
import type {CommandResult} from '../../../host/processes.ts';
import type {StepContext} from '../../../pipeline/step.ts';
import {writeLoginFolder} from '../docker/credentials.ts';
import {containerName} from '../docker/labels.ts';
import {closingOutcome, meaningOfExit} from '../failures/exit-meaning.ts';
import {explainFailure} from '../failures/explain.ts';
import type {EarthlyRequest} from './arguments.ts';
import {openConsoleFile} from './console-file.ts';
import {watchLoading} from './loading-progress.ts';
import {createObserver} from './observer.ts';
import {registriesOf} from './registries.ts';
import {runners} from './runners/index.ts';
import type {EarthlyBuild, PreparedBuild} from './runners/runner.ts';
import {tailFile} from './tail.ts';

const insistAfterMs = 1500;

/**
 * Builds one target of the source tree at `c.run.tree` with the runner that the settings name; results are in `build/` of
 * the tree. Reports the build tree while it runs; the complete output is in `logs/earthly/`.
 * @throws {FixableError} with the explanation of a failure; the signal's reason on a cancel.
 */
export const runEarthly = async (
	c: StepContext,
	{target, push = false, args}: Omit<EarthlyRequest, 'push'> & {push?: boolean},
): Promise<void> => {
	const name = target.slice(1);
	const logFolder = join(c.run.logs, 'earthly', name);
	await c.host.files.makeFolder(logFolder);
	// What an earlier build left there is not to be taken for this one's.
	await c.host.files.remove(join(logFolder, 'logstream.json'), logFolder);
	const logins = await writeLoginFolder(c, `logins-${name}`, registriesOf(c.settings));
	const build = {target, push, args, logFolder, logins: logins.folder, container: containerName(c.run.id, name)};
	try {
		const prepared = await runners[c.settings.runner].prepare(c, build).catch(explainPreparation(c));
		const forget = c.host.journal.record({kind: 'docker-container', runId: c.run.id});
		const stop = c.cleanup.add(`container ${build.container}`, async () => {
			await prepared.stop();
			forget();
		});
		const tidyUp = async () => {
			await stop();
			await prepared.afterwards?.();
		};
		try {
			await watchBuild(c, build, prepared);
		} catch (error) {
			// Why the build failed is worth more than that Docker, gone with it, can't be asked to clean up.
			await tidyUp().catch((problem: Error) => c.report.note(`After the build: ${problem.message}`));
			throw error;
		}
		await tidyUp();
	} finally {
		await logins.remove();
	}
};

const watchBuild = async (c: StepContext, build: EarthlyBuild, prepared: PreparedBuild) => {
	const {host, report, signal} = c;
	const log = join(build.logFolder, 'console.log');
	const loading = watchLoading(c, prepared.imageFolder);
	const observer = createObserver(
		{
			log: chunk => report.log(chunk),
			note: text => report.note(text),
			node(node) {
				report.node(node);
				loading.see(node);
			},
		},
		host.now,
	);
	const file = await openConsoleFile(host, log, sentence => report.note(sentence));
	report.note(`Complete output of Earthly: ${log}`);
	const tail = tailFile(host, prepared.logStream, {onBytes: observer.stream, onRestart: observer.restart});
	const running = host.start({
		...prepared.command,
		what: `Building ${build.target}`,
		cancelWith: 'SIGINT',
		log,
		signal,
		onLines(text) {
			file.write(text);
			observer.console(text);
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
	observer.finish(closingOutcome(meaning));
	await file.close();
	await loading.end();
	if (meaning === 'built') return;
	if (meaning === 'cancelled' || ending.unrelated !== undefined) throw ending.unrelated ?? signal.reason;
	const failure = explainFailure({
		exitCode: ending.exitCode,
		killedBy: ending.killedBy,
		failure: observer.failure(),
		console: observer.lastLines(),
		runner: c.settings.runner,
		log,
	});
	// The cause carries last lines, source line and document to whoever shows the failure.
	throw new FixableError(failure.code, failure.message, {hint: failure.hint, log, cause: failure});
};

// Pulling Earthly fails for the same reasons as pulling a base image.
const explainPreparation =
	({settings}: StepContext) =>
	(error: unknown): never => {
		if (!(error instanceof ToolError)) throw error;
		const {exitCode, killedBy, lastLines} = error;
		const failure = explainFailure({exitCode, killedBy, console: lastLines, runner: settings.runner});
		if (failure.document === undefined) throw error;
		throw new FixableError(failure.code, `${error.message}: ${failure.message}`, {hint: failure.hint, cause: failure});
	};

type Ending = {exitCode?: number; killedBy?: string; unrelated?: unknown};

const endingOf = (ended: Promise<CommandResult>): Promise<Ending> =>
	ended.then(
		({exitCode}) => ({exitCode}),
		(error: unknown) =>
			error instanceof ToolError ? {exitCode: error.exitCode, killedBy: error.killedBy} : {unrelated: error},
	);
