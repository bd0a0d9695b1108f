import type {Host} from '../host/host.ts';
import {hostOf, shownUrl} from '../text/urls.ts';
import {mostConnectionsEver} from './connection-count.ts';
import {ConnectionProblem} from './connection-problem.ts';
import {changedSize, tooSmall, writeError} from './download-error.ts';
import type {HttpClient} from './http-client.ts';
import {type Body, ifRange} from './http-response.ts';
import {pullMissing} from './parallel-connections.ts';
import type {PartFile} from './part-file.ts';
import type {Limiter} from './rate.ts';
import {reserveSpace} from './reserve-space.ts';

/** What is known of a file before it is fetched. */
export type FileToFetch = {
	/** Where the whole file goes; `<path>.part` until then. */
	path: string;
	/** Hex. When it is known, the file has it or there is no file. */
	sha256?: string;
	/** Size that the file must have, when that is known. */
	bytes?: number;
	/** Less can't be the file. */
	leastBytes?: number;
};

/** What a download works with, whatever the source. */
export type Means = {
	host: Host;
	http: HttpClient;
	limiter: Limiter;
	signal: AbortSignal;
	note(text: string): void;
};

// How often a file may turn out to be another one while it is fetched.
const mostRestarts = 3;

/**
 * Pulls from one source until the part is whole.
 * @param isStrict Nothing is joined unless the source itself says that it belongs together.
 * @returns why this source can't give it; undefined when it did.
 */
export async function pullFromSource(
	url: string,
	{part, file, means, isStrict}: {part: PartFile; file: FileToFetch; means: Means; isStrict: boolean},
): Promise<string | undefined> {
	const judged = file.sha256 !== undefined && !isStrict;
	let ranges = true;
	for (let restarts = 0; ; restarts++) {
		await keepWhatFits(part, url, judged);
		if (part.isWhole) return undefined;
		try {
			await pullMissing({
				...means,
				url,
				part,
				connections: isStrict ? 1 : mostConnectionsEver,
				ranges,
				judged,
				bytes: file.bytes,
				accept: answer => accept(answer, {url, part, file, means}),
			});
			return undefined;
		} catch (error) {
			if (!(error instanceof ConnectionProblem)) throw writeError(error, file.path);
			const {kind, why} = error.failure;
			if ((kind !== 'changed' && kind !== 'no-ranges') || restarts === mostRestarts) return why;
			means.note(`${hostOf(url)}: ${why}; starting again`);
			if (kind === 'no-ranges') ranges = false;
			await part.reset();
		}
	}
}

/** Bytes of another source, or of nobody knows where, are only kept when a checksum will judge the whole. */
async function keepWhatFits(part: PartFile, url: string, judged: boolean) {
	const source = shownUrl(url);
	const isOther = part.source !== source;
	const canBeContinued = judged || (ifRange(part.validator) !== undefined && (part.isSizeStated || !part.isWhole));
	if (part.heldBytes === 0 || (isOther && !judged) || !canBeContinued) {
		if (part.size !== undefined || part.heldBytes > 0) await part.reset();
		part.describe({source});
	} else if (isOther) part.describe({source, validator: {}, joined: true});
}

/** Makes the part ready for the file that a source has, unless that can't be the one. */
async function accept(
	{size, validator}: Body,
	{
		url,
		part,
		file: {path, bytes, leastBytes = 1},
		means: {host, signal},
	}: {url: string; part: PartFile; file: FileToFetch; means: Means},
) {
	if (bytes !== undefined && size !== undefined && size !== bytes) throw changedSize(path, hostOf(url), size, bytes);
	if (size !== undefined && size < leastBytes) throw tooSmall(path, hostOf(url), size);
	part.describe({size, isSizeStated: size !== undefined, validator});
	if (size !== undefined) {
		await reserveSpace(host, `${path}.part`, {size, missing: size - part.heldBytes, signal});
	}
}
