import type {IncomingMessage} from 'node:http';
import {ConnectionProblem, problemOf} from './connection-problem.ts';
import {directReaderOf} from './direct-socket.ts';
import type {Intake} from './intake.ts';
import {createStallWatch, type StallWatch} from './stall-watch.ts';

/** As much of got's stream as is used here. */
export type GotStream = NodeJS.ReadableStream & {destroy(): void};

/**
 * Brings the body of an answer into an intake, until that is done or the body ends.
 * @throws {ConnectionProblem} when it stalls or ends early.
 */
export const pour = async (what: Omit<Pouring, 'stall'>, stallMs: number) => {
	const stalled = new AbortController();
	const stall = createStallWatch(stallMs, () => {
		const why = `nothing came for ${Math.round(stallMs / 1000)} s`;
		stalled.abort(new ConnectionProblem({kind: 'retry', why}));
	});
	const pouring = {...what, stall, signal: AbortSignal.any([what.signal, stalled.signal])};
	try {
		const {length} = pouring;
		if (length !== undefined && canPourDirectly(pouring)) await pourDirect({...pouring, length});
		else await pourParsed(pouring);
	} finally {
		stall.end();
	}
};

type Pouring = {
	stream: GotStream;
	response: IncomingMessage;
	intake: Intake;
	length: number | undefined;
	signal: AbortSignal;
	stall: StallWatch;
};

/** Through Node's parser: for proxies, chunked bodies and bodies of unknown length. */
const pourParsed = async ({stream, response, intake, length, signal, stall}: Pouring) => {
	let came = 0;
	const stop = () => stream.destroy();
	signal.addEventListener('abort', stop, {once: true});
	try {
		for await (const chunk of stream as AsyncIterable<Buffer>) {
			for (let rest = chunk; rest.length > 0; ) {
				const count = copyInto(intake.room(), rest);
				rest = rest.subarray(count);
				came += count;
				const next = intake.took(count);
				if (next === 'done') return;
				if (next !== 'more') await stall.pausing(next.until);
			}
			stall.moved();
		}
	} catch (error) {
		throw signal.aborted ? signal.reason : problemOf(error);
	} finally {
		signal.removeEventListener('abort', stop);
	}
	signal.throwIfAborted();
	if (length === undefined ? !response.complete : came < length) throw cutShort(came);
};

/** From the socket into the intake's memory, past Node's parser. */
const pourDirect = ({stream, response, intake, length, signal, stall}: Pouring & {length: number}) =>
	new Promise<void>((resolve, reject) => {
		const {socket} = response;
		let came = 0;
		let state: 'reading' | 'paused' | 'over' = 'reading';
		let isGone = false;
		// TLS hands on what it has already decrypted, paused or not.
		let backlog: Uint8Array[] = [];

		const end = (error?: unknown) => {
			if (state === 'over') return;
			state = 'over';
			signal.removeEventListener('abort', onAbort);
			if (error === undefined) resolve();
			else reject(error);
		};
		const onAbort = () => end(signal.reason);
		const onGone = () => {
			isGone = true;
			if (state !== 'paused') end(cutShort(came));
		};
		const goOn = () => {
			if (state !== 'paused') return;
			state = 'reading';
			const waiting = backlog;
			backlog = [];
			for (const bytes of waiting) give(bytes);
			if (state !== 'reading') return;
			if (isGone) onGone();
			else socket.resume();
		};
		const took = (count: number): boolean => {
			came += count;
			stall.moved();
			try {
				const next = intake.took(count);
				if (next === 'done' || came >= length) end();
				else if (next !== 'more') {
					state = 'paused';
					stall.pausing(next.until).then(goOn, end);
				}
			} catch (error) {
				end(error);
			}
			return state === 'reading';
		};
		const give = (bytes: Uint8Array): boolean => {
			for (let rest = bytes; rest.length > 0 && state !== 'over'; ) {
				if (state === 'paused') {
					backlog.push(rest);
					break;
				}
				const count = copyInto(intake.room(), rest);
				rest = rest.subarray(count);
				took(count);
			}
			return state === 'reading';
		};

		signal.addEventListener('abort', onAbort, {once: true});
		stream.on('error', onGone);
		socket.once('close', onGone);
		// What the socket and the parser already have comes first.
		const parsed: Buffer[] = [];
		for (;;) {
			const chunk: Buffer | null = response.read();
			if (chunk) parsed.push(chunk);
			// Reading the socket hands the bytes to the parser, and that to the response.
			else if (socket.readableLength === 0 || socket.read() === null) break;
		}
		directReaderOf(socket)?.divert({room: () => (state === 'reading' ? intake.room() : undefined), took, give});
		if (give(Buffer.concat(parsed))) socket.resume();
	});

const canPourDirectly = ({response}: Pouring) => directReaderOf(response.socket) !== undefined && !response.complete;

/** As many bytes as there is room for. */
const copyInto = (room: Uint8Array | undefined, bytes: Uint8Array) => {
	if (!room) throw new Error('bytes came although the intake had no room');
	const count = Math.min(room.length, bytes.length);
	room.set(bytes.subarray(0, count));
	return count;
};

const cutShort = (came: number) =>
	new ConnectionProblem({kind: 'retry', why: `the connection ended after ${came} bytes`});
