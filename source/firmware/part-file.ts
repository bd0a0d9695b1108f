import type {FileHandle} from 'node:fs/promises';
import {dirname} from 'node:path';
import {z} from 'zod';
import type {Host} from '../host/host.ts';
import type {Validator} from './answers.ts';
import {createFrontHash, type FrontHash, type SavedHash} from './front-hash.ts';
import {bytesIn, frontOf, gaps, type Range, withRange} from './ranges.ts';

const advanceBytes = 4 * 1024 * 1024;

/** A file that is being fetched: `<path>.part` with what is held of it, and `<path>.part.json` that remembers it. */
export type PartFile = Awaited<ReturnType<typeof openPart>>;

/**
 * Opens or begins the part of `path`. What an earlier attempt left is used when its state file fits it.
 * @throws when the folder can't be written.
 */
export const openPart = async (host: Host, path: string) => {
	const partPath = `${path}.part`;
	const statePath = `${partPath}.json`;
	let state: PartState = (await readState(host, partPath, statePath)) ?? emptyState();
	const file = await openForUpdate(host, partPath);
	let hash: FrontHash | undefined;
	let told = 0;
	let saving: Promise<void> = Promise.resolve();

	const hashing = () => {
		if (!hash) {
			hash = createFrontHash({path: partPath, saved: state.hash});
			told = 0;
		}
		return hash;
	};
	const forget = async () => {
		await hash?.close();
		hash = undefined;
	};
	// The order matters after a power cut: what the state claims must be on the disk before the state is.
	const save = async () => {
		const snapshot = {...state, hash: hash ? await hash.save() : state.hash};
		await file.datasync();
		const inode = (await host.files.info(partPath))?.inode;
		await host.files.write(statePath, JSON.stringify({...snapshot, inode}), {mode: 0o600});
	};

	return {
		file,
		/** Shown address of the source that the held bytes came from. */
		get source() {
			return state.source;
		},
		get size() {
			return state.size;
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
		describe(known: {source?: string; size?: number; validator?: Validator; joined?: boolean}) {
			state = {...state, ...known};
		},
		/** These bytes are in the file. */
		hold(range: Range) {
			state = {...state, held: withRange(state.held, range)};
			const front = frontOf(state.held);
			if (front - told >= advanceBytes) {
				hashing().advance(front);
				told = front;
			}
		},
		/** Throws away what is held. */
		async reset() {
			await saving;
			await forget();
			state = emptyState();
			await file.truncate(0);
			await host.files.remove(statePath, dirname(statePath));
		},
		/** Remembers what is held, so that it survives the end of this process, and of this machine's power. */
		checkpoint(): Promise<void> {
			saving = saving.catch(() => undefined).then(save);
			return saving;
		},
		/** Hex sha256 of the whole file. */
		async sha256(): Promise<string> {
			return hashing().finish(state.size ?? 0);
		},
		/** Gives the whole file its name; nothing of the part stays. */
		async complete(): Promise<void> {
			await saving.catch(() => undefined);
			await forget();
			await file.truncate(state.size ?? 0);
			await file.datasync();
			await file.close();
			await host.files.move(partPath, path);
			await host.files.remove(statePath, dirname(statePath));
		},
		/** Removes the part altogether. */
		async discard(): Promise<void> {
			await saving.catch(() => undefined);
			await forget();
			await file.close();
			await host.files.remove(partPath, dirname(partPath));
			await host.files.remove(statePath, dirname(statePath));
		},
		/** Leaves the part for a later attempt. */
		async close(): Promise<void> {
			if (state.held.length > 0) await this.checkpoint().catch(() => undefined);
			else await saving.catch(() => undefined);
			await forget();
			await file.close();
		},
	};
};

/** Makes the part out of a file that lies under the final name, short and of unknown origin. */
export const continueFrom = async (host: Host, path: string, heldBytes: number): Promise<void> => {
	await host.files.move(path, `${path}.part`);
	const inode = (await host.files.info(`${path}.part`))?.inode;
	const state = {...emptyState(), held: [{start: 0, end: heldBytes}], joined: true, inode};
	await host.files.write(`${path}.part.json`, JSON.stringify(state), {mode: 0o600});
};

type PartState = {
	source: string;
	size?: number;
	validator: Validator;
	held: Range[];
	joined: boolean;
	hash?: SavedHash;
};

const emptyState = (): PartState => ({source: '', validator: {}, held: [], joined: false});

const count = z.number().int().nonnegative();
const stateSchema = z.object({
	source: z.string(),
	size: count.optional(),
	validator: z.object({etag: z.string().optional(), lastModified: z.string().optional()}),
	held: z.array(z.object({start: count, end: count})),
	joined: z.boolean(),
	hash: z.object({bytes: count, state: z.string()}).optional(),
	inode: z.number().optional(),
});

const readState = async (host: Host, partPath: string, statePath: string): Promise<PartState | undefined> => {
	const [text, part] = await Promise.all([host.files.readText(statePath), host.files.info(partPath)]);
	if (text === undefined || part?.kind !== 'file') return undefined;
	const parsed = stateSchema.safeParse(parseJson(text));
	if (!parsed.success) return undefined;
	const {inode, hash, ...state} = parsed.data;
	const held = state.held.reduce<Range[]>(withRange, []);
	if ((held.at(-1)?.end ?? 0) > Math.min(part.size, state.size ?? part.size)) return undefined;
	// A hash of bytes that are no longer the ones in the file would vouch for a wrong file.
	const hashFits = inode === part.inode && hash !== undefined && hash.bytes <= frontOf(held);
	return {...state, held, hash: hashFits ? hash : undefined};
};

const parseJson = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

const openForUpdate = async (host: Host, path: string): Promise<FileHandle> => {
	const existing = await host.files.info(path);
	await host.files.makeFolder(dirname(path));
	// Nothing but a file of ours is opened under that name: not a link that leads elsewhere.
	if (existing && existing.kind !== 'file') await host.files.remove(path, dirname(path));
	return host.files.open(path, existing?.kind === 'file' ? 'r+' : 'wx+', 0o644);
};
