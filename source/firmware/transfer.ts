import type {Host} from '../host/host.ts';
import {createBackoff} from './backoff.ts';
import {type Body, type Patience, readRange} from './connection.ts';
import {ConnectionProblem} from './connection-problem.ts';
import {createGrowth, type Growth, mostConnections} from './growth.ts';
import {createIntake} from './intake.ts';
import type {Agents} from './network.ts';
import type {PartFile} from './part-file.ts';
import {blockBytesFor, createSegments, type Segment, type Segments} from './segments.ts';
import type {Limiter} from './speed.ts';

export type Transfer = {
	host: Host;
	url: string;
	part: PartFile;
	agents: Agents;
	patience: Patience;
	limiter: Limiter;
	/** Most connections at once. */
	connections: number;
	pace?: Pace;
	/** Whether ranges may be asked for. */
	ranges: boolean;
	/** Whether a checksum will judge the whole, so that bytes may be joined without an ETag or date. */
	judged: boolean;
	signal: AbortSignal;
	/** Told what the first usable answer says, before anything is written. @throws to stop. */
	onOpened(body: Body): Promise<void>;
};

export type Pace = {
	/** Bytes that a connection is dealt at a time. @default a 64th of the file, 8 to 64 MiB */
	blockBytes?: number;
	/** Milliseconds between two looks at whether more connections help. @default what the link's latency suggests */
	windowMs?: number;
};

/**
 * Fetches what is missing of a part from one source, over as many connections as help.
 * @throws {ConnectionProblem} when this source can't go on. What was fetched stays held.
 */
export const transfer = async (t: Transfer): Promise<void> => {
	const ended = new AbortController();
	const crew = createCrew({...t, signal: AbortSignal.any([t.signal, ended.signal])}, ended);
	const growing = crew.grow().catch(() => undefined);
	try {
		while (!t.part.isWhole) await crew.work();
	} finally {
		// One connection's failure ends the others; what they have still reaches the part.
		ended.abort();
		await Promise.all([growing, crew.dismiss()]);
	}
};

const settleMs = 50;

type Opened = {segments: Segments; joinable: boolean; growth: Growth; windowMs: number};

const createCrew = (t: Transfer, ended: AbortController) => {
	const {part, host, signal} = t;
	const backoff = createBackoff({tries: t.patience.tries, firstMs: t.patience.firstPauseMs, host});
	const helpers = new Set<Promise<void>>();
	const firstOpened = Promise.withResolvers<Opened>();
	let opened: Opened | undefined;
	/** Helpers that have got their first answer. */
	const begun = new Set<symbol>();
	let received = 0;

	signal.addEventListener('abort', () => firstOpened.reject(signal.reason), {once: true});

	const open = async (body: Body, waitedMs: number): Promise<Opened> => {
		await t.onOpened(body);
		const {size} = part;
		const joinable = size !== undefined && body.ranges && (t.judged || Object.keys(part.validator).length > 0);
		const blockBytes = joinable ? (t.pace?.blockBytes ?? blockBytesFor(size)) : Number.POSITIVE_INFINITY;
		return {
			segments: createSegments({
				size: size ?? Number.POSITIVE_INFINITY,
				blockBytes,
				held: () => part.held,
			}),
			joinable,
			growth: createGrowth({most: joinable ? Math.min(t.connections, mostConnections(size, blockBytes)) : 1}),
			// Long enough for a connection on this link to show what it is worth.
			windowMs: t.pace?.windowMs ?? Math.min(500, Math.max(100, 2 * waitedMs)),
		};
	};

	/** One request, of a helper or of the first connection, which asks for all the rest, so that it can go on behind its
	 * own segment. */
	const request = async (helper?: symbol): Promise<'worked' | 'nothing to do'> => {
		const isFirst = helper === undefined;
		let segment: Segment | undefined = opened?.segments.take();
		if (opened && !segment) return 'nothing to do';
		const start = segment?.at ?? part.firstMissing;
		const begin = async (body: Body, waitedMs: number) => {
			opened ??= await open(body, waitedMs);
			firstOpened.resolve(opened);
			if (helper) begun.add(helper);
			const {segments} = opened;
			segment ??= segments.take();
			if (!segment || segment.at !== body.start) throw new Error('the answer is not for the segment it was asked for');
			const mine = segment;
			return createIntake({
				file: part.file,
				segment: mine,
				extend: () => isFirst && segments.extend(mine),
				limiter: t.limiter,
				onHeld(range) {
					part.hold(range);
					backoff.moved(part.heldBytes);
				},
				onBytes(count) {
					received += count;
				},
			});
		};
		try {
			await readRange({
				...t,
				asked: {
					...(t.ranges && {start, end: isFirst ? undefined : segment?.end}),
					size: part.size,
					validator: part.validator,
				},
				begin,
			});
			if (part.size === undefined) part.describe({size: part.heldBytes});
		} finally {
			if (segment) opened?.segments.release(segment);
		}
		return 'worked';
	};

	/** What to do about a failed request; rethrows what can't be helped here. */
	const recover = async (error: unknown, isFirst: boolean): Promise<'go on' | 'leave'> => {
		if (!(error instanceof ConnectionProblem)) throw error;
		const {judgement} = error;
		const isTurnedAway = judgement.kind === 'refused' || (judgement.kind === 'retry' && judgement.busy);
		if (!isFirst && isTurnedAway) {
			opened?.growth.cap(helpers.size);
			return 'leave';
		}
		if (judgement.kind !== 'retry') throw error;
		await backoff.pause(error, judgement.waitMs, signal);
		if (opened && !opened.joinable) {
			// Nothing vouches that a second answer continues the first: begin again.
			opened = undefined;
			await part.reset();
		}
		return 'go on';
	};

	const help = async (id: symbol) => {
		while (opened && helpers.size < opened.growth.wanted) {
			try {
				if ((await request(id)) === 'nothing to do') return;
			} catch (error) {
				if ((await recover(error, false)) === 'leave') return;
			}
		}
	};

	return {
		/** Works until everything is dealt out and every helper has come back. */
		async work(): Promise<void> {
			try {
				while (!part.isWhole && (await request()) === 'worked');
			} catch (error) {
				// A helper met something that ends the transfer, and took this connection with it.
				if (ended.signal.aborted) throw ended.signal.reason;
				await recover(error, true);
				return;
			}
			await Promise.all(helpers);
			ended.signal.throwIfAborted();
		},
		/** Looks from time to time whether more connections help. */
		async grow(): Promise<void> {
			const {growth, windowMs} = await firstOpened.promise;
			// What queued up while the file was made ready comes at once, and is no measure.
			await host.sleep(settleMs, signal);
			for (;;) {
				growth.begin(host.now(), received);
				await host.sleep(windowMs, signal);
				// A connection that is only being opened says nothing yet; one that never opens isn't waited for.
				for (let more = 0; begun.size < helpers.size && more < 5; more++) {
					growth.begin(host.now(), received);
					await host.sleep(windowMs, signal);
				}
				const wanted = growth.reading(host.now(), received);
				while (helpers.size + 1 < wanted) {
					const id = Symbol('helper');
					const helper = help(id)
						.catch(error => ended.abort(error))
						.finally(() => {
							helpers.delete(helper);
							begun.delete(id);
						});
					helpers.add(helper);
				}
			}
		},
		/** Waits for the helpers after an abort. */
		dismiss: () => Promise.allSettled(helpers),
	};
};
