import {docaRelease, parseBundle, parseHostPackage, releaseOfBundle} from '../../settings/doca-releases.ts';
import type {Settings} from '../../settings/settings.ts';
import {baseName, isUrl} from '../../text/urls.ts';
import {compareVersions} from '../../text/versions.ts';
import {kernelStatus, ubuntuKernels} from '../kernels.ts';
import {forCanvos, forEdge, type Judgement, type Rule} from '../rule.ts';

const rules: readonly Rule[] = [
	{
		id: 'D07',
		severity: 'error',
		keys: ['docaDebName', 'docaDebFile', 'osVersion'],
		judge: settings => {
			const name = debName(settings);
			const wanted = `${settings.osDistribution}${settings.osVersion.replace('.', '')}`;
			if (settings.docaSource !== 'deb' || name === '') return undefined;
			if (!name.includes(wanted))
				return `${name} is not the package for ${settings.osDistribution} ${settings.osVersion}`;
			return name.endsWith(`_${settings.arch}.deb`) ? undefined : `${name} is not a package for ${settings.arch}`;
		},
		why: 'NVIDIA builds the host package for each Ubuntu release; another one’s modules do not compile.',
		hint: 'Take the package with the image’s release and architecture in its name, or leave the name to its default.',
	},
	{
		id: 'S06',
		severity: 'error',
		keys: ['docaVersion', 'docaSource'],
		judge: ({docaSource, docaVersion}) =>
			docaSource === 'deb' && docaVersion.startsWith('latest') ? `${docaVersion} names no package` : undefined,
		why: 'Only NVIDIA’s apt repository has aliases; a package has a version in its name.',
		hint: 'Write a version such as 3.2.1, or set DOCA_SOURCE to repository.',
	},
	{
		id: 'S07',
		severity: 'error',
		keys: ['docaDebName', 'docaVersion', 'docaSource'],
		judge: settings =>
			settings.docaSource === 'deb' && !settings.docaVersion.startsWith('latest') && debName(settings) === ''
				? `the file name of the DOCA ${settings.docaVersion} package is not known`
				: undefined,
		why: 'Package names carry a build number that cannot be guessed.',
		hint: 'Give the name of the DOCA package (DOCA_DEB_NAME), or take the repository instead.',
	},
	{
		id: 'S08',
		severity: 'error',
		keys: ['bfbName', 'docaVersion'],
		judge: settings =>
			bundleName(settings) === '' ? `the BlueField bundle of DOCA ${settings.docaVersion} is not known` : undefined,
		why: 'An edge appliance carries a bundle, and bundle names have a build number that cannot be guessed.',
		hint: 'Give the name of the bundle (BFB_NAME) and, for the download, its address (BFB_URL).',
	},
	{
		id: 'S09',
		severity: 'error',
		keys: ['firmware', 'docaDebUrl', 'bfbUrl'],
		judge: ({firmware, docaSource, docaDebFile, docaDebUrl, bfbFile, bfbUrl}) => {
			if (firmware !== 'url') return undefined;
			if (docaSource === 'deb' && docaDebFile === '' && docaDebUrl === '')
				return 'there is no address for the DOCA package';
			return bfbFile === '' && bfbUrl === '' ? 'there is no address for the BlueField bundle' : undefined;
		},
		why: 'With firmware from URLs the build itself downloads.',
		hint: 'Give both addresses (DOCA_DEB_URL, BFB_URL), or set FIRMWARE to local.',
	},
	cutFile('bfbFile'),
	cutFile('docaDebFile'),
	{
		id: 'D09',
		severity: 'warning',
		keys: ['bfbName', 'docaVersion'],
		judge: settings => {
			const bundle = parseBundle(bundleName(settings));
			const host = docaVersionOf(settings);
			return bundle && host && bundle.version !== host
				? `DOCA ${host} on the host and bundle ${bundle.version} on the cards`
				: undefined;
		},
		why: 'NVIDIA validates host and bundle of the same release together.',
		hint: 'Take the bundle of the same DOCA version.',
	},
	{
		id: 'D10',
		severity: 'info',
		keys: ['bfbName', 'osVersion'],
		judge: settings => {
			const armOs = parseBundle(bundleName(settings))?.armOsVersion;
			return armOs && armOs !== settings.osVersion
				? `the bundle’s Ubuntu ${armOs} is not the image’s ${settings.osVersion}`
				: undefined;
		},
		why: 'The label is the system on the card’s own processors; the host’s may differ.',
		hint: 'Nothing to do, unless your requirements ask for a match.',
	},
	{
		id: 'D11',
		severity: 'info',
		keys: ['docaVersion'],
		judge: settings => {
			const host = docaVersionOf(settings);
			return host && compareVersions(host, '3.2.0') >= 0
				? `DOCA ${host}’s kernel modules are not signed by NVIDIA`
				: undefined;
		},
		why: 'Since 3.2.0 they are compiled into the image; UEFI Secure Boot refuses modules without a known signature.',
		hint: 'Switch Secure Boot off on the hosts, or enrol a key of your own.',
	},
	{
		id: 'D15',
		severity: 'info',
		keys: ['docaVersion', 'osVersion'],
		// The base image carries the enablement kernel of the day it was made, which is seen only in the build.
		judge: settings => {
			const host = docaVersionOf(settings);
			const kernels = ubuntuKernels[settings.osVersion]?.enablement ?? [];
			const unfit = kernels.filter(kernel => host && kernelStatus(host, kernel) === 'does not work');
			return unfit.length === 0
				? undefined
				: `DOCA ${host} is stated not to work with kernel ${unfit.join(', ')}, which base images can have`;
		},
		why: 'DOCA’s modules are compiled for the image’s kernel, and each release follows kernels only so far.',
		hint: 'See whether the modules were built: the verification tells.',
	},
	{
		id: 'D35',
		severity: 'warning',
		keys: ['bfbUrl', 'docaDebUrl', 'bfbSha256', 'docaDebSha256'],
		judge: judgeAddresses,
		why: 'What is flashed onto cards should be what NVIDIA published.',
		hint: 'Use https, and pin both checksums (DOCA_DEB_SHA256, BFB_SHA256).',
	},
	{
		id: 'S10',
		severity: 'warning',
		keys: ['bfbFw', 'bfbName'],
		judge: settings => {
			const known = releaseOfBundle(bundleName(settings))?.firmware;
			return known && settings.bfbFw !== '' && settings.bfbFw !== known
				? `the bundle contains NIC firmware ${known}, not ${settings.bfbFw}`
				: undefined;
		},
		why: 'nodeprep flashes cards until they report this version, so a wrong one is flashed again and again.',
		hint: 'Leave the NIC firmware of the bundle (BFB_FW) to its default.',
	},
	{
		id: 'D36',
		severity: 'info',
		keys: ['docaVersion'],
		judge: () => 'NVIDIA’s licence applies to the DOCA packages and firmware in the image',
		why: 'It allows your own use; publishing the files or images with them needs NVIDIA’s consent.',
		hint: 'Push to a registry that is not public.',
	},
];

