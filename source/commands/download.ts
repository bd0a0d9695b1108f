import {resolve} from 'node:path';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {readBundle, writeBundle} from '../firmware/bundle.ts';
import {fetchFirmware} from '../firmware/fetch.ts';
import {verifyFirmware} from '../firmware/verify.ts';
import {wantedFirmware} from '../firmware/wanted.ts';
import {formatBytes} from '../format.ts';
import {lockWorkspace} from '../host/workspace-lock.ts';
import {formatCheck} from '../reporters/words.ts';
import {canvosCaches} from './canvos-caches.ts';
import type {Invocation} from './invocation.ts';
import {loadRightSettings} from './load-settings.ts';
import {runPart} from './parts.ts';
import {quietReporter} from './quiet-reporter.ts';
import {workspaceLock} from './start-run.ts';

export type DownloadFlags = {
	only?: 'doca-host' | 'bfb';
	limitRate?: string;
	verify?: boolean;
	bundle?: string;
	fromBundle?: string;
};

/** `edge-builder download`: firmware into `redist/`, checked there, or carried to and from a machine without internet. */
export const download = async (invocation: Invocation, flags: DownloadFlags): Promise<ExitCode> => {
	if (flags.fromBundle !== undefined) return unpack(invocation, flags.fromBundle);
	if (flags.verify) return verifyHere(invocation);
	const exitCode = await runPart(invocation, ['fetch-firmware'], {
		firmwareOnly: flags.only && [flags.only],
		limitRate: bytesPerSecond(flags.limitRate),
	});
	return exitCode === exitCodes.done && flags.bundle !== undefined ? pack(invocation, flags.bundle) : exitCode;
};

const units: Readonly<Record<string, number>> = {'': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3};

/**
 * Bytes per second of `500K`, `10M` or a plain number, as curl understands them.
 * @throws {FixableError} for anything else.
 */
export const bytesPerSecond = (text: string | undefined): number | undefined => {
	if (text === undefined) return undefined;
	const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text) ?? [];
	const bytes = Number(amount) * (units[unit.toUpperCase()] ?? Number.NaN);
	if (bytes >= 1) return Math.round(bytes);
	throw new FixableError('limit-rate', `--limit-rate: ${JSON.stringify(text)} is not a rate`, {
		hint: 'Write bytes per second, such as 500K or 10M.',
		exit: 'usage',
	});
};

const verifyHere = async (invocation: Invocation): Promise<ExitCode> => {
	const {settings} = await loadRightSettings(invocation);
	const c = {...invocation, report: quietReporter, signal: new AbortController().signal};
	const results = await verifyFirmware(c, wantedFirmware(settings));
	if (invocation.output === 'json') invocation.stdout.write(`${JSON.stringify({checks: results})}\n`);
	else
		for (const result of results)
			invocation.stdout.write(`${formatCheck(result)}${result.hint ? `\n  → ${result.hint}` : ''}\n`);
	return results.some(({verdict}) => verdict === 'fail') ? exitCodes.firmware : exitCodes.done;
};

const pack = async (invocation: Invocation, file: string): Promise<ExitCode> => {
	const {settings} = await loadRightSettings(invocation);
	if (settings.builder === 'rehearsal') {
		throw new FixableError(
			'nothing-to-bundle',
			'A rehearsal makes its stand-ins itself, so there is nothing to carry',
			{
				hint: 'Bundle the firmware of a real build: --preset edge-appliance.',
				exit: 'usage',
			},
		);
	}
	return holdingWorkspace(invocation, async signal => {
		const run = {id: 'bundle'};
		const options = {yes: invocation.yes};
		const c = {...invocation, settings, report: quietReporter, signal, run, options};
		// All is there by now: this reads the files and says which they are.
		const firmware = await fetchFirmware(c, wantedFirmware(settings));
		const caches = await canvosCaches(invocation);
		const {files} = await writeBundle({...invocation, file: resolve(file), firmware, caches, signal});
		const bytes = files.reduce((sum, entry) => sum + entry.bytes, 0);
		invocation.stderr.write(`Wrote ${resolve(file)}: ${files.length} files, ${formatBytes(bytes)}\n`);
	});
};

const unpack = (invocation: Invocation, file: string): Promise<ExitCode> =>
	holdingWorkspace(invocation, async signal => {
		const {files} = await readBundle({...invocation, file: resolve(file), signal});
		invocation.stderr.write(`Checked and unpacked ${files.length} files of ${resolve(file)}\n`);
	});

const holdingWorkspace = async (invocation: Invocation, work: (signal: AbortSignal) => Promise<void>) => {
	const lock = await lockWorkspace(workspaceLock(invocation.workspace), {
		runId: 'download',
		command: invocation.commandLine,
		now: invocation.host.now(),
	});
	const controller = new AbortController();
	const stopListening = invocation.onInterrupt(() => controller.abort(new DOMException('Cancelled', 'AbortError')));
	try {
		await work(controller.signal);
		return exitCodes.done;
	} catch (error) {
		if (controller.signal.aborted) return exitCodes.cancelled;
		throw error;
	} finally {
		stopListening();
		await lock.release();
	}
};
