import {wantedFirmware} from '../../firmware/wanted-files.ts';
import {bundleUrl, hostPackageUrl} from '../../settings/doca-releases.ts';
import type {Settings} from '../../settings/settings.ts';
import {hostOf, isUrl} from '../../text/urls.ts';
import type {NetworkNeed} from '../builder.ts';
import {registryHost} from './docker/image-reference.ts';
import {mirrorsOf} from './docker/registries.ts';
import {shownAddress, sourceAddress} from './source/repository-address.ts';

type Context = Parameters<typeof sourceAddress>[0] & {settings: Settings};

/**
 * Every host that a CanvOS build with these settings fetches from, for whoever has to open a firewall or fill mirrors: read
 * from the Earthfiles of the releases (v4.5.3 to v4.10.0) and from our own install steps.
 */
export const networkNeeds = (c: Context): NetworkNeed[] => [
	{
		host: hostOfSource(c),
		by: 'this machine',
		for: 'the source of CanvOS (git)',
		setting: 'CANVOS_SOURCE: a mirror, or a folder',
	},
	...images(c.settings),
	...luet(c.settings),
	...firmware(c.settings),
	...packages(c.settings),
];

function hostOfSource(c: Context) {
	const address = shownAddress(sourceAddress(c));
	return isUrl(address) ? hostOf(address) : address;
}

function images(settings: Settings): NetworkNeed[] {
	const palette = settings.spectroPubRepo || 'us-docker.pkg.dev/palette-images';
	const byDocker = 'Docker';
	const own: Omit<NetworkNeed, 'by'>[] = [
		{
			host: palette,
			for: 'Alpine, providers, Stylus, the Palette CLI and other images of CanvOS',
			setting: 'SPECTRO_PUB_REPO',
		},
		settings.baseImage === ''
			? {
					host: settings.kairosBaseImageUrl || `${palette}/edge`,
					for: 'the Kairos base image',
					setting: 'KAIROS_BASE_IMAGE_URL, BASE_IMAGE',
				}
			: {host: registryHost(settings.baseImage), for: `the base image ${settings.baseImage}`, setting: 'BASE_IMAGE'},
		{
			host: settings.spectroThirdPartyImage || 'us-docker.pkg.dev/palette-images/third-party/spectro-third-party',
			for: 'luet, etcdctl and other tools',
			setting: 'SPECTRO_THIRD_PARTY_IMAGE',
		},
		{
			host: 'quay.io/kairos',
			for: 'the tool that makes the ISO (osbuilder-tools, or auroraboot in newer releases)',
			setting: 'CANVOS_ARGUMENTS: OSBUILDER_IMAGE or AURORABOOT_IMAGE',
		},
		...(settings.isUki ? [{host: 'docker.io', for: 'ubuntu:latest and rust, for a unified kernel image'}] : []),
	];
	const helpers: NetworkNeed = {
		host: palette,
		by: byDocker,
		for: settings.runner === 'managed' ? 'Earthly and BuildKit' : 'Earthly',
		setting: 'SPECTRO_PUB_REPO',
	};
	const native: NetworkNeed = {host: 'docker.io/earthly', by: 'Docker', for: 'BuildKit of the installed Earthly'};
	return [settings.runner === 'native' ? native : helpers, ...own.map(need => ({...need, by: 'BuildKit'}))].map(need =>
		withMirrors(need, settings),
	);
}

function withMirrors(need: NetworkNeed, {registryMirrors}: Settings): NetworkNeed {
	const registry = registryHost(need.host);
	const mirrors = mirrorsOf(registryMirrors)
		.filter(mirror => mirror.registry === registry)
		.map(({mirror}) => mirror);
	const setting = [`REGISTRY_MIRRORS (${registry}=…)`, need.setting].filter(Boolean).join(', ');
	return {...need, setting, ...(mirrors.length > 0 && {mirrors})};
}

