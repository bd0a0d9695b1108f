import {stringify} from 'yaml';
import type {Settings} from '../../../../settings/settings.ts';
import {isLoopback, registryHost} from '../../docker/image-reference.ts';
import {mirrorsOf, registriesOf} from '../../docker/registries.ts';
import {buildkitImage} from './earthly-images.ts';
import {cacheOptions} from './registry-cache.ts';
import type {EarthlyBuild, EarthlyRequest} from './runner-type.ts';

/** Where the CA file is mounted in the BuildKit container. */
const caInBuildkit = '/etc/edge-builder/ca.pem';

/** Keeps all output of a step; BuildKit's default drops what comes faster than 200 KiB/s or exceeds 8 MiB. */
export const unlimitedLog = ['BUILDKIT_STEP_LOG_MAX_SPEED=-1', 'BUILDKIT_STEP_LOG_MAX_SIZE=-1'] as const;

/** Registry mirrors, CAs and plain-HTTP registries for BuildKit, as TOML; empty when there is nothing to say. */
export function buildkitToml(settings: Settings, caFile: string | undefined): string {
	const mirrors = mirrorsOf(settings.registryMirrors);
	const registries = registriesOf(settings);
	const plain = new Set([
		...registries.filter(isLoopback),
		...mirrors.filter(({plainHttp}) => plainHttp).map(({mirror}) => registryHost(mirror)),
	]);
	return registries
		.map(host => {
			const own = mirrors.filter(({registry}) => registry === host).map(({mirror}) => mirror);
			const lines = [
				...(own.length > 0 ? [`mirrors = ${JSON.stringify(own)}`] : []),
				...(plain.has(host) ? ['http = true'] : []),
				...(caFile === undefined ? [] : [`ca = ${JSON.stringify([caFile])}`]),
			];
			return lines.length === 0 ? '' : [`[registry.${JSON.stringify(host)}]`, ...lines].join('\n');
		})
		.filter(Boolean)
		.join('\n');
}

/** Proxy variables for containers, both spellings; empty without a proxy. */
export const proxyEnvironment = ({httpProxy, httpsProxy, noProxy}: Settings): Record<string, string> =>
	Object.fromEntries(
		[
			['http_proxy', httpProxy],
			['https_proxy', httpsProxy],
			['no_proxy', httpProxy || httpsProxy ? noProxy : ''],
		].flatMap(([name = '', value = '']) =>
			value === ''
				? []
				: [
						[name, value],
						[name.toUpperCase(), value],
					],
		),
	);

/** A remote BuildKit and the folder of its certificates as Earthly sees it. */
export type RemoteBuildkit = {address: string; certificates?: string};

/**
 * Text of Earthly's config.yml. A daemon restarts when it changes, so equal settings must give equal text.
 * @param ownImage BuildKit's image; undefined leaves Earthly's own choice.
 */
export function earthlyConfig(
	settings: Settings,
	{remote, ownImage = buildkitImage(settings)}: {remote?: RemoteBuildkit; ownImage?: string | false} = {},
): string {
	const toml = buildkitToml(settings, settings.caFile === '' ? undefined : caInBuildkit);
	const environment = [...unlimitedLog, ...Object.entries(proxyEnvironment(settings)).map(pair => pair.join('='))];
	const local = {
		...(ownImage && {buildkit_image: ownImage}),
		buildkit_additional_args: [
			...environment.flatMap(entry => ['-e', entry]),
			...(settings.caFile === '' ? [] : ['-v', `${settings.caFile}:${caInBuildkit}:ro`]),
		],
		...(toml !== '' && {buildkit_additional_config: toml}),
	};
	return stringify({global: {disable_analytics: true, ...(remote ? remoteConfig(remote) : local)}}, {lineWidth: 0});
}

// Every connection error shows only after this timeout, which is a minute by default.
const remoteConfig = ({address, certificates}: RemoteBuildkit) => ({
	buildkit_host: address,
	buildkit_restart_timeout_s: 10,
	...(certificates === undefined
		? {tls_enabled: false}
		: {
				tlsca: `${certificates}/ca_cert.pem`,
				tlscert: `${certificates}/earthly_cert.pem`,
				tlskey: `${certificates}/earthly_key.pem`,
			}),
});

/** Earthly's own arguments: options first, then the target, then the build arguments. */
export const earthlyArguments = (
	{target, args, cache}: EarthlyRequest & Pick<EarthlyBuild, 'cache'>,
	{config, logStream, installation}: {config?: string; logStream?: string; installation?: string},
): string[] => [
	...(config === undefined ? [] : ['--config', config]),
	...(installation === undefined ? [] : ['--installation-name', installation]),
	'--allow-privileged',
	...(logStream === undefined ? [] : ['--logstream-debug-file', logStream]),
	...cacheOptions(cache),
	target,
	...Object.entries(args).map(([name, value]) => `--${name}=${value}`),
];
