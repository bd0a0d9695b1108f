import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import type {FixableError} from '../errors.ts';
import type {ExitCode} from '../exit-codes.ts';
import {steadyClock} from '../host/clock.ts';
import type {Host} from '../host/host.ts';
import {createStream, type EventStream} from '../pipeline/event-stream.ts';
import type {Sink} from '../pipeline/events.ts';
import {recordFailure} from '../pipeline/failure.ts';
import {createRunStore, type RunStore} from '../pipeline/run-store.ts';
import type {RunFolder, Workspace} from '../pipeline/workspace.ts';
import {htmlReport} from '../reporters/html-report.ts';
import {logFilesSink} from '../reporters/log-files.ts';
import {ndjsonSink} from '../reporters/ndjson.ts';
import {createEventRedactor} from '../reporters/redaction.ts';
import {runManifest} from '../reporters/run-manifest.ts';
import {secretTexts} from '../settings/secrets.ts';
import type {Settings} from '../settings/settings.ts';
import {recordFile} from './record-file.ts';

/** Everything that is written of a run: its events, their logs, at the end report and run.json. */
export type RunRecord = {
	stream: EventStream;
	store: RunStore;
	/** Why it can't be written any more; a run without its record proves nothing. */
	problem(): FixableError | undefined;
	/** Gives back the space that was kept for the end; before the last lines are written. */
	freeReserve(): Promise<void>;
	/** Writes report and run.json, as far as a full disk lets it: the verdict stands without them. */
	writeReports(exitCode: ExitCode, receipts: Parameters<typeof runManifest>[2]): Promise<void>;
};

/** Makes the folders of a run, for their owner alone. */
export async function makeRunFolder({files}: Host, workspace: Workspace, {folder, logs}: RunFolder): Promise<void> {
	await files.makeFolder(workspace.build);
	for (const path of [workspace.runs, folder, logs]) {
		await files.makeFolder(path);
		await files.setMode(path, 0o700);
	}
}

/**
 * Opens the record of a run in its folder, which exists.
 * @param sinks Further readers of the stream.
 * @param onBroken Told once, at once, when it can't be written any more.
 */
export async function openRunRecord(
	host: Host,
	{folder, settings, sinks}: {folder: RunFolder; settings: Settings; sinks: readonly Sink[]},
	onBroken: (problem: FixableError) => void,
): Promise<RunRecord> {
	const reserve = join(folder.temporary, 'reserve');
	// So that a run that filled the disk can still write how it ended.
	await host.files.write(reserve, randomBytes(reserveBytes), forOwner);
	const store = createRunStore();
	let problem: FixableError | undefined;
	const breakOff = (path: string, error: unknown) => {
		problem ??= recordFailure(path, error instanceof Error ? error : new Error(String(error)));
		onBroken(problem);
	};
	const open = (path: string) => recordFile(path, breakOff, host.backlog);
	const stream = createStream({
		now: steadyClock(),
		onBroken: error => breakOff((error as NodeJS.ErrnoException | undefined)?.path ?? folder.folder, error),
		redact: createEventRedactor(secretTexts(settings)),
		sinks: [store, ndjsonSink(open(folder.events)), logFilesSink(folder.folder, open), ...sinks],
	});
	return {
		stream,
		store,
		problem: () => problem,
		freeReserve: () => host.files.remove(reserve, folder.temporary),
		async writeReports(exitCode, receipts) {
			const {state} = store.getSnapshot();
			const manifest = JSON.stringify(runManifest(state, exitCode, receipts), undefined, '\t');
			await host.files.write(join(folder.folder, 'report.html'), htmlReport(state), forOwner).catch(() => undefined);
			await host.files.write(folder.manifest, `${manifest}\n`, forOwner).catch(() => undefined);
		},
	};
}

// Settings, addresses and what programs print: nobody's business but the owner's, whatever the umask.
const forOwner = {mode: 0o600};

// Twice what the end of a run takes: its last events, run.json and the report.
const reserveBytes = 1024 * 1024;
