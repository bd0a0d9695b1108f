import {createHash} from 'node:crypto';
import {readSync} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';
import {dirname} from 'node:path';
import {lockOpened} from '../host/file-lock.ts';
import type {Host} from '../host/host.ts';
import {bytesIn, frontOf, gaps, type Range, withRange} from './byte-ranges.ts';
import {beingFetched} from './download-error.ts';
import type {Validator} from './http-response.ts';
import {createFrontHash, type FrontHash} from './incremental-hash.ts';
import {openForUpdate} from './open-for-update.ts';
import {emptyState, type Joint, type PartState, readState, removeState, writeState} from './part-state.ts';

const advanceBytes = 4 * 1024 * 1024;

/** A file that is being fetched: `<path>.part` with what is held of it, and `<path>.part.json` that remembers it. */
export type PartFile = Awaited<ReturnType<typeof openPart>>;

/** Two connections brought different bytes for the same place. */
export class DifferingBytes extends Error {
	override readonly name = 'DifferingBytes';
}

/**
 * Opens or begins the part of `path`. What an earlier attempt left is used when its state file fits it.
 * @throws {DownloadError} `busy` when another run is fetching it.
 */
export async function openPart(host: Host, path: string) {
	const partPath = `${path}.part`;
	const statePath = `${partPath}.json`;
	await host.files.makeFolder(dirname(path));
	const {file, isNew} = await openForUpdate(host, partPath).catch(error => {
		// Another run made it, or gave it its name, since we looked.
		throw error.code === 'EEXIST' || error.code === 'ENOENT' ? beingFetched(path) : error;
	});
	const begin = async (): Promise<PartState> => {
		// The kernel lets go whatever way we end: nothing of it is left after a kill.
		if (!(await lockOpened(file.fd, partPath))) throw beingFetched(path);
		return (!isNew && (await readState(host, file, statePath))) || emptyState();
	};
	let state = await begin().catch(async error => {
		await file.close();
		throw error;
	});
	let hash: FrontHash | undefined;
	let told = 0;
	let saving: Promise<void> = Promise.resolve();

	const hashing = () => {
		if (!hash) {
			hash = createFrontHash(partPath);
			told = 0;
		}
		return hash;
	};
	const holds = ({start, end, sha256}: Joint) => {
		const bytes = Buffer.alloc(end - start);
		return readSync(file.fd, bytes, 0, bytes.length, start) === bytes.length && sha256Of(bytes) === sha256;
	};
	const hold = (range: Range) => {
		state = {...state, held: withRange(state.held, range)};
		const front = frontOf(state.held);
		if (front - told >= advanceBytes) {
			hashing().advance(front);
			told = front;
		}
	};
	/** Whether the bytes at each joint whose both sides are held are what their sources said. */
	const jointsFit = () => {
		const isHeld = (range: Range) => gaps(state.held, range).length === 0;
		const [ready, waiting] = [state.joints.filter(isHeld), state.joints.filter(joint => !isHeld(joint))];
		if (!ready.every(holds)) return false;
		state = {...state, joints: waiting};
		return true;
	};
	const forget = async () => {
		await hash?.close();
		hash = undefined;
	};
	// The order matters after a power cut: what the state claims must be on the disk before the state is.
	const save = async () => {
		const snapshot = JSON.stringify(state);
		await file.datasync();
		await writeState(host, statePath, snapshot);
	};

	// While it is still locked: whoever opened it meanwhile finds that it has lost its name.
	const abandon = async () => {
		await removeState(host, statePath);
		await host.files.remove(partPath, dirname(partPath)).catch(() => undefined);
	};

	return {
		/** Shown address of the source that the held bytes came from. */
		get source() {
			return state.source;
		},
		get size() {
			return state.size;
		},
		/** Whether the source told the size; else the bytes ended when the connection did. */
		get isSizeStated() {
			return state.isSizeStated;
		},
		get validator(): Validator {
			return state.validator;
		},
		get held(): readonly Range[] {
			return state.held;
		},
		get heldBytes() {
			return bytesIn(state.held);
		},
		/** Bytes of several sources, or of an origin that nobody vouches for: only a checksum can say that they fit. */
		get joined() {
			return state.joined;
		},
		/** Where to go on. */
		get firstMissing() {
			return frontOf(state.held);
		},
		get isWhole() {
			return state.size !== undefined && gaps(state.held, {start: 0, end: state.size}).length === 0;
		},
		/** Notes what the source says of the file. */
		describe(known: {source?: string; size?: number; isSizeStated?: boolean; validator?: Validator; joined?: boolean}) {
			state = {...state, ...known};
		},
		/**
		 * Puts bytes in their place in the file; they are held once they are there.
		 * @throws {DifferingBytes} when they aren't those that another source said are there.
		 */
		async write(pieces: Uint8Array[], start: number): Promise<void> {
			const end = start + (await writeAll(file, pieces, start));
			hold({start, end});
			if (!jointsFit()) throw new DifferingBytes();
		},
		/**
		 * The source says that these bytes lie before `end`. What is held already is compared at once; the others are
		 * remembered by their hash until they are.
		 */
		meets(end: number, bytes: Uint8Array): 'right' | 'wrong' | 'later' {
			const start = end - bytes.length;
			const sha256 = sha256Of(bytes);
			if (gaps(state.held, {start, end}).length === 0) return holds({start, end, sha256}) ? 'right' : 'wrong';
			state = {...state, joints: [...state.joints, {start, end, sha256}]};
			return 'later';
		},
		/** Throws away what is held. */
		reset(): Promise<void> {
			// In turn with what is being saved, or half of that would come back.
			saving = saving
				.catch(() => undefined)
				.then(async () => {
					await forget();
					state = emptyState();
					await file.truncate(0);
					await removeState(host, statePath);
				});
			return saving;
		},
		/** Remembers what is held, so that it survives the end of this process, and of this machine's power. */
		checkpoint(): Promise<void> {
			saving = saving.catch(() => undefined).then(save);
			return saving;
		},
		/** Hex sha256 of the whole file. */
		async sha256(signal: AbortSignal): Promise<string> {
			return hashing().finish(state.size ?? 0, signal);
		},
		/** Gives the whole file its name; nothing of the part stays. */
		async complete(): Promise<void> {
			await saving.catch(() => undefined);
			await forget();
			await file.truncate(state.size ?? 0);
			await file.datasync();
			await host.files.move(partPath, path);
			await file.close();
			await removeState(host, statePath);
		},
		/** Leaves the part for a later attempt; one that holds nothing is no use to it. */
		async close(): Promise<void> {
			if (state.held.length > 0) await this.checkpoint().catch(() => undefined);
			else await saving.catch(() => undefined).then(abandon);
			await forget();
			await file.close();
		},
	};
}

/** @returns the number of bytes. */
async function writeAll(file: FileHandle, pieces: Uint8Array[], start: number): Promise<number> {
	const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
	let {bytesWritten: written} = await file.writev(pieces, start);
	if (written === length) return length;
	// At the edge of a full disk.
	const bytes = Buffer.concat(pieces);
	while (written < length) {
		written += (await file.write(bytes, written, length - written, start + written)).bytesWritten;
	}
	return length;
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Makes the part out of a file that lies under the final name, short and of unknown origin. */
export async function continueFrom(host: Host, path: string, heldBytes: number): Promise<void> {
	await host.files.move(path, `${path}.part`);
	const state = {...emptyState(), held: [{start: 0, end: heldBytes}], joined: true};
	await writeState(host, `${path}.part.json`, JSON.stringify(state));
}

/** Removes what is known of a part that has got its name: after a kill in between, only that is left. */
export async function forgetNamedPart(host: Host, path: string): Promise<void> {
	if (!(await host.files.exists(`${path}.part`))) await removeState(host, `${path}.part.json`);
}
