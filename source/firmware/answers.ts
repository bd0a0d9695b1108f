import type {IncomingHttpHeaders} from 'node:http';

/** What tells one version of a file on a server from another. */
export type Validator = {etag?: string; lastModified?: string};

export type Asked = {
	/** First byte wanted; undefined when the whole file was asked for, without a range. */
	start?: number;
	/** One past the last byte wanted; undefined: to the end of the file. */
	end?: number;
	/** What is known of the file from earlier answers of this source. */
	size?: number;
	validator?: Validator;
};

/** What a server's answer means for the download. */
export type Judgement =
	| {
			kind: 'body';
			start: number;
			/** Bytes of the body; undefined when the server doesn't say. */
			length?: number;
			/** Bytes of the whole file. */
			size?: number;
			ranges: boolean;
			validator: Validator;
	  }
	/** The file behind the address isn't the one we hold parts of. */
	| {kind: 'changed'; why: string}
	/** Ranges can't be relied on here; only the whole file in one stream. */
	| {kind: 'no-ranges'; why: string}
	/** `busy`: the server is there and asks for less. */
	| {kind: 'retry'; why: string; waitMs?: number; busy?: boolean}
	/** Asking this source again makes no sense. */
	| {kind: 'refused'; why: string};

/** Reads an answer's status and headers; `now` is the time that a Retry-After date counts from. */
export const judgeAnswer = (
	asked: Asked,
	{status, headers, now}: {status: number; headers: IncomingHttpHeaders; now: number},
): Judgement => {
	if (passing.has(status)) {
		const busy = status === 429 || status === 503;
		return {kind: 'retry', why: `answered ${status}`, busy, waitMs: retryAfterMs(headers['retry-after'], now)};
	}
	if (status === 416) return judgeUnsatisfiable(asked, headers);
	if (status !== 200 && status !== 206) return {kind: 'refused', why: refusals[status] ?? `answered ${status}`};
	const encoding = headers['content-encoding'];
	if (encoding !== undefined && encoding !== 'identity') {
		return {kind: 'refused', why: `sends the file compressed (${encoding}) although it was asked not to`};
	}
	if (/^text\/html\b/.test(headers['content-type'] ?? '')) {
		return {kind: 'refused', why: 'sends a web page instead of the file (a login or error page, or a proxy)'};
	}
	const validator = validatorOf(headers);
	if (isOther(asked.validator, validator)) return {kind: 'changed', why: 'its ETag or date is another one now'};
	return status === 206 ? judgePart(asked, headers, validator) : judgeWhole(asked, headers, validator);
};

/** The value for If-Range: a strong ETag, or else the date. RFC 9110 allows no weak ETag there. */
export const ifRange = ({etag, lastModified}: Validator): string | undefined =>
	etag !== undefined && !etag.startsWith('W/') ? etag : lastModified;

const passing = new Set([408, 425, 429, 500, 502, 503, 504, 509]);

const refusals: Record<number, string> = {
	401: 'wants a user name and password (401)',
	403: 'does not allow it (403)',
	404: 'does not have it (404)',
	407: 'the proxy wants a user name and password (407)',
	410: 'no longer has it (410)',
};

const judgePart = (asked: Asked, headers: IncomingHttpHeaders, validator: Validator): Judgement => {
	const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '');
	const noRanges = (why: string): Judgement => ({kind: 'no-ranges', why});
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
};

const judgeWhole = (asked: Asked, headers: IncomingHttpHeaders, validator: Validator): Judgement => {
	const length = contentLength(headers);
	if (asked.size !== undefined && length !== undefined && length !== asked.size) {
		return {kind: 'changed', why: `it has ${length} bytes now, ${asked.size} before`};
	}
	if (asked.start) return {kind: 'no-ranges', why: 'ignores ranges'};
	if (length === 0) return {kind: 'refused', why: 'has an empty file under that name'};
	return {kind: 'body', start: 0, length, size: length, ranges: false, validator};
};

const judgeUnsatisfiable = (asked: Asked, headers: IncomingHttpHeaders): Judgement => {
	const size = /^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
	if (asked.start === undefined || size === '0') return {kind: 'refused', why: 'has an empty file under that name'};
	if (size !== undefined && Number(size) !== asked.size) {
		return {kind: 'changed', why: `it has ${size} bytes now, ${asked.size ?? 'another number'} before`};
	}
	return {kind: 'no-ranges', why: 'refuses a range that lies inside the file'};
};

const contentLength = (headers: IncomingHttpHeaders) => {
	const value = headers['content-length'];
	return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
};

const validatorOf = (headers: IncomingHttpHeaders): Validator => ({
	...(headers.etag !== undefined && {etag: headers.etag}),
	...(headers['last-modified'] !== undefined && {lastModified: headers['last-modified']}),
});

// Only a contradiction counts: a mirror's second server may leave a header out.
const isOther = (before: Validator | undefined, now: Validator) => {
	if (before?.etag !== undefined && now.etag !== undefined) return before.etag !== now.etag;
	return (
		before?.lastModified !== undefined && now.lastModified !== undefined && before.lastModified !== now.lastModified
	);
};

/** Milliseconds that a Retry-After header asks for: seconds or a date. */
export const retryAfterMs = (value: string | undefined, now: number): number | undefined => {
	if (value === undefined) return undefined;
	if (/^\d+$/.test(value)) return Number(value) * 1000;
	const date = Date.parse(value);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
