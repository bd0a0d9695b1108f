import {dirname} from 'node:path';
import {FixableError} from '../errors.ts';
import type {DownloadRequest} from './download.ts';

export const changedSize = ({path, bytes}: DownloadRequest, host: string, found: number) =>
	new FixableError(
		'firmware-changed',
		`${host} has another file under the name ${nameOf(path)}: ${found} bytes, but ${bytes} are expected`,
		{
			hint: 'If the new file is the right one, remove its entry from firmware.lock.yaml and run again.',
			exit: 'firmware',
		},
	);

export const tooSmall = ({path}: DownloadRequest, host: string, found: number) =>
	new FixableError(
		'firmware-too-small',
		`${nameOf(path)} has only ${found} bytes at ${host}, which can't be the real file`,
		{hint: 'Check the URL, or give the checksum of the file if it is right.', exit: 'firmware'},
	);

export const wrongChecksum = (path: string, source: string, expected: string, found: string) =>
	new FixableError('firmware-checksum', `${nameOf(path)} has sha256 ${found}, but ${expected} is expected`, {
		hint: `It came from ${source} and was thrown away. Check the expected checksum, or use another source.`,
		exit: 'firmware',
	});

export const unreachable = ({path, urls}: DownloadRequest, failures: readonly string[]) =>
	new FixableError(
		'firmware-unreachable',
		urls.length === 0
			? `${nameOf(path)} is not there and no source for it is known`
			: `${nameOf(path)} could not be fetched. ${failures.join('. ')}.`,
		{
			hint:
				urls.length === 0
					? `Give a URL, or put the file into ${dirname(path)}.`
					: `Check the network, the proxy settings and the URL, and run again: it goes on where it stopped. Or put the file into ${dirname(path)}.`,
			exit: 'firmware',
		},
	);

/** An error of writing, in words where the disk is full. */
export const spaceError = (error: unknown, path: string) =>
	(error as NodeJS.ErrnoException)?.code === 'ENOSPC' || (error as NodeJS.ErrnoException)?.code === 'EDQUOT'
		? new FixableError('disk-full', `The disk of ${dirname(path)} is full, so ${nameOf(path)} could not be written`, {
				hint: 'Make room (`edge-builder clean` shows what this workspace uses) and run again: it goes on where it stopped.',
				exit: 'firmware',
				cause: error,
			})
		: error;

const nameOf = (path: string) => path.slice(dirname(path).length + 1);
