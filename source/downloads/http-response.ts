import type {IncomingHttpHeaders} from 'node:http';
import type {Failure} from './connection-problem.ts';

/** What tells one version of a file on a server from another. */
export type Validator = {etag?: string; lastModified?: string};

export type Asked = {
	/** First byte wanted; undefined when the whole file was asked for, without a range. */
	start?: number;
	/** One past the last byte wanted; undefined: to the end of the file. */
	end?: number;
	/** What is known of the file from earlier answers of this source. */
	size?: number;
	/** Size that the file must have, when that is known. */
	bytes?: number;
	validator?: Validator;
	/** Whether a checksum will judge the whole: then only what makes that impossible is refused here. */
	judged?: boolean;
};

/** An answer that brings bytes of the file. */
export type Body = {
	kind: 'body';
	start: number;
	/** Bytes of the body; undefined when the server doesn't say. */
	length?: number;
	/** Bytes of the whole file. */
	size?: number;
	ranges: boolean;
	validator: Validator;
};

/** Reads an answer's status and headers; `now` is the time that a Retry-After date counts from. */
export function readAnswer(
	asked: Asked,
	{status, headers, now}: {status: number; headers: IncomingHttpHeaders; now: number},
): Body | Failure {
	if (passing.has(status)) {
		const busy = status === 429 || status === 503;
		return {kind: 'retry', why: `answered ${status}`, busy, waitMs: retryAfterMs(headers['retry-after'], now)};
	}
	if (status === 416) return readUnsatisfiable(asked, headers);
	if (status !== 200 && status !== 206) return {kind: 'refused', why: refusals[status] ?? `answered ${status}`};
	const encoding = foreignCoding(headers['content-encoding'], asked);
	if (encoding !== undefined) {
		return {kind: 'refused', why: `sends the file compressed (${encoding}) although it was asked not to`};
	}
	if (/^text\/html\b/i.test(headers['content-type'] ?? '') && !canBeFile(asked, status, headers)) {
		return {kind: 'refused', why: 'sends a web page instead of the file (a login or error page, or a proxy)'};
	}
	const validator = validatorOf(headers);
	// The servers of a content delivery network may each have an ETag of their own; where a checksum judges, it alone does.
	if (!asked.judged && isOtherVersion(asked.validator, validator))
		return {kind: 'changed', why: 'its ETag or date is another one now'};
	return status === 206 ? readPart(asked, headers, validator) : readWhole(asked, headers, validator);
}

/** The value for If-Range: a strong ETag, or else the date. RFC 9110 allows no weak ETag there. */
export const ifRange = ({etag, lastModified}: Validator): string | undefined =>
	etag !== undefined && !etag.startsWith('W/') ? etag : lastModified;

const compressions = new Set(['gzip', 'x-gzip', 'compress', 'x-compress', 'deflate', 'br', 'zstd']);
// What servers write there although the bytes are those of the file; `aws-chunked` is how the file was once uploaded.
const plain = new Set(['', 'identity', 'none', 'binary', 'aws-chunked']);

/** The coding in which the bytes aren't those of the file, if any. */
const foreignCoding = (header: string | undefined, {judged}: Asked) =>
	(header ?? '')
		.toLowerCase()
		.split(',')
		.map(coding => coding.trim())
		.find(coding => (judged ? compressions.has(coding) : !plain.has(coding)));

/** Some servers call everything a web page: a checksum tells, unless the size that is known already does. */
function canBeFile({judged, size, bytes}: Asked, status: number, headers: IncomingHttpHeaders) {
	const known = size ?? bytes;
	return judged === true && (status === 206 || known === undefined || contentLength(headers) === known);
}

const passing = new Set([408, 425, 429, 500, 502, 503, 504, 509]);

const refusals: Record<number, string> = {
	401: 'wants a user name and password (401)',
	403: 'does not allow it (403)',
	404: 'does not have it (404)',
	407: 'the proxy wants a user name and password (407)',
	410: 'no longer has it (410)',
};

function readPart(asked: Asked, headers: IncomingHttpHeaders, validator: Validator): Body | Failure {
	const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '');
	const noRanges = (why: string): Failure => ({kind: 'no-ranges', why});
	if (asked.start === undefined) return noRanges('sends a part although the whole was asked for');
	if (!match) return noRanges('sends a part without saying which');
	const [start, last, size] = [Number(match[1]), Number(match[2]), Number(match[3])];
	if (asked.size !== undefined && size !== asked.size) {
		return {kind: 'changed', why: `it has ${size} bytes now, ${asked.size} before`};
	}
	const length = last - start + 1;
	const stated = contentLength(headers);
	if (start !== asked.start || length < 1 || last >= size || (asked.end !== undefined && last >= asked.end)) {
		return noRanges(`sends bytes ${start} to ${last} instead of those asked for`);
	}
	if (stated !== undefined && stated !== length) return noRanges('contradicts itself about the length of a part');
	return {kind: 'body', start, length, size, ranges: true, validator};
}

function readWhole(asked: Asked, headers: IncomingHttpHeaders, validator: Validator): Body | Failure {
	const length = contentLength(headers);
	if (asked.size !== undefined && length !== undefined && length !== asked.size) {
		return {kind: 'changed', why: `it has ${length} bytes now, ${asked.size} before`};
	}
	if (asked.start) return {kind: 'no-ranges', why: 'ignores ranges'};
	if (length === 0) return {kind: 'refused', why: 'has an empty file under that name'};
	return {kind: 'body', start: 0, length, size: length, ranges: false, validator};
}

function readUnsatisfiable(asked: Asked, headers: IncomingHttpHeaders): Body | Failure {
	const size = /^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
	if (asked.start === undefined || size === '0') return {kind: 'refused', why: 'has an empty file under that name'};
	if (size !== undefined && Number(size) !== asked.size) {
		return {kind: 'changed', why: `it has ${size} bytes now, ${asked.size ?? 'another number'} before`};
	}
	return {kind: 'no-ranges', why: 'refuses a range that lies inside the file'};
}

function contentLength(headers: IncomingHttpHeaders) {
	const value = headers['content-length'];
	return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

const validatorOf = (headers: IncomingHttpHeaders): Validator => ({
	...(headers.etag !== undefined && {etag: headers.etag}),
	...(headers['last-modified'] !== undefined && {lastModified: headers['last-modified']}),
});

/** Whether two answers are of different versions. Only a contradiction counts: a mirror's server may leave a header out. */
export function isOtherVersion(before: Validator | undefined, now: Validator): boolean {
	if (before?.etag !== undefined && now.etag !== undefined) return before.etag !== now.etag;
	return (
		before?.lastModified !== undefined && now.lastModified !== undefined && before.lastModified !== now.lastModified
	);
}

/** Milliseconds that a Retry-After header asks for: seconds or a date. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
	if (value === undefined) return undefined;
	if (/^\d+$/.test(value)) return Number(value) * 1000;
	const date = Date.parse(value);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
