import {constants} from 'node:fs';
import {open} from 'node:fs/promises';
import {FixableError} from '../errors.ts';

/**
 * Text of a file. A FIFO is not waited for, and with `limit` what is larger (in bytes) is not read.
 * @param follow False for files that only we make: a link in their place is not one of ours.
 * @returns undefined when there is none.
 * @throws {FixableError} `not-readable` when it is something else, or too large.
 */
export async function readRegularFile(
	path: string,
	{limit = Number.POSITIVE_INFINITY, follow = true}: {limit?: number; follow?: boolean} = {},
): Promise<string | undefined> {
	const flags = constants.O_RDONLY | constants.O_NONBLOCK | (follow ? 0 : constants.O_NOFOLLOW);
	const file = await open(path, flags).catch(error => {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
		// ENXIO: a socket.
		throw code === 'ELOOP' || code === 'ENXIO' ? refused(path, 'is not a file') : error;
	});
	if (!file) return undefined;
	try {
		const info = await file.stat();
		if (!info.isFile()) throw refused(path, 'is not a file');
		if (info.size > limit) throw refused(path, `is larger than ${limit} bytes`);
		return await file.readFile('utf8');
	} finally {
		await file.close();
	}
}

const refused = (path: string, why: string) =>
	new FixableError('not-readable', `${path} ${why}`, {hint: 'Remove it, or put it elsewhere.', exit: 'usage'});
