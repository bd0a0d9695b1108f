import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {Sink} from '../pipeline/events.ts';
import {parseEvents} from '../pipeline/replay.ts';
import type {RunState} from '../pipeline/run-state.ts';
import {createRunStore} from '../pipeline/run-store.ts';
import {runFolderOf} from '../pipeline/workspace.ts';
import type {RunManifest} from '../reporters/run-manifest.ts';
import {createLineSplitter} from '../text/lines.ts';
import type {FollowedRun} from './actions-on-runs.ts';
import {holderOf, type Place, unknownRun} from './past-runs.ts';

const lookEveryMs = 250;
const pieceBytes = 1024 * 1024;

/**
 * A run that goes on in another process, read from its record for as long as somebody looks.
 * @param sinks Get every event from the beginning of the record on.
 * @throws {FixableError} when there is no such run, or its record is damaged.
 */
export async function followRun(
	place: Place,
	id: string,
	{sinks = []}: {sinks?: readonly Sink[]} = {},
): Promise<FollowedRun> {
	const {files} = place.host;
	const {events: path} = runFolderOf(place.workspace, id);
	if (!(await files.exists(path))) unknownRun(id);

	const store = createRunStore();
	const lines = createLineSplitter(text => {
		for (const event of parseEvents(text)) for (const sink of [store, ...sinks]) sink.accept(event);
	});
	let readTo = 0;
	const readOn = async () => {
		const file = await files.open(path, 'r');
		try {
			for (;;) {
				const {buffer, bytesRead} = await file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, readTo);
				if (bytesRead === 0) return;
				readTo += bytesRead;
				lines.push(buffer.subarray(0, bytesRead));
			}
		} finally {
			await file.close();
		}
	};
	// A run that has told its end holds its workspace until its reports are written.
	const hasFinished = () => store.getSnapshot().state.phase.kind === 'finished';
	let goesOn = true;
	const look = async () => {
		// Asked before reading: what was written until the end is read, too.
		const isHeld = (await holderOf(place))?.runId === id;
		await readOn();
		if (!isHeld) lines.flush();
		goesOn = isHeld;
		await store.close?.();
	};
	await look();

	let readers = 0;
	let timer: NodeJS.Timeout | undefined;
	const lookAgain = () => {
		timer = setTimeout(async () => {
			try {
				await look();
			} catch {
				// The record went, or was damaged under us: what was read of it stays.
				goesOn = false;
				await store.close?.();
			}
			if (readers > 0 && goesOn && !hasFinished()) lookAgain();
		}, lookEveryMs);
	};
	return {
		...store,
		id,
		isGoingOn: () => goesOn && !hasFinished(),
		wasKilled: () => !goesOn && !hasFinished(),
		subscribe(listener) {
			const leave = store.subscribe(listener);
			readers++;
			if (readers === 1 && goesOn) lookAgain();
			return () => {
				leave();
				readers--;
				if (readers === 0) clearTimeout(timer);
			};
		},
	};
}

/** Resolves when a followed run has ended, whatever way, or has come so far; with true when the signal came first. */
export async function untilEnded(
	run: FollowedRun,
	{signal, orWhen}: {signal?: AbortSignal; orWhen?(state: RunState): boolean} = {},
): Promise<boolean> {
	const done = Promise.withResolvers<boolean>();
	const look = () => {
		if (!run.isGoingOn() || orWhen?.(run.getSnapshot().state)) done.resolve(false);
	};
	const onAbort = () => done.resolve(true);
	const leave = run.subscribe(look);
	signal?.addEventListener('abort', onAbort, {once: true});
	if (signal?.aborted) onAbort();
	look();
	try {
		return await done.promise;
	} finally {
		leave();
		signal?.removeEventListener('abort', onAbort);
	}
}

/** How a run that has ended answered its caller, once its last report is written; as one that was cancelled when it was killed. */
export async function exitCodeOfRun(place: Place, id: string): Promise<ExitCode> {
	await untilLetGo(place, id);
	const text = await place.host.files.readText(runFolderOf(place.workspace, id).manifest).catch(() => undefined);
	try {
		const {exitCode} = JSON.parse(text ?? '') as RunManifest;
		return Object.values(exitCodes).find(code => code === exitCode) ?? exitCodes.bug;
	} catch {
		return exitCodes.cancelled;
	}
}

/** Waits until a run has let go of its workspace, which is when all is cleaned up and written. */
export async function untilLetGo(place: Place, id: string, signal?: AbortSignal): Promise<void> {
	while (!signal?.aborted && (await holderOf(place))?.runId === id) await place.host.sleep(letsGoMs);
}

const letsGoMs = 100;
