import type {Files} from '../host/files.ts';
import type {ReadInto} from '../pipeline/recording.ts';
import {parseEvents} from '../pipeline/replay.ts';
import {createRunStore} from '../pipeline/run-store.ts';
import {runFolderOf} from '../pipeline/workspace.ts';
import {createLineSplitter} from '../text/lines.ts';
import type {OpenRun} from './actions-on-runs.ts';
import {holderOf, type Place, runIdOf, unknownRun} from './past-runs.ts';
import {replayRun} from './replayed-run.ts';

const lookEveryMs = 250;
const pieceBytes = 1024 * 1024;

/**
 * A run from its record. One that goes on in another process is followed for as long as somebody looks.
 * @throws {FixableError} when there is no such run, or its record is damaged.
 */
export async function openRun(place: Place, id: string): Promise<OpenRun> {
	const {files} = place.host;
	const runId = await runIdOf(place, id);
	const {events: path} = runFolderOf(place.workspace, runId);
	if (!(await files.exists(path))) unknownRun(id);
	// What has ended can be played again.
	if ((await holderOf(place))?.runId !== runId)
		return replayRun(bytesOf(files, path), {now: place.host.now, at: 'end'});

	const store = createRunStore();
	const lines = createLineSplitter(text => {
		for (const event of parseEvents(text)) store.accept(event);
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
	let goesOn = true;
	const look = async () => {
		// Asked before reading: what was written until the end is read, too.
		const isHeld = (await holderOf(place))?.runId === runId;
		await readOn();
		if (!isHeld) lines.flush();
		goesOn = isHeld;
		await store.close?.();
		if (store.getSnapshot().state.phase.kind === 'finished') goesOn = false;
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
			if (readers > 0 && goesOn) lookAgain();
		}, lookEveryMs);
	};
	return {
		...store,
		isGoingOn: () => goesOn,
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

/**
 * A run from its record, played from the beginning.
 * @param speed How many times as fast as it was; otherwise as the whole takes about a minute.
 * @throws {FixableError} when there is no such run.
 */
export async function openReplay(place: Place, id: string, {speed}: {speed?: number}): Promise<OpenRun> {
	const {events: path} = runFolderOf(place.workspace, await runIdOf(place, id));
	if (!(await place.host.files.exists(path))) unknownRun(id);
	return replayRun(bytesOf(place.host.files, path), {now: place.host.now, at: 'beginning', speed});
}

const bytesOf =
	(files: Files, path: string): ReadInto =>
	async (buffer, from) => {
		const file = await files.open(path, 'r');
		try {
			return (await file.read(buffer, 0, buffer.length, from)).bytesRead;
		} finally {
			await file.close();
		}
	};