const luet = ({spectroLuetRepo}: Settings): NetworkNeed[] => [
	{
		host: spectroLuetRepo || 'us-docker.pkg.dev/palette-images/edge',
		// luet pulls by itself, from inside a container: no mirror of BuildKit's stands for it.
		by: 'a RUN step (luet)',
		for: 'Kubernetes, from luet-repo-amd or luet-repo-arm',
		setting: 'SPECTRO_LUET_REPO, with its login in spectro-luet-auth.yaml',
	},
];

function firmware(settings: Settings): NetworkNeed[] {
	if (!settings.edgeAppliance) return [];
	const byName = {'doca-host': 'the DOCA host package', bfb: 'the BlueField bundle'} as const;
	const settingOf = {'doca-host': 'DOCA_DEB_URL, DOCA_DEB_FILE', bfb: 'BFB_URL, BFB_FILE'} as const;
	const here = wantedFirmware(settings).map(({kind, urls, local}) => ({kind, url: urls[0], local}));
	const inside = [
		...(settings.docaSource === 'deb' && !here.some(({kind}) => kind === 'doca-host')
			? [{kind: 'doca-host' as const, url: urlInside(settings.docaDebFile, settings.docaDebUrl, docaUrl(settings))}]
			: []),
		...(here.some(({kind}) => kind === 'bfb')
			? []
			: [{kind: 'bfb' as const, url: urlInside(settings.bfbFile, settings.bfbUrl, bundleUrl(settings.bfbName))}]),
	];
	const need = (kind: 'doca-host' | 'bfb', url: string | undefined, by: string): NetworkNeed[] =>
		url === undefined || !isUrl(url) ? [] : [{host: hostOf(url), by, for: byName[kind], setting: settingOf[kind]}];
	return [
		...here.flatMap(({kind, url, local}) => (local === undefined ? need(kind, url, 'this machine') : [])),
		...inside.flatMap(({kind, url}) => need(kind, url, 'a RUN step (curl)')),
		...(settings.docaSource === 'repository'
			? [
					{
						host: 'linux.mellanox.com',
						by: 'a RUN step (apt)',
						for: 'the packages of DOCA',
						setting: 'DOCA_SOURCE=deb takes them from the host package instead',
					},
				]
			: []),
	];
}

const docaUrl = ({docaVersion, docaDebName}: Settings) => hostPackageUrl(docaVersion, docaDebName);
const urlInside = (given: string, url: string, usual: string | undefined) => (isUrl(given) ? given : url || usual);

// Their addresses stand in the base image, so that a mirror for them is a base image of one's own, or DNS.
function packages(settings: Settings): NetworkNeed[] {
	const need = (host: string, reason: string, setting = ''): NetworkNeed => ({
		host,
		by: 'a RUN step (packages)',
		for: reason,
		...(setting && {setting}),
	});
	const own = 'BASE_IMAGE: with sources of your own';
	const ofDistribution: Readonly<Record<string, NetworkNeed[]>> = {
		ubuntu: [
			...(settings.arch === 'arm64'
				? [need('ports.ubuntu.com', 'packages and headers of the distribution', own)]
				: [
						need('archive.ubuntu.com', 'packages and headers of the distribution', own),
						need('security.ubuntu.com', 'its security updates', own),
					]),
			...(settings.edgeAppliance
				? [need('snapshot.ubuntu.com', 'kernel headers that the mirror no longer has; only then')]
				: []),
			...(settings.ubuntuProAttach
				? [need('contracts.canonical.com', 'Ubuntu Pro'), need('esm.ubuntu.com', 'its packages')]
				: []),
		],
		'opensuse-leap': [need('download.opensuse.org', 'packages of the distribution', own)],
	};
	return [
		...(ofDistribution[settings.osDistribution] ?? [
			need(`the repositories of ${settings.osDistribution}`, 'packages of the distribution', own),
		]),
		...(settings.twoNode
			? [
					need('apt.postgresql.org', 'PostgreSQL for two-node clusters'),
					need('www.postgresql.org', 'its signing key'),
					need('github.com', 'kine'),
				]
			: []),
	];
}
