import {continueFrom} from '../downloads/part-file.ts';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {ownCommand} from '../own-command.ts';

export type Expected = {sha256?: string; bytes?: number};

export type Adoption =
	/** The file is the right one; `trustedNow`: because the person said so. */
	{kind: 'use'; bytes: number; sha256: string; trustedNow: boolean} | {kind: 'fetch'};

export type AdoptOptions = {
	expected: Expected;
	/** A stand-in is ours: a different one is from an earlier version and is fetched anew without a question. */
	rehearsal: boolean;
	/** Whether the file could be fetched at all. */
	fetchable: boolean;
	/** Asks a source how large the file is. */
	remoteBytes(): Promise<number | undefined>;
	/** Whether the person said that a file of unknown origin may be used (`--yes`). */
	vouchedFor: boolean;
	note(text: string): void;
	onProgress(done: number, total: number): void;
	signal: AbortSignal;
};

/**
 * Judges a file that lies under a wanted name. It counts only when its hash is the expected one, or the person vouches
 * for it; a short one becomes the beginning of the download where a checksum will judge the result.
 * @throws {FixableError} `firmware-differs` or `firmware-unconfirmed`; the file stays untouched.
 */
export async function adopt(host: Host, path: string, options: AdoptOptions): Promise<Adoption> {
	const info = await host.files.info(path);
	if (!info) return {kind: 'fetch'};
	if (info.kind !== 'file') throw notAFile(path);
	const {expected, note, fetchable} = options;
	const knownBytes = expected.bytes ?? (fetchable && !options.rehearsal ? await options.remoteBytes() : undefined);
	if (info.size === 0 || (knownBytes !== undefined && info.size < knownBytes)) {
		note(`${path} is incomplete: ${info.size} of ${knownBytes ?? 'unknown'} bytes`);
		if (!fetchable) throw incomplete(path, info.size, knownBytes);
		// Without a checksum nobody could say whether an unknown beginning fits; the new file replaces it when it is whole.
		const hasPart = await host.files.exists(`${path}.part`);
		if (info.size > 0 && expected.sha256 !== undefined && !hasPart) await continueFrom(host, path, info.size);
		return {kind: 'fetch'};
	}
	const hash = () =>
		host.files.sha256(path, {signal: options.signal, onProgress: done => options.onProgress(done, info.size)});
	if (expected.sha256 !== undefined) {
		const sha256 = await hash();
		if (sha256 === expected.sha256) return {kind: 'use', bytes: info.size, sha256, trustedNow: false};
		if (options.rehearsal && fetchable) return {kind: 'fetch'};
		throw differs(path, {bytes: info.size, sha256}, expected);
	}
	if (!options.vouchedFor) throw unconfirmed(path);
	return {kind: 'use', bytes: info.size, sha256: await hash(), trustedNow: true};
}

const notAFile = (path: string) =>
	new FixableError('firmware-not-a-file', `${path} is not a plain file`, {
		hint: 'Remove it, or give the path of the real file (BFB_FILE, DOCA_DEB_FILE).',
		exit: 'firmware',
	});

const incomplete = (path: string, bytes: number, expected: number | undefined) =>
	new FixableError(
		'firmware-incomplete',
		`${path} is incomplete: ${bytes} ${expected === undefined ? 'bytes' : `of ${expected} bytes`}`,
		{hint: 'Give a URL to fetch it from, or copy the whole file there.', exit: 'firmware'},
	);

const differs = (path: string, found: {bytes: number; sha256: string}, expected: Expected) =>
	new FixableError(
		'firmware-differs',
		`${path} is not the file that is expected: it has sha256 ${found.sha256} (${found.bytes} bytes), expected is ${expected.sha256}${expected.bytes === undefined ? '' : ` (${expected.bytes} bytes)`}`,
		{
			hint: 'Delete it to fetch it again. If it is the right one, remove its entry from firmware.lock.yaml or correct the checksum in the settings.',
			exit: 'firmware',
		},
	);

const unconfirmed = (path: string) =>
	new FixableError('firmware-unconfirmed', `${path} is there, but nothing says that it is the right file`, {
		hint: `Give its checksum (BFB_SHA256 or DOCA_DEB_SHA256), confirm it with ${ownCommand('download --yes')}, or delete it to fetch it.`,
		exit: 'firmware',
	});
