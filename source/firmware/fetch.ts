import {join, resolve} from 'node:path';
import {FixableError} from '../errors.ts';
import type {FetchedFirmware, StepContext} from '../pipeline/step.ts';
import {adopt, type Expected} from './adopt.ts';
import {claimFile} from './claim.ts';
import {type Downloaded, download} from './download.ts';
import {type FirmwareLock, type LockEntry, readLock, writeLockEntry} from './lock-file.ts';
import {nameChecks} from './names.ts';
import {type Agents, createAgents, networkOf} from './network.ts';
import {firmwarePlaces} from './places.ts';
import {remoteBytes} from './remote-size.ts';
import {createRateMeter} from './speed.ts';
import type {WantedFile} from './wanted.ts';

export type FetchedFile = FetchedFirmware;

export type FetchOptions = {
	/** Only these. @default all */
	only?: readonly WantedFile['kind'][];
	/** Bytes per second. */
	limitRate?: number;
	/** Most connections to one server. @default 24 */
	connections?: number;
	/** Asks the person whether a file of unknown origin may be used. @default the run's `--yes` */
	confirm?(question: string): Promise<boolean>;
	patience?: Parameters<typeof download>[1]['patience'];
};

/** What fetching needs of a step's context; `download` as a command has no run folder. */
export type FetchContext = Pick<StepContext, 'settings' | 'workspace' | 'host' | 'report' | 'signal'> & {
	run: {id: string};
	options: {yes: boolean};
};

/**
 * Has the wanted files whole, checked and noted in the lock file: those that are there are checked, the others fetched.
 * @throws {FixableError} with exit `firmware`; a file that isn't right has no name then.
 */
export const fetchFirmware = async (
	c: FetchContext,
	wanted: readonly WantedFile[],
	options: FetchOptions = {},
): Promise<FetchedFile[]> => {
	const chosen = wanted.filter(({kind}) => options.only?.includes(kind) ?? true);
	const checks = nameChecks(chosen, c.settings);
	for (const check of checks) c.report.check(check);
	const wrong = checks.find(({verdict}) => verdict === 'fail');
	if (wrong)
		throw new FixableError('firmware-name', `${wrong.title}: ${wrong.detail}`, {hint: wrong.hint, exit: 'firmware'});
	const agents = await createAgents(c.host, networkOf(c.settings, c.host.env));
	try {
		const fetched: FetchedFile[] = [];
		// One after the other: a single file already takes all the bandwidth there is.
		for (const file of chosen) fetched.push(await haveFile(c, file, agents, options));
		return fetched;
	} finally {
		agents.close();
	}
};

const haveFile = async (
	c: FetchContext,
	file: WantedFile,
	agents: Agents,
	options: FetchOptions,
): Promise<FetchedFile> => {
	const {folder, lock} = firmwarePlaces(c.workspace, file);
	const path = file.local === undefined ? join(folder, file.name) : resolve(c.workspace.root, file.local);
	const claim = await claimFile(c.host, file.local === undefined ? path : join(folder, file.name), {
		runId: c.run.id,
		signal: c.signal,
		onWait: () => c.report.note(`Another run is fetching ${file.name}; waiting for it`),
	});
	try {
		const known = await readLock(c.host, lock);
		const expected = expectedOf(c, file, known);
		const adoption = await adopt(c.host, path, {
			expected,
			rehearsal: file.rehearsal,
			fetchable: file.urls.length > 0,
			remoteBytes: () => remoteBytes(file.urls, agents, c.signal),
			confirm: options.confirm ?? (async () => c.options.yes),
			note: text => c.report.note(text),
			onProgress: (done, total) => c.report.progress({done, total, unit: 'bytes', label: `checking ${file.name}`}),
			signal: c.signal,
		});
		if (adoption.kind === 'use') {
			c.report.note(`${file.name} is there and ${adoption.trustedNow ? 'is used as it is' : 'has the right checksum'}`);
			await remember(c, file, known, lock, {url: '', bytes: adoption.bytes, sha256: adoption.sha256, date: ''});
			return {kind: file.kind, name: file.name, path, bytes: adoption.bytes, sha256: adoption.sha256};
		}
		if (file.local !== undefined) throw missing(path);
		const {bytes, sha256, url, validator} = await fetchFile(c, file, path, {expected, agents, options});
		await remember(c, file, known, lock, {url, bytes, sha256, etag: validator.etag, date: ''});
		return {kind: file.kind, name: file.name, path, bytes, sha256};
	} finally {
		await claim.release();
	}
};

/** What a file has to be: a checksum in the settings counts for more than what was once trusted. */
const expectedOf = (c: FetchContext, file: WantedFile, known: FirmwareLock): Expected => {
	const entry = known[file.name];
	if (file.sha256 === undefined || file.sha256 === entry?.sha256) return {sha256: entry?.sha256, bytes: entry?.bytes};
	if (entry && !file.rehearsal) {
		c.report.note(
			`The lock file has sha256 ${entry.sha256} for ${file.name}; the settings say ${file.sha256}, which counts`,
		);
	}
	return {sha256: file.sha256};
};

// Rule D08: anything smaller is an error page or a torn download.
const leastBytes = 100_000_000;

const fetchFile = (
	{host, report, signal}: FetchContext,
	file: WantedFile,
	path: string,
	{expected, agents, options}: {expected: Expected; agents: Agents; options: FetchOptions},
): Promise<Downloaded> => {
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
			agents,
			signal,
			limitRate: options.limitRate,
			connections: options.connections,
			patience: options.patience,
			note: text => report.note(text),
			onProgress({done, total, received, from}) {
				const rate = rateOf(host.now(), received);
				report.progress({done, total, unit: 'bytes', rate, label: `${file.name} from ${from}`});
			},
		},
	);
};

const remember = async (c: FetchContext, file: WantedFile, known: FirmwareLock, lock: string, found: LockEntry) => {
	const entry = known[file.name];
	if (entry?.sha256 === found.sha256) return;
	const isPinned = file.sha256 === found.sha256;
	const claim = await claimFile(c.host, lock, {runId: c.run.id, signal: c.signal, onWait: () => undefined});
	try {
		await writeLockEntry(c.host, lock, file.name, {...found, date: new Date(c.host.now()).toISOString()});
	} finally {
		await claim.release();
	}
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
};

const missing = (path: string) =>
	new FixableError('firmware-missing', `${path} does not exist`, {
		hint: 'Correct BFB_FILE or DOCA_DEB_FILE, or leave it empty to have the file fetched.',
		exit: 'firmware',
	});
