import type {IncomingMessage} from 'node:http';
import {type Asked, ifRange, type Judgement, judgeAnswer} from './answers.ts';
import {ConnectionProblem, problemOf} from './connection-problem.ts';
import type {Intake} from './intake.ts';
import type {Agents} from './network.ts';
import {type GotStream, pour} from './pour.ts';

export type Body = Extract<Judgement, {kind: 'body'}>;

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
