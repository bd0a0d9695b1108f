import type {Builder} from '../builders/builder.ts';
import type {ExitCode} from '../exit-codes.ts';
import {keepHeapLean} from '../host/lean-heap.ts';
import {createHost} from '../host/real-host.ts';
import {endProcesses, removeOurs} from '../host/reaper.ts';
import {watchGauges} from '../host/resource-gauges.ts';
import {lockWorkspace} from '../host/workspace-lock.ts';
import type {RunHeader, RunOutcome, Sink} from '../pipeline/events.ts';
import {executeRun} from '../pipeline/execute-steps.ts';
import {exitCodeOf, failureOf} from '../pipeline/failure.ts';
import {readReceipt} from '../pipeline/receipts.ts';
import type {RunState} from '../pipeline/run-state.ts';
import type {RunStore} from '../pipeline/run-store.ts';
import type {RunOptions, Step} from '../pipeline/step.ts';
import {type RunFolder, runFolderOf, type Workspace, workspaceLock} from '../pipeline/workspace.ts';
import {outputNames} from '../settings/output-names.ts';
import {publicSettings} from '../settings/secrets.ts';
import type {Settings} from '../settings/settings.ts';
import {cleanUpKilled} from './clean-up-killed.ts';
import {type Person, readiness} from './readiness/make-ready.ts';
import {freeRunId} from './run-id.ts';
import {openJournal} from './run-journal.ts';
import {makeRunFolder, openRunRecord} from './run-record.ts';
import {usualTimes} from './usual-times.ts';
import {watchedDisks} from './watched-disks.ts';

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
	/** What belongs at the beginning of the run's record. */
	opening?: readonly string[];
	sinks?: readonly Sink[];
	/** Who may agree to changes of this machine; nobody when absent. */
	person?: Person;
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
export async function startRun(request: RunRequest): Promise<StartedRun> {
	keepHeapLean();
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
	let abandon = async () => {};
	try {
		const reaped = await cleanUpKilled(plainHost, workspace);
		controller.signal.throwIfAborted();
		const settings = await builder.resolve(request.settings, {host: plainHost, workspace, signal: controller.signal});
		controller.signal.throwIfAborted();
		const names = outputNames(settings);
		const folder = runFolderOf(workspace, runId);
		await makeRunFolder(plainHost, workspace, folder);
		const journal = await openJournal(workspace, runId);
		const host = await createHost({env, journal, runId});
		const forgetTemporary = journal.record({kind: 'folder', path: folder.temporary});
		abandon = async () => {
			await removeOurs(host, folder.temporary, workspace.root).then(forgetTemporary, () => undefined);
			journal.close();
		};
		await host.files.makeFolder(folder.temporary);
		const record = await openRunRecord(host, {folder, settings, sinks: request.sinks ?? []}, problem =>
			controller.abort(problem),
		);
		const {stream, store} = record;
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
		const usual = await usualTimes({host, workspace}, {builder: builder.id, edgeAppliance: settings.edgeAppliance});
		const disks = [workspace.root];
		// Docker may take seconds to say where it keeps its data, for which no run waits.
		void watchedDisks(disks, {host, builder, temporary: env.TMPDIR || '/tmp', signal: controller.signal}).catch(
			() => undefined,
		);
		const gauges = watchGauges(host, {
			paths: disks,
			onReading: reading => stream.emit({type: 'host', ...reading}),
		});

		const finish = async () => {
			try {
				let {outcome, exitCode} = await executeRun({
					steps: request.steps,
					stream,
					header,
					publicSettings: publicSettings(settings),
					usual,
					context: {
						settings,
						names,
						options,
						workspace,
						run: folder,
						host,
						makeReady: readiness(host, request.person ?? {}),
					},
					signal: controller.signal,
					opening: [...reaped, ...(request.opening ?? [])],
				});
				// Nothing is told of a run after its end.
				gauges.stop();
				await endProcesses(host, runId);
				// A folder that can't be removed now stays in the journal for the next start.
				await record.freeReserve();
				if (options.keepTree && outcome === 'passed') forgetTemporary();
				else await removeOurs(host, folder.temporary, workspace.root).then(forgetTemporary, () => undefined);
				await stream.close();
				const unrecorded = record.problem();
				if (unrecorded && outcome === 'passed') {
					// The record broke when it was closed: whoever still listens hears another end.
					[outcome, exitCode] = ['failed', exitCodeOf(unrecorded, {exit: 'host'})];
					stream.emit({type: 'run-finished', outcome, failure: failureOf(unrecorded)});
				}
				const found = await Promise.all(request.steps.map(({id}) => readReceipt({host, workspace, names}, id)));
				const receipts = found
					.filter(receipt => receipt !== undefined)
					.map(({step, runId: madeBy, inputsHash}) => ({step, runId: madeBy, inputsHash}));
				await record.writeReports(exitCode, receipts);
				const {state} = store.getSnapshot();
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
		await abandon();
		request.signal?.removeEventListener('abort', cancel);
		await lock.release();
		throw error;
	}
}
