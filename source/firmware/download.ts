import type {Host} from '../host/host.ts';
import {hostOf, shownUrl} from './addresses.ts';
import type {Validator} from './answers.ts';
import type {Body, Patience} from './connection.ts';
import {ConnectionProblem} from './connection-problem.ts';
import {changedSize, spaceError, tooSmall, unreachable, wrongChecksum} from './download-errors.ts';
import {mostConnectionsEver} from './growth.ts';
import type {Agents} from './network.ts';
import {openPart, type PartFile} from './part-file.ts';
import {reserveSpace} from './space.ts';
import {createLimiter, type Limiter} from './speed.ts';
import {type Pace, transfer} from './transfer.ts';

export type DownloadRequest = {
	/** Where the whole file goes; `<path>.part` until then. */
	path: string;
	/** Best first. */
	urls: readonly string[];
	/** Hex. When it is known, the file has it or there is no file. */
	sha256?: string;
	/** Size that the file must have, when that is known. */
	bytes?: number;
	/** Less can't be the file. */
	leastBytes?: number;
};

export type DownloadOptions = {
	host: Host;
	agents: Agents;
	signal: AbortSignal;
	/** Bytes per second. */
	limitRate?: number;
	/** Most connections at once. @default 24 */
	connections?: number;
	patience?: Partial<Patience>;
	pace?: Pace;
	/** Milliseconds between two notes of what is held, for after a kill or power cut. @default 3000 */
	checkpointMs?: number;
	/** `received`: bytes that came in during this call; what was there before isn't among them. */
	onProgress(reading: {done: number; total?: number; received: number; from: string}): void;
	note(text: string): void;
};

export type Downloaded = {bytes: number; sha256: string; url: string; validator: Validator};

const patience: Patience = {tries: 6, firstPauseMs: 500, answerMs: 30_000, stallMs: 20_000};
// How often a file may turn out to be another one while it is fetched.
const mostRestarts = 3;

/**
 * Fetches a file: goes on where an earlier attempt ended, changes the source when one fails, and gives the file its
 * name only when it is whole. Sources are shown without credentials and query.
 * @throws {FixableError} `firmware-unreachable`, `firmware-checksum`, `firmware-changed` or `disk-full`; then there is
 * no file under the name, and what was fetched stays in the part where it can be of use.
 */
export const download = async (request: DownloadRequest, options: DownloadOptions): Promise<Downloaded> => {
	const part = await openPart(options.host, request.path);
	const progress = setInterval(() => report(), 250);
	let from = request.urls[0] ?? '';
	const limiter = createLimiter(options.limitRate, {...options.host, signal: options.signal});
	const report = () =>
		options.onProgress({done: part.heldBytes, total: part.size, received: limiter.total, from: hostOf(from)});
	const stopSaving = saveRegularly(part, options);
	let isOpen = true;
	try {
		const sha256 = await fetchRightBytes(part, request, {...options, limiter}, url => {
			from = url;
		});
		report();
		await stopSaving();
		const {size = 0, validator, source} = part;
		await part.complete();
		isOpen = false;
		return {bytes: size, sha256, url: source, validator};
	} finally {
		clearInterval(progress);
		await stopSaving();
		if (isOpen) await part.close();
	}
};

const fetchRightBytes = async (
	part: PartFile,
	request: DownloadRequest,
	options: DownloadOptions & {limiter: Limiter},
	onSource: (url: string) => void,
): Promise<string> => {
	for (;;) {
		await fetchBytes(part, request, options, onSource);
		const sha256 = await part.sha256();
		if (request.sha256 === undefined || sha256 === request.sha256) return sha256;
		const {joined, source} = part;
		await part.reset();
		if (!joined) throw wrongChecksum(request.path, source, request.sha256, sha256);
		options.note('The parts from several sources do not fit together; fetching the whole file from one');
	}
};

/** Until the part is whole, whatever it takes of the sources. */
const fetchBytes = async (
	part: PartFile,
	request: DownloadRequest,
	options: DownloadOptions & {limiter: Limiter},
	onSource: (url: string) => void,
) => {
	const {host, signal, note, limiter} = options;
	const judged = request.sha256 !== undefined;
	const failures: string[] = [];
	for (const url of request.urls) {
		onSource(url);
		let ranges = true;
		for (let restarts = 0; !part.isWhole; restarts++) {
			await prepareFor(part, url, judged);
			try {
				await transfer({
					host,
					url,
					part,
					agents: options.agents,
					patience: {...patience, ...options.patience},
					pace: options.pace,
					limiter,
					connections: options.connections ?? mostConnectionsEver,
					ranges,
					judged,
					signal,
					onOpened: body => opened(part, body, {url, request, host, signal}),
				});
			} catch (error) {
				if (!(error instanceof ConnectionProblem)) throw spaceError(error, request.path);
				const {kind, why} = error.judgement;
				if ((kind !== 'changed' && kind !== 'no-ranges') || restarts === mostRestarts) {
					failures.push(`${hostOf(url)}: ${why}`);
					break;
				}
				note(`${hostOf(url)}: ${why}; starting again`);
				if (kind === 'no-ranges') ranges = false;
				await part.reset();
			}
		}
		if (part.isWhole) return;
		if (url !== request.urls.at(-1)) note(`${failures.at(-1)}; trying the next source`);
	}
	throw unreachable(request, failures);
};

/** Bytes of another source, or of nobody knows where, are only kept when a checksum will judge the whole. */
const prepareFor = async (part: PartFile, url: string, judged: boolean) => {
	const source = shownUrl(url);
	const isOther = part.source !== source;
	const canBeContinued = judged || Object.keys(part.validator).length > 0;
	if (part.heldBytes === 0 || (isOther && !judged) || !canBeContinued) {
		if (part.size !== undefined || part.heldBytes > 0) await part.reset();
		part.describe({source});
	} else if (isOther) part.describe({source, validator: {}, joined: true});
};

const opened = async (
	part: PartFile,
	body: Body,
	{url, request, host, signal}: {url: string; request: DownloadRequest; host: Host; signal: AbortSignal},
) => {
	const {size} = body;
	if (request.bytes !== undefined && size !== undefined && size !== request.bytes) {
		throw changedSize(request, hostOf(url), size);
	}
	if (size !== undefined && size < (request.leastBytes ?? 1)) {
		throw tooSmall(request, hostOf(url), size);
	}
	part.describe({size, validator: body.validator});
	if (size !== undefined) {
		await reserveSpace(host, `${request.path}.part`, {size, missing: size - part.heldBytes, signal});
	}
};

const saveRegularly = (part: PartFile, {host, checkpointMs = 3000}: DownloadOptions) => {
	const stop = new AbortController();
	const saving = (async () => {
		for (;;) {
			await host.sleep(checkpointMs, stop.signal);
			await part.checkpoint();
		}
	})().catch(() => undefined);
	return async () => {
		stop.abort();
		await saving;
	};
};
