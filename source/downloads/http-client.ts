import type {IncomingHttpHeaders, IncomingMessage} from 'node:http';
import type {Host} from '../host/host.ts';
import {createAgents, type Network} from '../host/http-routes.ts';
import {ConnectionProblem, problemOf} from './connection-problem.ts';

/** The one place where a download meets the network. */
export type HttpClient = {
	/**
	 * Asks for a file, following redirects; what the status means is the caller's to judge.
	 * @throws {ConnectionProblem} when there is no answer.
	 */
	get(url: string, request: {headers: Readonly<Record<string, string>>; signal: AbortSignal}): Promise<HttpResponse>;
	/** Bytes of a file as the first of these addresses that answers states them; undefined when none does. */
	sizeOf(urls: readonly string[], signal: AbortSignal): Promise<number | undefined>;
	close(): void;
};

export type HttpResponse = {
	status: number;
	headers: IncomingHttpHeaders;
	/** Milliseconds until it came. */
	waitedMs: number;
	/**
	 * The body as it comes, as fast as it is asked for.
	 * @param length what it has to have, when that is known.
	 * @throws {ConnectionProblem} when it stalls or ends early.
	 */
	body(length: number | undefined): AsyncIterable<Uint8Array>;
	close(): void;
};

// For a connection, and for the first byte of an answer.
const answerMs = 30_000;
// Without a byte for so long, a connection counts as stalled.
const stallMs = 20_000;

// The bytes of the file, not of some encoding of it: offsets and checksum count in them.
const alwaysSent = {'accept-encoding': 'identity', 'user-agent': 'edge-builder'};

/**
 * An HTTP client for that network.
 * @throws {FixableError} when the CA file can't be used.
 */
export async function createHttpClient(host: Host, network: Network): Promise<HttpClient> {
	const agents = await createAgents(host, network);
	return {
		async get(url, {headers, signal}) {
			const {default: got} = await import('got');
			signal.throwIfAborted();
			const began = host.elapsed();
			let route = agents.routeTo(url);
			const stream = got.stream(url, {
				agent: route.agents,
				headers: {...alwaysSent, ...headers},
				decompress: false,
				throwHttpErrors: false,
				retry: {limit: 0},
				maxRedirects: 10,
				timeout: {lookup: answerMs, connect: answerMs, secureConnect: answerMs},
				hooks: {
					beforeRedirect: [
						options => {
							if (new URL(url).protocol === 'https:' && (options.url as URL).protocol === 'http:') {
								throw new ConnectionProblem({kind: 'refused', why: 'redirects from https to plain http'});
							}
							route = agents.routeTo(options.url as URL);
							options.agent = route.agents;
						},
					],
				},
			});
			try {
				const response = await responseOf(stream, signal);
				return {
					status: response.statusCode ?? 0,
					headers: response.headers,
					waitedMs: host.elapsed() - began,
					// Not got's own stream, which hands each piece through once more and costs a quarter more CPU.
					body: length => bodyOf(response, {length, signal, hangUp: () => stream.destroy()}),
					close: () => void stream.destroy(),
				};
			} catch (error) {
				stream.destroy();
				throw signal.aborted ? signal.reason : problemOf(error, route.proxy);
			}
		},
		async sizeOf(urls, signal) {
			const {default: got} = await import('got');
			for (const url of urls) {
				try {
					const {headers, ok} = await got.head(url, {
						agent: agents.routeTo(url).agents,
						signal,
						headers: alwaysSent,
						timeout: {request: 10_000},
						retry: {limit: 0},
						throwHttpErrors: false,
						hooks: {
							beforeRedirect: [
								options => {
									options.agent = agents.routeTo(options.url as URL).agents;
								},
							],
						},
					});
					const length = Number(headers['content-length']);
					if (ok && length > 0) return length;
				} catch {
					signal.throwIfAborted();
				}
			}
			return undefined;
		},
		close: agents.close,
	};
}

function responseOf(stream: NodeJS.ReadableStream, signal: AbortSignal): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		const why = `no answer within ${Math.round(answerMs / 1000)} s`;
		const timer = setTimeout(() => reject(new ConnectionProblem({kind: 'retry', why})), answerMs);
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
		// Stays: what happens after the answer shows in the body.
		stream.on('error', error => {
			settled();
			reject(error);
		});
	});
}

async function* bodyOf(
	response: IncomingMessage,
	{length, signal, hangUp}: {length: number | undefined; signal: AbortSignal; hangUp(): void},
): AsyncGenerator<Uint8Array, void, undefined> {
	signal.throwIfAborted();
	let came = 0;
	let hasStalled = false;
	const pieces: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
	/** The time in which nobody asks for more is no stall. */
	const next = async () => {
		const timer = setTimeout(() => {
			hasStalled = true;
			hangUp();
		}, stallMs);
		try {
			return await pieces.next();
		} catch {
			return undefined;
		} finally {
			clearTimeout(timer);
		}
	};
	signal.addEventListener('abort', hangUp, {once: true});
	try {
		for (;;) {
			const piece = await next();
			signal.throwIfAborted();
			if (hasStalled) {
				const why = `nothing came for ${Math.round(stallMs / 1000)} s`;
				throw new ConnectionProblem({kind: 'retry', why});
			}
			if (!piece || piece.done) {
				if (piece && (length === undefined ? response.complete : came >= length)) return;
				throw new ConnectionProblem({kind: 'retry', why: `the connection ended after ${came} bytes`});
			}
			came += piece.value.length;
			yield piece.value;
		}
	} finally {
		signal.removeEventListener('abort', hangUp);
		hangUp();
	}
}
