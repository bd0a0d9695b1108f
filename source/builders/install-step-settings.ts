import {FixableError} from '../errors.ts';
import {ownCommand} from '../own-command.ts';
import type {FetchedFirmware} from '../pipeline/step.ts';
import {bundleUrl, hostPackageUrl} from '../settings/doca-releases.ts';
import type {OutputNames} from '../settings/output-names.ts';
import type {Settings} from '../settings/settings.ts';
import {isUrl} from '../text/urls.ts';

/** The install steps of `overlay/steps`, each with a settings file of its own, so that one change repeats one step. */
export const installSteps = ['packages', 'doca', 'modules', 'bfb', 'files'] as const;
export type InstallStep = (typeof installSteps)[number];

/** Where a firmware file comes from during the build: its name in the build context, or a URL. */
type FirmwareSource = {file: string; sha256: string};

/**
 * What each install step is told, as NAME and value.
 * @throws {FixableError} when firmware is neither fetched nor named by a URL.
 */
export function installStepSettings(
	settings: Settings,
	names: OutputNames,
	firmware: readonly FetchedFirmware[],
): Record<InstallStep, Record<string, string>> {
	const kind = {EDGE_APPLIANCE: String(settings.edgeAppliance)};
	if (!settings.edgeAppliance) return {packages: kind, doca: kind, modules: kind, bfb: kind, files: kind};
	const release = {...kind, OS_DISTRIBUTION: settings.osDistribution, OS_VERSION: settings.osVersion};
	const nfs = {NFS_OVER_RDMA: String(settings.nfsOverRdma)};
	const doca = docaSettings(settings, firmware);
	const bfb = bfbSource(settings, firmware);
	return {
		packages: release,
		doca: {...release, ...nfs, ...doca},
		modules: {...kind, ...nfs},
		bfb: {...kind, BFB_FILE: bfb.file, BFB_FILENAME: names.bfbFile, BFB_SHA256: bfb.sha256},
		files: kind,
	};
}

/** The settings as lines for `overlay/steps/common.sh`, which reads them as data up to the end of the line. */
export function settingsText(values: Readonly<Record<string, string>>): string {
	return Object.entries(values)
		.map(([name, value]) => {
			if (/[\r\n\0]/.test(value)) {
				throw new FixableError('settings', `${name} has a line break in it`, {exit: 'usage'});
			}
			return `${name}=${value}\n`;
		})
		.join('');
}

function docaSettings(settings: Settings, firmware: readonly FetchedFirmware[]): Record<string, string> {
	if (settings.docaSource === 'repository') {
		return {DOCA_SOURCE: 'repository', DOCA_VERSION: settings.docaVersion, ARCH: settings.arch};
	}
	const deb = sourceOf(firmware, 'doca-host', 'DOCA_DEB_FILE', {
		given: settings.docaDebFile,
		url: settings.docaDebUrl || hostPackageUrl(settings.docaVersion, settings.docaDebName),
		sha256: settings.docaDebSha256,
		byUrl: settings.firmware === 'url',
	});
	return {DOCA_SOURCE: 'deb', DOCA_DEB_FILE: deb.file, DOCA_DEB_SHA256: deb.sha256};
}

const bfbSource = (settings: Settings, firmware: readonly FetchedFirmware[]) =>
	sourceOf(firmware, 'bfb', 'BFB_FILE', {
		given: settings.bfbFile,
		url: settings.bfbUrl || bundleUrl(settings.bfbName),
		sha256: settings.bfbSha256,
		byUrl: settings.firmware === 'url',
	});

type Wish = {given: string; url: string; sha256: string; byUrl: boolean};

function sourceOf(
	firmware: readonly FetchedFirmware[],
	kind: FetchedFirmware['kind'],
	setting: string,
	{given, url, sha256, byUrl}: Wish,
): FirmwareSource {
	const fetched = firmware.find(file => file.kind === kind);
	if (fetched) return {file: fetched.name, sha256: fetched.sha256};
	if (isUrl(given)) return {file: given, sha256: sha256.toLowerCase()};
	if (byUrl && given === '' && isUrl(url)) return {file: url, sha256: sha256.toLowerCase()};
	throw new FixableError('firmware-missing', `${setting}: there is neither a fetched file nor a URL for the build`, {
		hint: `Run ${ownCommand('download')}, or give a URL.`,
		exit: 'firmware',
	});
}
