import {bundleUrl, hostPackageUrl, parseHostPackage} from '../settings/doca-releases.ts';
import type {Settings} from '../settings/settings.ts';
import {baseName, isUrl} from '../text/urls.ts';

/** A firmware file that the build needs on this machine. */
export type WantedFile = {
	kind: 'doca-host' | 'bfb';
	/** Base name; what it is called in `redist/` and in the image. */
	name: string;
	/** Where it can be had, best first. Empty for a local file. */
	urls: readonly string[];
	/** Hex, lower case; undefined when nobody told. */
	sha256?: string;
	/** Path given by the person: the file is used where it lies, and nothing is fetched. */
	local?: string;
	/** A stand-in of the rehearsal: kept apart from the real files, see {@link firmwarePathsOf}. */
	rehearsal: boolean;
};

/** The files that have to lie on this machine before the build. Empty in URL mode and for standard images. */
export function wantedFirmware(settings: Settings): WantedFile[] {
	if (!settings.edgeAppliance) return [];
	const doca: Source = {
		kind: 'doca-host',
		given: settings.docaDebFile,
		name: settings.docaDebName,
		url: settings.docaDebUrl,
		sha256: settings.docaDebSha256,
		usualUrl: name => hostPackageUrl(parseHostPackage(name)?.version ?? settings.docaVersion, name),
	};
	const bfb: Source = {
		kind: 'bfb',
		given: settings.bfbFile,
		name: settings.bfbName,
		url: settings.bfbUrl,
		sha256: settings.bfbSha256,
		usualUrl: bundleUrl,
	};
	const sources = settings.docaSource === 'deb' ? [doca, bfb] : [bfb];
	return sources.map(source => wantedFrom(source, settings)).filter(wanted => wanted !== undefined);
}

type Source = {
	kind: WantedFile['kind'];
	given: string;
	name: string;
	url: string;
	sha256: string;
	usualUrl(name: string): string;
};

function wantedFrom({kind, given, name, url, sha256, usualUrl}: Source, settings: Settings): WantedFile | undefined {
	if (isUrl(given) || (given === '' && settings.firmware === 'url')) return undefined;
	const rehearsal = settings.builder === 'rehearsal';
	const common = {kind, rehearsal, ...(sha256 !== '' && {sha256: sha256.toLowerCase()})};
	if (given.includes('/')) return {...common, name: baseName(given), urls: [], local: given};
	const fileName = given || name || baseName(url);
	// An address of the person's own comes first; a stand-in is nowhere else to be had.
	const urls = [url, ...(rehearsal ? [] : [usualUrl(fileName)])].filter(isUrl);
	return {...common, name: fileName, urls: [...new Set(urls)]};
}
