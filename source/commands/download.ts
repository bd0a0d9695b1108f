import {resolve} from 'node:path';
import type {Invocation} from '../app/invocation.ts';
import {loadReadableSettings, loadRightSettings} from '../app/load-settings.ts';
import {runPart} from '../app/run-steps.ts';
import {holdingWorkspace} from '../app/with-workspace-lock.ts';
import {createRateMeter} from '../downloads/rate.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {readBundle} from '../firmware/read-bundle.ts';
import {verifyFirmware} from '../firmware/verify-firmware.ts';
import {wantedFirmware} from '../firmware/wanted-files.ts';
import {fileToWrite} from '../host/output-path.ts';
import {quietReporter} from '../pipeline/step.ts';
import {formatCheck} from '../reporters/format-checks.ts';
import type {Settings} from '../settings/settings.ts';
import {packBundle} from '../steps/pack-bundle.ts';

export type DownloadFlags = {
	only?: 'doca-host' | 'bfb';
	limitRate?: string;
	verify?: boolean;
	bundle?: string;
	fromBundle?: string;
};

/** `edge-builder download`: firmware into `redist/`, checked there, or carried to and from a machine without internet. */
export async function download(invocation: Invocation, flags: DownloadFlags): Promise<ExitCode> {
	if (flags.fromBundle !== undefined) {
		await loadReadableSettings(invocation);
		return unpack(invocation, flags.fromBundle);
	}
	if (flags.verify) return verifyHere(invocation, flags.only);
	const bundle =
		flags.bundle === undefined
			? undefined
			: await fileToWrite(invocation.host.files, resolve(flags.bundle), 'bundle-place');
	const options = {firmwareOnly: flags.only && [flags.only], limitRate: bytesPerSecond(flags.limitRate)};
	return runPart(invocation, ['fetch-firmware'], options, settings => {
		if (bundle === undefined) return [];
		refuseRehearsal(settings);
		return [packBundle(bundle)];
	});
}

const units: Readonly<Record<string, number>> = {'': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3};

/**
 * Bytes per second of `500K`, `10M` or a plain number, as curl understands them.
 * @throws {FixableError} for anything else.
 */
export function bytesPerSecond(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text) ?? [];
	const bytes = Number(amount) * (units[unit.toUpperCase()] ?? Number.NaN);
	if (bytes >= 1) return Math.round(bytes);
	throw new FixableError('limit-rate', `--limit-rate: ${JSON.stringify(text)} is not a rate`, {
		hint: 'Write bytes per second, such as 500K or 10M.',
		exit: 'usage',
	});
}

async function verifyHere(invocation: Invocation, only: DownloadFlags['only']): Promise<ExitCode> {
	// Nothing is run, so nothing that a preset has asked for is needed.
	const {settings} = await loadRightSettings({...invocation, dryRun: true});
	const c = {...invocation, report: quietReporter, signal: new AbortController().signal};
	const wanted = wantedFirmware(settings).filter(({kind}) => only === undefined || kind === only);
	const results = await verifyFirmware(c, wanted);
	if (invocation.output === 'json') invocation.printJson({checks: results});
	else
		for (const result of results)
			invocation.print(`${formatCheck(result)}${result.hint ? `\n  → ${result.hint}` : ''}\n`);
	return results.some(({verdict}) => verdict === 'fail') ? exitCodes.firmware : exitCodes.done;
}

function refuseRehearsal({builder}: Settings) {
	if (builder !== 'rehearsal') return;
	throw new FixableError('nothing-to-bundle', 'A rehearsal makes its stand-ins itself, so there is nothing to carry', {
		hint: 'Bundle the firmware of a real build: --preset edge-appliance.',
		exit: 'usage',
	});
}

const unpack = (invocation: Invocation, file: string): Promise<ExitCode> =>
	holdingWorkspace(invocation, async c => {
		const rateOf = createRateMeter();
		rateOf(c.host.elapsed(), 0);
		const {files} = await readBundle({
			...c,
			file: resolve(file),
			onProgress: (done, total) =>
				c.onProgress({done, total, unit: 'bytes', rate: rateOf(c.host.elapsed(), done), label: 'unpacking'}),
		});
		invocation.tell(`Checked and unpacked ${files.length} files of ${resolve(file)}\n`);
	});
