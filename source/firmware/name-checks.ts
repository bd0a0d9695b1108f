import type {CheckResult} from '../pipeline/events.ts';
import {parseBundle, parseHostPackage} from '../settings/doca-releases.ts';
import type {Settings} from '../settings/settings.ts';
import {hostOf} from '../text/urls.ts';
import type {WantedFile} from './wanted-files.ts';

/** What the names and sources of the wanted files tell before anything is fetched. Rules D07, D09, D10, D35, D36. */
export function nameChecks(
	wanted: readonly WantedFile[],
	settings: Pick<Settings, 'osDistribution' | 'osVersion' | 'arch' | 'docaVersion' | 'docaSource'>,
): CheckResult[] {
	// A rehearsal is named after this machine, and its stand-ins belong to nobody.
	const real = wanted.filter(({rehearsal}) => !rehearsal);
	const deb = real.find(({kind}) => kind === 'doca-host');
	const bfb = real.find(({kind}) => kind === 'bfb');
	return [
		...(deb ? [hostPackageCheck(deb.name, settings)] : []),
		...(bfb ? [versionCheck(bfb.name, deb?.name, settings), armSystemCheck(bfb.name, settings)] : []),
		...real.map(sourceCheck),
		...(real.length > 0 ? [licenceNote] : []),
	];
}

/** D07: NVIDIA builds the host package for each Ubuntu release and architecture. */
function hostPackageCheck(
	name: string,
	{osDistribution, osVersion, arch}: Pick<Settings, 'osDistribution' | 'osVersion' | 'arch'>,
): CheckResult {
	const title = 'DOCA host package fits the image';
	const id = 'firmware-host-package';
	const parsed = parseHostPackage(name);
	if (!parsed) {
		return {
			id,
			title,
			verdict: 'warn',
			detail: `${name} is not named like a DOCA host package`,
			hint: 'The usual name is doca-host_VERSION-BUILD-ubuntuNNNN_ARCH.deb.',
		};
	}
	const wantedSystem = `${osDistribution}${osVersion.replace('.', '')}`;
	const system = `${parsed.distribution}${parsed.osDigits}`;
	const fits = system === wantedSystem && parsed.arch === arch;
	return {
		id,
		title,
		verdict: fits ? 'pass' : 'fail',
		detail: fits ? name : `${name} is for ${system} ${parsed.arch}, the image is ${wantedSystem} ${arch}`,
		...(!fits && {hint: `Choose the package whose name has ${wantedSystem} and _${arch}.deb.`}),
	};
}

/** D09: NVIDIA validates the DOCA release and the bundle published with it as a pair. */
function versionCheck(bfb: string, deb: string | undefined, {docaVersion}: Pick<Settings, 'docaVersion'>): CheckResult {
	const bundle = parseBundle(bfb)?.version;
	const doca = (deb && parseHostPackage(deb)?.version) || docaVersion;
	const common = {id: 'firmware-versions', title: 'DOCA and BlueField bundle belong together'};
	if (bundle === undefined) {
		return {...common, verdict: 'warn', detail: `the name ${bfb} does not tell which DOCA release it belongs to`};
	}
	if (!/^\d+\.\d+\.\d+$/.test(doca) || bundle === doca) {
		return {...common, verdict: 'pass', detail: `DOCA ${doca}, bundle ${bundle}`};
	}
	return {
		...common,
		verdict: 'warn',
		detail: `DOCA ${doca} with a bundle of ${bundle}`,
		why: 'NVIDIA tests the release and the bundle published with it together.',
		hint: `Use the bundle of DOCA ${doca}, or DOCA ${bundle}.`,
	};
}

/** D10: the system in the bundle's name runs on the DPU's Arm cores and need not be the image's. */
function armSystemCheck(bfb: string, {osVersion}: Pick<Settings, 'osVersion'>): CheckResult {
	const bundle = parseBundle(bfb);
	const common = {id: 'firmware-arm-system', title: 'System on the DPU'};
	if (!bundle?.armOs) return {...common, verdict: 'skip', detail: 'the bundle brings none, or does not tell'};
	const label = `${bundle.armOs} ${bundle.armOsVersion}${bundle.largePages ? ', 64k pages' : ''}`;
	return bundle.armOsVersion === osVersion
		? {...common, verdict: 'pass', detail: label}
		: {
				...common,
				verdict: 'warn',
				detail: `${label}; the image is ${osVersion}`,
				why: 'It runs on the Arm cores of the card, so this works; the requirement asks for the same release.',
			};
}

/** D35: what could be changed on the way, or isn't pinned. */
function sourceCheck({kind, name, urls, sha256}: WantedFile): CheckResult {
	const [url] = urls;
	const isPlain = urls.find(address => address.startsWith('http:'));
	const hasCredentials = urls.some(address => {
		const {username, password} = new URL(address);
		return username !== '' || password !== '';
	});
	const setting = kind === 'bfb' ? 'BFB_SHA256' : 'DOCA_DEB_SHA256';
	const doubts = [
		isPlain && `fetched over plain http from ${hostOf(isPlain)}, where it can be changed on the way`,
		hasCredentials && 'its address carries a user name or password (shown nowhere)',
		sha256 === undefined && 'no checksum is known in advance',
	].filter(doubt => typeof doubt === 'string');
	return {
		id: `firmware-source-${kind}`,
		title: `Source of ${name}`,
		verdict: doubts.length > 0 ? 'warn' : 'pass',
		detail: doubts.length > 0 ? doubts.join('; ') : url === undefined ? 'a local file' : hostOf(url),
		...(doubts.length > 0 && {hint: `Pin it with ${setting}; the sha256 of what is used is in firmware.lock.yaml.`}),
	};
}

/** D36 */
const licenceNote: CheckResult = {
	id: 'firmware-licence',
	title: 'Licence of NVIDIA files',
	verdict: 'pass',
	detail:
		"NVIDIA's licence terms apply: for your own use, not to be published, and neither is an image that holds them",
};
