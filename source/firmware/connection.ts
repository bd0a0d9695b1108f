import type {IncomingMessage} from 'node:http';
import {type Asked, ifRange, type Judgement, judgeAnswer} from './answers.ts';
import {directReaderOf} from './direct-socket.ts';
import type {Intake} from './intake.ts';
import type {Agents} from './network.ts';

export type Body = Extract<Judgement, {kind: 'body'}>;

/** Why a connection ended before its work was done. */
export class ConnectionProblem extends Error {
	override readonly name = 'ConnectionProblem';
	constructor(readonly judgement: Exclude<Judgement, {kind: 'body'}>) {
		super(judgement.why);
	}
}

export type Patience = {
	/** Failed attempts in a row, without a new byte, after which a source is given up. */
	tries: number;
	/** Milliseconds before the first new attempt; doubles with each. */
	firstPauseMs: number;
	/** Milliseconds to wait for a connection and for the first byte of an answer. */
	answerMs: number;
	/** Milliseconds without a byte after which a connection counts as stalled. */
	stallMs: number;
};

/**
 * One request and its body into an intake. Resolves when the intake is done or the body has ended as long as it said.
 * @throws {ConnectionProblem} for anything that the server or the network did; write errors as they are.
 */
export const readRange = async ({
	url,
	asked,
	agents,
	patience,
	signal,
	begin,
}: {
	url: string;
	asked: Asked;
	agents: Agents;
	patience: Patience;
	signal: AbortSignal;
	/** Called with a usable answer, and the time it took to come; says where its bytes go. */
	begin(body: Body, waitedMs: number): Promise<Intake>;
}): Promise<void> => {
	const {default: got} = await import('got');
	signal.throwIfAborted();
	const validator = asked.start && asked.validator ? ifRange(asked.validator) : undefined;
	const began = performance.now();
	const stream = got.stream(url, {
		agent: {http: agents.http, https: agents.https},
		headers: {
			// The bytes of the file, not of some encoding of it: offsets and checksum count in them.
			'accept-encoding': 'identity',
			'user-agent': 'edge-builder',
			...(asked.start !== undefined && {range: `bytes=${asked.start}-${asked.end === undefined ? '' : asked.end - 1}`}),
			...(validator !== undefined && {'if-range': validator}),
		},
		decompress: false,
		throwHttpErrors: false,
		retry: {limit: 0},
		maxRedirects: 10,
		timeout: {lookup: patience.answerMs, connect: patience.answerMs, secureConnect: patience.answerMs},
		hooks: {
			beforeRedirect: [
				options => {
					if (new URL(url).protocol === 'https:' && (options.url as URL).protocol === 'http:') {
						throw new ConnectionProblem({kind: 'refused', why: 'redirects from https to plain http'});
					}
				},
			],
		},
	});
	let intake: Intake | undefined;
	try {
		const response = await responseOf(stream, patience.answerMs, signal);
		const judgement = judgeAnswer(asked, {
			status: response.statusCode ?? 0,
			headers: response.headers,
			now: Date.now(),
		});
		if (judgement.kind !== 'body') throw new ConnectionProblem(judgement);
		intake = await begin(judgement, performance.now() - began);
		await pour({stream, response, intake, length: judgement.length, signal}, patience.stallMs);
	} finally {
		stream.on('error', () => undefined);
		stream.destroy();
		await intake?.settle();
	}
};

type GotStream = NodeJS.ReadableStream & {destroy(): void};

const pour = async (what: Omit<Pouring, 'stall'>, stallMs: number) => {
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

const responseOf = (stream: GotStream, answerMs: number, signal: AbortSignal) =>
	new Promise<IncomingMessage>((resolve, reject) => {
		const timer = setTimeout(
			() => reject(new ConnectionProblem({kind: 'retry', why: `no answer within ${Math.round(answerMs / 1000)} s`})),
			answerMs,
		);
		const onAbort = () => reject(signal.reason);
		signal.addEventListener('abort', onAbort, {once: true});
		const settled = () => {
			clearTimeout(timer);
			signal.removeEventListener('abort', onAbort);
		};
		stream.once('response', (response: IncomingMessage) => {
			settled();
			resolve(response);
		});
		stream.once('error', error => {
			settled();
			reject(problemOf(error));
		});
	});

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

const canPourDirectly = ({response}: Pouring) =>
	directReaderOf(response.socket) !== undefined &&
	!response.complete;

/** As many bytes as there is room for. */
const copyInto = (room: Uint8Array | undefined, bytes: Uint8Array) => {
	if (!room) throw new Error('bytes came although the intake had no room');
	const count = Math.min(room.length, bytes.length);
	room.set(bytes.subarray(0, count));
	return count;
};

const cutShort = (came: number) =>
	new ConnectionProblem({kind: 'retry', why: `the connection ended after ${came} bytes`});

/** Fails when nothing moved for `ms`; time in which we ourselves paused doesn't count. */
const createStallWatch = (ms: number, onStall: () => void) => {
	let pauses = 0;
	const timer = setTimeout(() => (pauses > 0 ? timer.refresh() : onStall()), ms);
	return {
		moved: () => void timer.refresh(),
		async pausing(until: Promise<unknown>) {
			pauses++;
			try {
				await until;
			} finally {
				pauses--;
				timer.refresh();
			}
		},
		end: () => clearTimeout(timer),
	};
};

type StallWatch = ReturnType<typeof createStallWatch>;

// Messages of these errors name hosts and ports only; the error itself would carry the whole URL.
const problemOf = (error: unknown): unknown => {
	if (error instanceof ConnectionProblem) return error;
	if (!(error instanceof Error)) return error;
	if (error.cause instanceof ConnectionProblem) return error.cause;
	const {code = ''} = error as NodeJS.ErrnoException;
	const kind = code.startsWith('ERR_TLS') || certificateErrors.has(code) ? 'refused' : 'retry';
	const why =
		failures[code] ??
		(certificateErrors.has(code) ? `its certificate is not trusted (${code})` : `failed (${code || error.name})`);
	return new ConnectionProblem({kind, why});
};

const certificateErrors = new Set([
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const failures: Record<string, string> = {
	ECONNREFUSED: 'nothing answers there (connection refused)',
	ECONNRESET: 'the connection was reset',
	ENOTFOUND: 'its name is not known (DNS)',
	EAI_AGAIN: 'its name could not be looked up (DNS)',
	EHOSTUNREACH: 'it cannot be reached',
	ENETUNREACH: 'this machine has no network that leads there',
	ETIMEDOUT: 'it did not answer in time',
};
