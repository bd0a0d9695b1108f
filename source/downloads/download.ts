import type {Host} from '../host/host.ts';
import {hostOf, shownUrl} from '../text/urls.ts';
import {lengthUnknown, tooSmall, unreachable, wrongChecksum} from './download-error.ts';
import type {HttpClient} from './http-client.ts';
import type {Validator} from './http-response.ts';
import {openPart, type PartFile} from './part-file.ts';
import {type FileToFetch, type Means, pullFromSource} from './pull-from-source.ts';
import {createLimiter} from './rate.ts';

export type DownloadRequest = FileToFetch & {
	/** Best first. */
	urls: readonly string[];
};

export type DownloadOptions = {
	host: Host;
	http: HttpClient;
	signal: AbortSignal;
	/** Bytes per second. */
	limitRate?: number;
	/** `received`: bytes that came in during this call; what was there before isn't among them. */
	onProgress(reading: {done: number; total?: number; received: number; from: string}): void;
	note(text: string): void;
	/** Told before the file gets its name: what is known of a file must not be lost by a kill in between. */
	onRight?(downloaded: Downloaded): Promise<void>;
};

export type Downloaded = {bytes: number; sha256: string; url: string; validator: Validator};

/**
 * Fetches a file: goes on where an earlier attempt ended, changes the source when one fails, and gives the file its
 * name only when it is whole. Sources are shown without credentials and query.
 * @throws {DownloadError} when there is no file under the name.
 */
export async function download(request: DownloadRequest, options: DownloadOptions): Promise<Downloaded> {
	const {host, signal} = options;
	const part = await openPart(host, request.path);
	const limiter = createLimiter(options.limitRate, {...host, signal});
	let from = request.urls[0] ?? '';
	const report = () =>
		options.onProgress({done: part.heldBytes, total: part.size, received: limiter.total, from: hostOf(from)});
	const progress = setInterval(report, 250);
	const stopSaving = saveRegularly(part, host);
	let isOpen = true;
	try {
		const sha256 = await pullRightBytes(part, request, {
			means: {...options, limiter},
			onSource(url) {
				from = url;
			},
		});
		report();
		await stopSaving();
		const downloaded = {bytes: part.size ?? 0, sha256, url: part.source, validator: part.validator};
		await options.onRight?.(downloaded);
		await part.complete();
		isOpen = false;
		return downloaded;
	} finally {
		clearInterval(progress);
		await stopSaving();
		if (isOpen) await part.close();
	}
}

/** Until the part is whole and right, whatever it takes of the sources. */
async function pullRightBytes(
	part: PartFile,
	request: DownloadRequest,
	{means, onSource}: {means: Means; onSource(url: string): void},
): Promise<string> {
	const {path, urls, sha256: expected} = request;
	const failures: string[] = [];
	let wrong: Error | undefined;
	for (const url of urls) {
		onSource(url);
		// Held from before, or pieced together: when that is wrong, the source itself may still be right.
		let mayBeMixed = part.heldBytes > 0;
		let isStrict = false;
		for (;;) {
			const why = await pullFromSource(url, {part, file: request, means, isStrict});
			if (why !== undefined) {
				failures.push(`${hostOf(url)}: ${why}`);
				break;
			}
			const sha256 = await part.sha256(means.signal);
			if (expected === undefined) {
				await refuseDoubtful(part, request, {sha256, url});
				return sha256;
			}
			if (sha256 === expected) return sha256;
			mayBeMixed ||= part.joined;
			await part.reset();
			if (isStrict || !mayBeMixed) {
				wrong = wrongChecksum(path, shownUrl(url), expected, sha256);
				failures.push(`${hostOf(url)}: its file has sha256 ${sha256}`);
				break;
			}
			means.note('The parts from several sources do not fit together; fetching the whole file from one');
			isStrict = true;
		}
		if (url !== urls.at(-1)) means.note(`${failures.at(-1)}; trying the next source`);
	}
	throw wrong ?? unreachable(path, failures);
}

/** A file that no checksum judges. @throws when it can't be the file, or nothing says that it is whole. */
async function refuseDoubtful(
	part: PartFile,
	{path, leastBytes = 1}: DownloadRequest,
	{sha256, url}: {sha256: string; url: string},
) {
	const {size = 0} = part;
	if (size < leastBytes) {
		await part.reset();
		throw tooSmall(path, hostOf(url), size);
	}
	if (!part.isSizeStated) throw lengthUnknown(path, hostOf(url), {size, sha256});
}

// For after a kill or power cut.
const checkpointMs = 3000;

function saveRegularly(part: PartFile, host: Host) {
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
}
