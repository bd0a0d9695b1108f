import {dirname} from 'node:path';
import {DownloadError, type DownloadProblem} from '../downloads/download-error.ts';
import {FixableError} from '../errors.ts';
import {ownCommand} from '../own-command.ts';

/** What went wrong with the download of a firmware file, with what a person can do about it. */
export function fetchError(error: unknown, file: {path: string; urls: readonly string[]}): unknown {
	if (!(error instanceof DownloadError)) return error;
	return new FixableError(codes[error.problem], error.message, {
		hint: hintFor(error.problem, file),
		exit: error.problem === 'busy' ? 'locked' : 'firmware',
		cause: error.cause,
	});
}

const codes: Record<DownloadProblem, string> = {
	unreachable: 'firmware-unreachable',
	checksum: 'firmware-checksum',
	changed: 'firmware-changed',
	'too-small': 'firmware-too-small',
	'length-unknown': 'firmware-length-unknown',
	busy: 'firmware-busy',
	'disk-full': 'disk-full',
	unwritable: 'firmware-unwritable',
};

function hintFor(problem: DownloadProblem, {path, urls}: {path: string; urls: readonly string[]}): string {
	switch (problem) {
		case 'unreachable':
			return urls.length === 0
				? `Give a URL, or put the file into ${dirname(path)}.`
				: `Check the network, the proxy settings and the URL, and run again: it goes on where it stopped. Or put the file into ${dirname(path)}.`;
		case 'checksum':
			return 'Check the expected checksum, or use another source.';
		case 'changed':
			return 'If the new file is the right one, remove its entry from firmware.lock.yaml and run again.';
		case 'too-small':
			return 'Check the URL, or give the checksum of the file if it is right.';
		case 'length-unknown':
			return 'Compare it with the checksum of the publisher. When it is the same, run again with it as BFB_SHA256 or DOCA_DEB_SHA256: nothing is fetched twice.';
		case 'busy':
			return 'Wait for it to end, then run again: the file is used as it is then.';
		case 'disk-full':
			return `Make room (${ownCommand('clean')} shows what this workspace uses) and run again: it goes on where it stopped.`;
		case 'unwritable':
			return `Look at the disk of ${dirname(path)} (\`dmesg\` tells when one fails), or choose another --workspace.`;
		default:
			return problem satisfies never;
	}
}
