import {join, resolve} from 'node:path';
import {type Downloaded, download} from '../downloads/download.ts';
import {createHttpClient, type HttpClient} from '../downloads/http-client.ts';
import {forgetNamedPart} from '../downloads/part-file.ts';
import {createRateMeter} from '../downloads/rate.ts';
import {FixableError} from '../errors.ts';
import type {FetchedFirmware, StepContext} from '../pipeline/step.ts';
import {firmwarePathsOf} from '../pipeline/workspace.ts';
import {adopt, type Expected} from './adopt-local-files.ts';
import {fetchError} from './fetch-error.ts';
import {type FirmwareLock, type LockEntry, readLock, writeLockEntry} from './lock-file.ts';
import {nameChecks} from './name-checks.ts';
import type {WantedFile} from './wanted-files.ts';

export type FetchedFile = FetchedFirmware;

export type FetchOptions = {
	/** Only these. @default all */
	only?: readonly WantedFile['kind'][];
	/** Bytes per second. */
	limitRate?: number;
};

/** What fetching needs of a step's context. */
export type FetchContext = Pick<StepContext, 'settings' | 'workspace' | 'host' | 'report' | 'signal'> & {
	options: {yes: boolean};
};

/**
 * Has the wanted files whole, checked and noted in the lock file: those that are there are checked, the others fetched.
 * @throws {FixableError} with exit `firmware`; a file that isn't right has no name then.
 */
export async function fetchFirmware(
	c: FetchContext,
	wanted: readonly WantedFile[],
	options: FetchOptions = {},
): Promise<FetchedFile[]> {
	const chosen = wanted.filter(({kind}) => options.only?.includes(kind) ?? true);
	const checks = nameChecks(chosen, c.settings);
	for (const check of checks) c.report.check(check);
	const wrong = checks.find(({verdict}) => verdict === 'fail');
	if (wrong)
		throw new FixableError('firmware-name', `${wrong.title}: ${wrong.detail}`, {hint: wrong.hint, exit: 'firmware'});
	const http = await createHttpClient(c.host, c.settings);
	try {
		const fetched: FetchedFile[] = [];
		// One after the other: a single file already takes all the bandwidth there is.
		for (const file of chosen) fetched.push(await haveFile(c, file, http, options));
		return fetched;
	} finally {
		http.close();
	}
}

async function haveFile(
	c: FetchContext,
	file: WantedFile,
	http: HttpClient,
	options: FetchOptions,
): Promise<FetchedFile> {
	const {folder, lock} = firmwarePathsOf(c.workspace, file);
	const path = file.local === undefined ? join(folder, file.name) : await namedFile(c, file.local);
	const known = await readLock(c.host, lock);
	const expected = expectedOf(c, file, known);
	const adoption = await adopt(c.host, path, {
		expected,
		rehearsal: file.rehearsal,
		fetchable: file.urls.length > 0,
		remoteBytes: () => http.sizeOf(file.urls, c.signal),
		vouchedFor: c.options.yes,
		note: text => c.report.note(text),
		onProgress: (done, total) => c.report.progress({done, total, unit: 'bytes', label: `checking ${file.name}`}),
		signal: c.signal,
	});
	if (adoption.kind === 'use') {
		if (file.local === undefined) await forgetNamedPart(c.host, path);
		c.report.note(`${file.name} is there and ${adoption.trustedNow ? 'is used as it is' : 'has the right checksum'}`);
		await remember(c, file, known, lock, {url: '', bytes: adoption.bytes, sha256: adoption.sha256, date: ''});
		return {kind: file.kind, name: file.name, path, bytes: adoption.bytes, sha256: adoption.sha256};
	}
	if (file.local !== undefined) throw missing(path);
	const {bytes, sha256} = await fetchFile(c, file, path, {
		expected,
		http,
		options,
		onRight: ({url, bytes, sha256, validator}) =>
			remember(c, file, known, lock, {url, bytes, sha256, etag: validator.etag, date: ''}),
	});
	return {kind: file.kind, name: file.name, path, bytes, sha256};
}

/** What a file has to be: a checksum in the settings counts for more than what was once trusted. */
function expectedOf(c: FetchContext, file: WantedFile, known: FirmwareLock): Expected {
	const entry = known[file.name];
	if (file.sha256 === undefined || file.sha256 === entry?.sha256) return {sha256: entry?.sha256, bytes: entry?.bytes};
	if (entry && !file.rehearsal) {
		c.report.note(
			`The lock file has sha256 ${entry.sha256} for ${file.name}; the settings say ${file.sha256}, which counts`,
		);
	}
	return {sha256: file.sha256};
}

// Rule D08: anything smaller is an error page or a torn download.
const leastBytes = 100_000_000;

function fetchFile(
	{host, report, signal}: FetchContext,
	file: WantedFile,
	path: string,
	{
		expected,
		http,
		options,
		onRight,
	}: {
		expected: Expected;
		http: HttpClient;
		options: FetchOptions;
		onRight(downloaded: Downloaded): Promise<void>;
	},
): Promise<Downloaded> {
	const rateOf = createRateMeter();
	return download(
		{
			path,
			urls: file.urls,
			...expected,
			...(expected.sha256 === undefined && {leastBytes}),
		},
		{
			host,
			http,
			signal,
			limitRate: options.limitRate,
			note: text => report.note(text),
			onRight,
			onProgress({done, total, received, from}) {
				const rate = rateOf(host.elapsed(), received);
				report.progress({done, total, unit: 'bytes', rate, label: `${file.name} from ${from}`});
			},
		},
	).catch(error => {
		throw fetchError(error, {path, urls: file.urls});
	});
}

async function remember(c: FetchContext, file: WantedFile, known: FirmwareLock, lock: string, found: LockEntry) {
	const entry = known[file.name];
	if (entry?.sha256 === found.sha256) return;
	const isPinned = file.sha256 === found.sha256;
	await writeLockEntry(c.host, lock, file.name, {...found, date: new Date(c.host.now()).toISOString()});
	c.report.check({
		id: `firmware-trust-${file.kind}`,
		title: isPinned ? `${file.name} has the checksum of the settings` : `${file.name} is trusted at first use`,
		verdict: isPinned ? 'pass' : 'warn',
		detail: `sha256 ${found.sha256}, noted in ${lock}`,
		...(!isPinned && {
			why: 'Nobody vouched for this file; from now on it has to stay the same.',
			hint: 'Compare the checksum with the one of the publisher.',
		}),
	});
}

const missing = (path: string) =>
	new FixableError('firmware-missing', `${path} does not exist`, {
		hint: 'Correct BFB_FILE or DOCA_DEB_FILE, or leave it empty to have the file fetched.',
		exit: 'firmware',
	});

/** Where the file that a person names really lies: it may be a link, and the link may be changed while we build. */
async function namedFile({workspace, host}: FetchContext, local: string) {
	const path = resolve(workspace.root, local);
	return (await host.files.realFile(path)) ?? path;
}
