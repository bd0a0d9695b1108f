import {basename, dirname} from 'node:path';
import {isFullDisk} from '../host/system-errors.ts';

export type DownloadProblem =
	/** No source could give it. */
	| 'unreachable'
	/** The whole file came, and has another sha256 than expected. */
	| 'checksum'
	/** A source has a file of another size than expected. */
	| 'changed'
	| 'too-small'
	/** Nothing says that all has come: neither a length nor a checksum. */
	| 'length-unknown'
	/** Another process is fetching it. */
	| 'busy'
	| 'disk-full'
	/** The disk fails, or its filesystem has no room for so large a file. */
	| 'unwritable';

/** Why there is no file. What was fetched stays in the part where it can be of use. */
export class DownloadError extends Error {
	override readonly name = 'DownloadError';
	constructor(
		readonly problem: DownloadProblem,
		message: string,
		{cause}: {cause?: unknown} = {},
	) {
		super(message, {cause});
	}
}

export const changedSize = (path: string, host: string, found: number, expected: number) =>
	new DownloadError(
		'changed',
		`${host} has another file under the name ${basename(path)}: ${found} bytes, but ${expected} are expected`,
	);

export const tooSmall = (path: string, host: string, found: number) =>
	new DownloadError('too-small', `${basename(path)} has only ${found} bytes at ${host}, which cannot be the real file`);

export const wrongChecksum = (path: string, source: string, expected: string, found: string) =>
	new DownloadError(
		'checksum',
		`${basename(path)} has sha256 ${found}, but ${expected} is expected; it came from ${source} and was thrown away`,
	);

export const unreachable = (path: string, failures: readonly string[]) =>
	new DownloadError(
		'unreachable',
		failures.length === 0
			? `${basename(path)} is not there and no source for it is known`
			: `${basename(path)} could not be fetched. ${failures.join('. ')}.`,
	);

export const beingFetched = (path: string) => new DownloadError('busy', `Another run is fetching ${path}`);

export const lengthUnknown = (path: string, host: string, found: {size: number; sha256: string}) =>
	new DownloadError(
		'length-unknown',
		`${host} does not tell how long ${basename(path)} is, and no checksum is known: the ${found.size} bytes that came may not be all. They have sha256 ${found.sha256}`,
	);

/** An error of writing, in words where the disk is the cause. */
export function writeError(error: unknown, path: string): unknown {
	const {code = ''} = (error ?? {}) as NodeJS.ErrnoException;
	if (isFullDisk(error)) {
		const why = `The disk of ${dirname(path)} is full, so ${basename(path)} could not be written`;
		return new DownloadError('disk-full', why, {cause: error});
	}
	const reason = unwritable[code];
	if (reason === undefined) return error;
	return new DownloadError('unwritable', `${path} could not be written: ${reason} (${code})`, {cause: error});
}

const unwritable: Record<string, string> = {
	EIO: 'the disk fails',
	EFBIG: 'so large a file is not possible there',
};
