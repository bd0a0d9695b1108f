import {ConnectionProblem} from './connection-problem.ts';
import type {HttpClient} from './http-client.ts';
import {type Body, ifRange, readAnswer} from './http-response.ts';
import type {PartFile} from './part-file.ts';
import {overlapBytes} from './part-state.ts';
import type {Limiter} from './rate.ts';
import type {Segment, Segments} from './segments.ts';

/** A source, and what is fetched from it. */
export type Source = {
	url: string;
	http: HttpClient;
	part: PartFile;
	/** Whether ranges may be asked for. */
	ranges: boolean;
	/** Whether a checksum will judge the whole, so that bytes may be joined without an ETag or date. */
	judged: boolean;
	/** Size that the file must have, when that is known. */
	bytes?: number;
	limiter: Limiter;
};

/** A usable answer to one request. */
export type Connection = {
	answer: Body;
	/** Milliseconds until it came. */
	waitedMs: number;
	/**
	 * Brings what comes into a segment of the part, until that is done or the body ends.
	 * @param more Where to go on behind the segment's end, for an answer that reaches further.
	 * @throws {ConnectionProblem} for anything that the server or the network did; write errors as they are.
	 */
	fill(segment: Segment, more?: Segments): Promise<void>;
	close(): void;
};

/** What a server is told that sends the right Content-Range and other bytes. */
export const differingBytes = 'its bytes are not those that are held where both overlap';

/**
 * Asks a source for the bytes from `from` on, and for some before them, which have to be those that are held there.
 * @param end One past the last byte; undefined: all the rest.
 * @param blames What it means when they aren't.
 * @throws {ConnectionProblem} when there is no usable answer.
 */
export async function connect(
	{url, http, part, ranges, judged, bytes, limiter}: Source,
	{from, end, blames}: {from: number; end: number | undefined; blames: 'changed' | 'no-ranges'},
	signal: AbortSignal,
): Promise<Connection> {
	const overlap = ranges ? Math.min(overlapBytes, from) : 0;
	const start = from - overlap;
	// Where a checksum judges, an ETag that differs from server to server is no reason to send everything again.
	const validator = ranges && !judged ? ifRange(part.validator) : undefined;
	const response = await http.get(url, {
		headers: {
			...(ranges && {range: `bytes=${start}-${end === undefined ? '' : end - 1}`}),
			...(validator !== undefined && {'if-range': validator}),
		},
		signal,
	});
	const answer = readAnswer(
		{...(ranges && {start, end}), size: part.size, bytes, validator: part.validator, judged},
		{status: response.status, headers: response.headers, now: Date.now()},
	);
	if (answer.kind !== 'body') {
		response.close();
		throw new ConnectionProblem(answer);
	}
	return {
		answer,
		waitedMs: response.waitedMs,
		close: response.close,
		async fill(segment, more) {
			if (segment.at !== answer.start + overlap) {
				throw new Error('the answer is not for the segment it was asked for');
			}
			// Asked again, it would bring as little.
			if (answer.length !== undefined && answer.length <= overlap) {
				throw new ConnectionProblem({kind: 'no-ranges', why: 'sends too little of a range'});
			}
			const writer = createWriter(part, segment.at);
			const hasMore = () => segment.at < segment.end || more?.extend(segment) === true;
			try {
				for await (const piece of behindOverlap(response.body(answer.length), overlap, isHeldBefore)) {
					for (let rest = piece; rest.length > 0 && hasMore(); ) {
						const useful = rest.subarray(0, segment.end - segment.at);
						rest = rest.subarray(useful.length);
						segment.at += useful.length;
						await writer.write(useful);
						await limiter.taken(useful.length);
					}
					if (!hasMore()) return;
				}
			} finally {
				response.close();
				await writer.settle();
			}
		},
	};

	function isHeldBefore(bytes: Uint8Array) {
		if (part.meets(from, bytes) === 'wrong') throw new ConnectionProblem({kind: blames, why: differingBytes});
	}
}

/** A body without its first `overlap` bytes, which `check` gets. */
async function* behindOverlap(
	body: AsyncIterable<Uint8Array>,
	overlap: number,
	check: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
	const before: Uint8Array[] = [];
	let missing = overlap;
	for await (const piece of body) {
		if (missing > 0) {
			const taken = piece.subarray(0, missing);
			before.push(taken);
			missing -= taken.length;
			if (missing === 0) check(Buffer.concat(before));
			yield piece.subarray(taken.length);
		} else yield piece;
	}
}

const batchBytes = 512 * 1024;

/**
 * Collects bytes and writes many pieces at once, one batch of them under way at a time: memory stays the same whatever the
 * file's size, and a slow disk slows the connection down.
 */
function createWriter(part: PartFile, start: number) {
	let at = start;
	let pieces: Uint8Array[] = [];
	let collected = 0;
	let writing: Promise<void> = Promise.resolve();
	const flush = async () => {
		await writing;
		writing = part.write(pieces, at);
		// Whoever writes next hears of it.
		writing.catch(() => undefined);
		at += collected;
		[pieces, collected] = [[], 0];
	};
	return {
		write(bytes: Uint8Array): Promise<void> | undefined {
			pieces.push(bytes);
			collected += bytes.length;
			return collected >= batchBytes ? flush() : undefined;
		},
		/** Puts on disk what came. @throws what a write failed with. */
		async settle(): Promise<void> {
			if (collected > 0) await flush();
			await writing;
		},
	};
}
