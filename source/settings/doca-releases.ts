/**
 * One DOCA release: the host package, the BlueField bundle that was published with it and the NIC firmware inside.
 * Names are those of public build recipes and NVIDIA's pages; an empty text means that the fact isn't known.
 */
export type DocaRelease = {
	version: string;
	/** `<build>-<OFED yy.mm>` of the host package, between version and distribution. */
	hostBuild: string;
	bfb: string;
	/** Stated by third parties only, so no pin: a wrong one would refuse the right file. */
	reportedBfbSha256?: string;
	/** Firmware of a BlueField-3 NIC after flashing the bundle. */
	firmware: string;
};

export const docaReleases: readonly DocaRelease[] = [
	{
		version: '3.0.0',
		hostBuild: '058000-25.04',
		bfb: 'bf-bundle-3.0.0-135_25.04_ubuntu-22.04_prod.bfb',
		firmware: '',
	},
	{
		version: '3.1.0',
		hostBuild: '091000-25.07',
		bfb: 'bf-bundle-3.1.0-76_25.07_ubuntu-22.04_prod.bfb',
		firmware: '',
	},
	{
		version: '3.2.0',
		hostBuild: '125000-25.10',
		bfb: 'bf-bundle-3.2.0-113_25.10_ubuntu-24.04_64k_prod.bfb',
		firmware: '',
	},
	{
		version: '3.2.1',
		hostBuild: '044000-25.10',
		bfb: 'bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb',
		firmware: '32.47.1088',
	},
	{
		version: '3.2.2',
		hostBuild: '035000-25.10',
		bfb: 'bf-bundle-3.2.2-125_26.02_ubuntu-22.04_prod.bfb',
		firmware: '32.47.2682',
	},
	{
		version: '3.3.0',
		hostBuild: '088000-26.01',
		bfb: 'bf-bundle-3.3.0-202_26.01_ubuntu-24.04_64k_prod.bfb',
		reportedBfbSha256: 'f74e8a5cf8a1628094b5e77a6d9a7eae47fe15b11e5a9e64e125c7369906d8af',
		firmware: '32.48.1000',
	},
	{
		version: '3.4.0',
		hostBuild: '',
		bfb: 'bf-bundle-3.4.0-92_26.04_ubuntu-24.04_64k_prod.bfb',
		firmware: '',
	},
];

/** The release with this version, if it is known. */
export const docaRelease = (version: string) => docaReleases.find(release => release.version === version);

/** The release whose bundle has this file name, if it is known. */
export const releaseOfBundle = (bfbName: string) => docaReleases.find(release => release.bfb === bfbName);

/** `doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb`; empty when no host package is known for the version. */
export function hostPackageName(version: string, osDistribution: string, osVersion: string, arch: string) {
	const build = docaRelease(version)?.hostBuild;
	return build ? `doca-host_${version}-${build}-${osDistribution}${osVersion.replace('.', '')}_${arch}.deb` : '';
}

/** What a host package's name tells. */
export function parseHostPackage(name: string) {
	const match = /^doca-host_(\d+\.\d+\.\d+)-(.+)-([a-z]+)([0-9]+)_([a-z0-9]+)\.deb$/.exec(name);
	if (!match) return undefined;
	const [, version = '', build = '', distribution = '', osDigits = '', arch = ''] = match;
	return {version, build, distribution, osDigits, arch};
}

/** What a bundle's name tells: `bf-bundle-<doca>-<build>_<yy.mm>_ubuntu-<arm os>[_64k]_prod.bfb`. */
export function parseBundle(name: string) {
	const match =
		/^bf-(?:fw)?bundle-(\d+\.\d+\.\d+)-([A-Za-z0-9]+)_([0-9.]+)(?:[_-]([a-z]+)-([0-9.]+?))?(_64k)?[_-](prod|dev)\.bfb$/.exec(
			name,
		);
	if (!match) return undefined;
	const [, version = '', build = '', month = '', armOs = '', armOsVersion = '', largePages] = match;
	return {version, build, month, armOs, armOsVersion, largePages: largePages !== undefined};
}

/** NVIDIA's address of a host package. */
export const hostPackageUrl = (version: string, name: string) =>
	`https://www.mellanox.com/downloads/DOCA/DOCA_v${version}/host/${name}`;

/** NVIDIA's address of a bundle: firmware-only bundles lie apart, others in the folder of their Arm system. */
export function bundleUrl(name: string) {
	const server = 'https://content.mellanox.com/BlueField';
	const bundle = parseBundle(name);
	return name.startsWith('bf-fwbundle-')
		? `${server}/FW-Bundle/${name}`
		: `${server}/BFBs/Ubuntu${bundle?.armOsVersion || '24.04'}/${name}`;
}
