import {createWriteStream, mkdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Builder} from '../builders/builder.ts';
import type {ExitCode} from '../exit-codes.ts';
import {watchGauges} from '../host/gauges.ts';
import {createJournal} from '../host/journal.ts';
import {createHost} from '../host/real-host.ts';
import {endProcesses, removeOurs} from '../host/reaper.ts';
import {lockWorkspace} from '../host/workspace-lock.ts';
import type {RunHeader, RunOutcome, Sink} from '../pipeline/events.ts';
import {readReceipt} from '../pipeline/receipts.ts';
import {executeRun} from '../pipeline/run.ts';
import type {RunState} from '../pipeline/run-state.ts';
import {createRunStore, type RunStore} from '../pipeline/run-store.ts';
import type {RunOptions, Step} from '../pipeline/step.ts';
import {createStream} from '../pipeline/stream.ts';
import {type RunFolder, runFolderOf, type Workspace} from '../pipeline/workspace.ts';
import {htmlReport} from '../reporters/html-report.ts';
import {logFilesSink} from '../reporters/log-files.ts';
import {ndjsonSink} from '../reporters/ndjson.ts';
import {outputTo} from '../reporters/output.ts';
import {createEventRedactor} from '../reporters/redaction.ts';
import {runManifest} from '../reporters/run-manifest.ts';
import {outputNames} from '../settings/names.ts';
import {publicSettings, secretTexts} from '../settings/public.ts';
import type {Settings} from '../settings/settings.ts';
import {cleanUpKilled} from './clean-up-killed.ts';
import {journalsOf} from './journals.ts';
import {freeRunId} from './run-id.ts';

export type RunRequest = {
	preset: string;
	settings: Settings;
	options: RunOptions;
	builder: Builder;
	/** The steps to run; the catalogue, or a part of it. */
	steps: readonly Step[];
	workspace: Workspace;
	env: Readonly<Record<string, string | undefined>>;
	version: string;
	/** As the person typed it; shown to whoever finds the workspace locked. */
	commandLine: string;
	sinks?: readonly Sink[];
	/** Cancels the run, also while it is still being started. */
	signal?: AbortSignal;
};

export type StartedRun = {
	header: RunHeader;
	folder: RunFolder;
	store: RunStore;
	/** What was cleaned up of an earlier run that was killed, in sentences. */
	reaped: readonly string[];
	cancel(): void;
	/** Ends children at once, for those who press Ctrl-C twice. */
	force(): void;
	finished: Promise<{outcome: RunOutcome; exitCode: ExitCode; state: RunState}>;
};

/**
 * Takes the workspace, cleans up after killed runs, and runs the steps with every record of section 7 of the design.
 * @throws {FixableError} when another run holds the workspace, or the settings can't be resolved; the reason of
 * `signal` when that comes first.
 */
export const startRun = async (request: RunRequest): Promise<StartedRun> => {
	const {workspace, builder, options, env, preset, version} = request;
	const controller = new AbortController();
	const cancel = () => controller.abort(new DOMException('The run was cancelled', 'AbortError'));
	request.signal?.addEventListener('abort', cancel, {once: true});
	if (request.signal?.aborted) cancel();
	const plainHost = await createHost({env});
	const runId = await freeRunId(plainHost.files, workspace, preset, plainHost.now());
	const lock = await lockWorkspace(workspaceLock(workspace), {
		runId,
		command: request.commandLine,
		now: plainHost.now(),
	});
	try {
		const reaped = await cleanUpKilled(plainHost, workspace);
		controller.signal.throwIfAborted();
		const settings = await builder.resolve(request.settings, {host: plainHost, workspace, signal: controller.signal});
		controller.signal.throwIfAborted();
		const names = outputNames(settings);
		const folder = runFolderOf(workspace, runId);
		await plainHost.files.makeFolder(folder.logs);
		const journal = createJournal(join(journalsOf(workspace), `${runId}.ndjson`), runId);
		const host = await createHost({env, journal, runId});
		const forgetTemporary = journal.record({kind: 'folder', path: folder.temporary});
		await host.files.makeFolder(folder.temporary);

		const store = createRunStore();
		const stream = createStream({
			redact: createEventRedactor(secretTexts(settings)),
			sinks: [
				store,
				ndjsonSink(fileOutput(folder.events)),
				logFilesSink(folder.folder, fileOutput),
				...(request.sinks ?? []),
			],
		});
		const header: RunHeader = {
			runId,
			preset,
			builder: builder.id,
			rehearsal: builder.rehearsal,
			version,
			workspace: workspace.root,
			folder: folder.folder,
			imageReference: names.providerImage,
			isoName: names.isoFile,
		};
		const gauges = watchGauges(host, {
			paths: [workspace.root],
			onReading: reading => stream.emit({type: 'host', ...reading}),
		});

		const finish = async () => {
			try {
				const {outcome, exitCode} = await executeRun({
					steps: request.steps,
					stream,
					header,
					publicSettings: publicSettings(settings),
					context: {settings, names, options, workspace, run: folder, host},
					signal: controller.signal,
					opening: reaped,
				});
				// Nothing is told of a run after its end.
				gauges.stop();
				await endProcesses(host, runId);
				// A folder that can't be removed now stays in the journal for the next start.
				if (options.keepTree && outcome === 'passed') forgetTemporary();
				else await removeOurs(host, folder.temporary, workspace.root).then(forgetTemporary, () => undefined);
				await stream.close();
				const {state} = store.getSnapshot();
				// The verdict stands even where a full disk takes the report.
				await host.files.write(join(folder.folder, 'report.html'), htmlReport(state)).catch(() => undefined);
				const found = await Promise.all(request.steps.map(({id}) => readReceipt({host, workspace, names}, id)));
				const receipts = found
					.filter(receipt => receipt !== undefined)
					.map(({step, runId: madeBy, inputsHash}) => ({step, runId: madeBy, inputsHash}));
				const manifest = JSON.stringify(runManifest(state, exitCode, receipts), undefined, '\t');
				await host.files.write(folder.manifest, `${manifest}\n`).catch(() => undefined);
				return {outcome, exitCode, state};
			} finally {
				gauges.stop();
				request.signal?.removeEventListener('abort', cancel);
				journal.close();
				await lock.release();
			}
		};
		return {
			header,
			folder,
			store,
			reaped,
			cancel,
			force: () => void endProcesses(host, runId),
			finished: finish(),
		};
	} catch (error) {
		await lock.release();
		throw error;
	}
};

/** The lock file of a workspace. */
export const workspaceLock = (workspace: Workspace) => join(workspace.state, 'lock.json');

const fileOutput = (path: string) => {
	mkdirSync(dirname(path), {recursive: true});
	return outputTo(createWriteStream(path), {end: true});
};
