import type {FileHandle} from 'node:fs/promises';
import {formatBytes} from '../../text/bytes.ts';

/** Everything in an image lies at multiples of this many bytes. */
export const sector = 2048;

const mib = 1024 * 1024;
// All folders and continuations together; folders may lie over one another, so that a small image has many.
const mostTreeBytes = 128 * mib;

/** The image breaks the standard or a limit of ours; the message says how, in words for people. */
export class DamagedIso extends Error {}

/** The bytes of an image, none of them beyond its end. */
export class IsoBytes {
	readonly #file: FileHandle;
	readonly bytes: number;
	#treeBytes = 0;

	constructor(file: FileHandle, bytes: number) {
		this.#file = file;
		this.bytes = bytes;
	}

	/** A part of the folder tree, of which only so much is read. */
	async readTree(at: number, length: number): Promise<Buffer> {
		this.#treeBytes += length;
		if (this.#treeBytes > mostTreeBytes)
			throw new DamagedIso(`its folders take more than ${formatBytes(mostTreeBytes)}`);
		return this.read(at, length);
	}

	async read(at: number, length: number): Promise<Buffer> {
		if (at < 0 || at + length > this.bytes) throw new DamagedIso(`it ends before byte ${at + length}`);
		const buffer = Buffer.alloc(length);
		let done = 0;
		while (done < length) {
			const {bytesRead} = await this.#file.read(buffer, done, length - done, at + done);
			if (bytesRead === 0) throw new DamagedIso(`it ends at byte ${at + done}`);
			done += bytesRead;
		}
		return buffer;
	}
}
