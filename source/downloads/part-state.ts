import type {FileHandle} from 'node:fs/promises';
import {dirname} from 'node:path';
import {z} from 'zod';
import type {Host} from '../host/host.ts';
import {type Range, withRange} from './byte-ranges.ts';
import type {Validator} from './http-response.ts';

/** What is known of a part: which bytes are held, of what, and from where. */
export type PartState = {
	source: string;
	size?: number;
	isSizeStated: boolean;
	validator: Validator;
	held: Range[];
	joined: boolean;
	joints: Joint[];
};

/** What a source said of some bytes that weren't held then. */
export type Joint = Range & {sha256: string};

/** Nothing is held. */
export const emptyState = (): PartState => ({
	source: '',
	isSizeStated: false,
	validator: {},
	held: [],
	joined: false,
	joints: [],
});

/** So many bytes before what it asks for are asked for by each request that begins inside a file. */
export const overlapBytes = 16 * 1024;

const isJoint = ({start, end}: Range) => start < end && end - start <= overlapBytes;

// Thousands of ranges and joints; they are written as one line.
const largestState = 16 * 1024 * 1024;

const count = z.number().int().nonnegative();
const stateSchema = z.object({
	source: z.string(),
	size: count.optional(),
	isSizeStated: z.boolean().default(false),
	validator: z.object({etag: z.string().optional(), lastModified: z.string().optional()}),
	held: z.array(z.object({start: count, end: count})),
	joined: z.boolean(),
	joints: z.array(z.object({start: count, end: count, sha256: z.string()}).refine(isJoint)).default([]),
});

// Written often, so a kill in the middle is likely: always under the same name, which the next one takes over.
const asideOf = (statePath: string) => `${statePath}.new`;

/** @param text the state as JSON, taken before what it claims was put on the disk. */
export async function writeState(host: Host, statePath: string, text: string) {
	const aside = asideOf(statePath);
	await host.files.remove(aside, dirname(aside));
	const file = await host.files.open(aside, 'wx', 0o600);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
	await host.files.move(aside, statePath);
}

/** Nothing of it is left afterwards. */
export async function removeState(host: Host, statePath: string) {
	for (const path of [statePath, asideOf(statePath)]) await host.files.remove(path, dirname(path));
}

/** What is remembered of a part; undefined where that doesn't fit the file. */
export async function readState(host: Host, part: FileHandle, statePath: string): Promise<PartState | undefined> {
	const info = await host.files.info(statePath);
	if (info?.kind !== 'file' || info.size > largestState) return undefined;
	const parsed = stateSchema.safeParse(parseJson((await host.files.readText(statePath)) ?? ''));
	if (!parsed.success) return undefined;
	const state = parsed.data;
	const {size} = await part.stat();
	const held = state.held.reduce<Range[]>(withRange, []);
	if ((held.at(-1)?.end ?? 0) > Math.min(size, state.size ?? size)) return undefined;
	return {...state, held};
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
