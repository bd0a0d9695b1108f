import type {Host} from '../host/host.ts';
import {createBackoff} from './backoff.ts';
import {type Connection, connect, differingBytes, type Source} from './connection.ts';
import {type ConnectionCount, createConnectionCount, mostConnections} from './connection-count.ts';
import {ConnectionProblem} from './connection-problem.ts';
import {type Body, ifRange, isOtherVersion} from './http-response.ts';
import {DifferingBytes} from './part-file.ts';
import {blockBytesFor, createSegments, type Segment, type Segments} from './segments.ts';

/** A source from which everything that is missing is pulled. */
export type Pull = Source & {
	host: Host;
	/** Most connections at once. */
	connections: number;
	signal: AbortSignal;
	/** Takes note of what the first usable answer says, before anything is written. @throws to stop. */
	accept(answer: Body): Promise<void>;
};

/** What the first usable answer settles for all connections. */
type Opened = {segments: Segments; joinable: boolean; count: ConnectionCount; windowMs: number};

const settleMs = 50;

/**
 * Fetches what is missing of a part from one source, over as many connections as help: the first, which asks for all the
 * rest and goes on behind its own segment, and helpers that join it as long as they make it faster.
 * @throws {ConnectionProblem} when this source can't go on. What was fetched stays held.
 */
export async function pullMissing(pull: Pull): Promise<void> {
	const {part, host, limiter} = pull;
	pull.signal.throwIfAborted();
	const ended = new AbortController();
	const signal = AbortSignal.any([pull.signal, ended.signal]);
	const backoff = createBackoff({host, part});
	const firstOpened = Promise.withResolvers<Opened>();
	signal.addEventListener('abort', () => firstOpened.reject(signal.reason), {once: true});
	let opened: Opened | undefined;
	const helpers = new Set<Promise<void>>();
	/** Helpers that have got their first answer. */
	const begun = new Set<symbol>();
	/** Whether all is dealt out, and only the helpers are at work. */
	let isFirstIdle = false;

	const growing = grow().catch(() => undefined);
	try {
		while (!part.isWhole) await workFirst();
		await Promise.all(helpers);
		ended.signal.throwIfAborted();
	} catch (error) {
		pull.signal.throwIfAborted();
		// A helper ended it, and this error is only how the others noticed.
		ended.signal.throwIfAborted();
		throw error;
	} finally {
		// One connection's failure ends the others; what they have still reaches the part.
		ended.abort();
		await Promise.all([growing, ...helpers]);
	}

	/** Works until everything is dealt out, then waits for a helper to come back. */
	async function workFirst() {
		try {
			while (!part.isWhole && (await request()) === 'worked');
		} catch (error) {
			await recover(error, 'first');
			return;
		}
		if (part.isWhole || helpers.size === 0) return;
		isFirstIdle = true;
		await Promise.race(helpers);
		isFirstIdle = false;
		ended.signal.throwIfAborted();
	}

	async function help(helper: symbol) {
		while (opened && helpers.size < opened.count.wanted) {
			try {
				if ((await request(helper)) === 'nothing to do') return;
			} catch (error) {
				// What it didn't get, the first may: that one has been answered before.
				if ((await recover(error, 'helper')) === 'leave' || isFirstIdle) return;
			}
		}
	}

	/** Looks from time to time whether more connections help. */
	async function grow() {
		const {count, windowMs} = await firstOpened.promise;
		// What queued up while the file was made ready comes at once, and is no measure.
		await host.sleep(settleMs, signal);
		for (;;) {
			count.begin(host.elapsed(), limiter.total);
			await host.sleep(windowMs, signal);
			// A connection that is only being opened says nothing yet; one that never opens isn't waited for.
			for (let more = 0; begun.size < helpers.size && more < 5; more++) {
				count.begin(host.elapsed(), limiter.total);
				await host.sleep(windowMs, signal);
			}
			// What the last ones still bring is no measure, and there is no work for more.
			if (isFirstIdle) continue;
			const wanted = count.reading(host.elapsed(), limiter.total);
			while (helpers.size + 1 < wanted) startHelper();
		}
	}

	function startHelper() {
		const id = Symbol('helper');
		const helper = help(id)
			.catch(error => ended.abort(error))
			.finally(() => {
				helpers.delete(helper);
				begun.delete(id);
			});
		helpers.add(helper);
	}

	async function request(helper?: symbol): Promise<'worked' | 'nothing to do'> {
		let segment: Segment | undefined = opened?.segments.take();
		if (opened && !segment) return 'nothing to do';
		let connection: Connection | undefined;
		try {
			connection = await connect(
				pull,
				{
					from: segment?.at ?? part.firstMissing,
					end: helper && segment?.end,
					// What an earlier attempt held may be of another version; what came just now can't.
					blames: opened ? 'no-ranges' : 'changed',
				},
				signal,
			);
			opened ??= await open(connection);
			if (isOtherVersion(part.validator, connection.answer.validator)) part.describe({joined: true});
			firstOpened.resolve(opened);
			if (helper) begun.add(helper);
			segment ??= opened.segments.take();
			if (segment) await connection.fill(segment, helper ? undefined : opened.segments);
			if (part.size === undefined) part.describe({size: part.heldBytes});
			if (!opened.joinable && !part.isWhole) {
				throw new ConnectionProblem({kind: 'no-ranges', why: 'sends pieces that nothing says belong together'});
			}
		} finally {
			connection?.close();
			if (segment) opened?.segments.release(segment);
		}
		return 'worked';
	}

	async function open({answer, waitedMs}: Connection): Promise<Opened> {
		await pull.accept(answer);
		const {size = Number.POSITIVE_INFINITY, validator} = part;
		const joinable = part.size !== undefined && answer.ranges && (pull.judged || ifRange(validator) !== undefined);
		const blockBytes = joinable ? blockBytesFor(size) : Number.POSITIVE_INFINITY;
		return {
			segments: createSegments({size, blockBytes, held: () => part.held}),
			joinable,
			count: createConnectionCount({
				most: joinable ? Math.min(pull.connections, mostConnections(size, blockBytes)) : 1,
			}),
			// Long enough for a connection on this link to show what it is worth.
			windowMs: Math.min(500, Math.max(100, 2 * waitedMs)),
		};
	}

	/** What to do about a failed request; rethrows what can't be helped here. */
	async function recover(error: unknown, whose: 'first' | 'helper'): Promise<'go on' | 'leave'> {
		// Which of two connections is wrong can't be told, so neither counts.
		if (error instanceof DifferingBytes) throw new ConnectionProblem({kind: 'no-ranges', why: differingBytes});
		if (!(error instanceof ConnectionProblem)) throw error;
		const {failure} = error;
		// Whatever a server has against a second connection, and whatever it answers there: the first one may do without.
		const isTurnedAway = failure.kind !== 'retry' || failure.busy;
		if (whose === 'helper' && isTurnedAway) {
			opened?.count.cap(helpers.size);
			return 'leave';
		}
		if (failure.kind !== 'retry') throw error;
		await backoff.pause(error, failure.waitMs, signal);
		if (opened && !opened.joinable) {
			// Nothing vouches that a second answer continues the first: begin again.
			opened = undefined;
			await part.reset();
		}
		return 'go on';
	}
}