/** DOCA package and BlueField bundle. */
export const firmwareRules: readonly Rule[] = forCanvos(forEdge(rules));

const smallestFirmware = 100_000_000;

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;

const debName = ({docaDebFile, docaDebName}: Settings) => baseName(docaDebFile || docaDebName);

const bundleName = ({bfbFile, bfbName}: Settings) => baseName(bfbFile || bfbName);

/** The version that really goes into the image: the package's own, where one is used. */
function docaVersionOf(settings: Settings): string | undefined {
	const version =
		settings.docaSource === 'deb'
			? (parseHostPackage(debName(settings))?.version ?? settings.docaVersion)
			: settings.docaVersion;
	return /^\d/.test(version) ? version : undefined;
}

function judgeAddresses(settings: Settings): Judgement {
	const deb = {
		file: settings.docaDebFile,
		url: settings.docaDebUrl,
		sha256: settings.docaDebSha256,
		what: 'DOCA package',
	};
	const bfb = {file: settings.bfbFile, url: settings.bfbUrl, sha256: settings.bfbSha256, what: 'BlueField bundle'};
	const used = (settings.docaSource === 'deb' ? [deb, bfb] : [bfb]).map(({file, url, ...rest}) => ({
		...rest,
		address: isUrl(file) ? file : file === '' ? url : '',
		fetchedByBuild: isUrl(file) || (file === '' && settings.firmware === 'url'),
	}));
	const plainHttp = used.find(({address}) => address.startsWith('http://'));
	if (plainHttp) return `the ${plainHttp.what} comes over http, where anybody on the way can change it`;
	const withCredentials = used.find(
		({address}) => isUrl(address) && URL.canParse(address) && new URL(address).username !== '',
	);
	if (withCredentials) return `the ${withCredentials.what}’s address has credentials in it`;
	const unpinned = used.filter(({address, sha256}) => address !== '' && sha256 === '');
	if (unpinned.length === 0) return undefined;
	const reported = docaRelease(settings.docaVersion)?.reportedBfbSha256;
	return {
		message: `no checksum is given for the ${unpinned.map(({what}) => what).join(' and the ')}`,
		// A file fetched here is remembered with its checksum; one that the build fetches never is.
		severity: unpinned.some(({fetchedByBuild}) => fetchedByBuild) ? 'warning' : 'info',
		hint: reported
			? `Pin both checksums (DOCA_DEB_SHA256, BFB_SHA256). Others report ${reported} for the bundle.`
			: undefined,
	};
}

function cutFile(key: 'bfbFile' | 'docaDebFile'): Rule {
	return {
		id: 'D08',
		severity: 'error',
		keys: [key],
		judge: ({[key]: path}, {firmwareBytes}) => {
			const bytes = firmwareBytes[path];
			return bytes !== undefined && bytes < smallestFirmware
				? `${baseName(path)} has only ${megabytes(bytes)}`
				: undefined;
		},
		why: 'The DOCA package has about 0.6 GB and the bundle 1.5 GB, so this is a download that was cut short.',
		hint: 'Delete the file and fetch it again.',
	};
}
