import type {Settings} from '../../../settings/settings.ts';
import {isLoopback, parseReference, registryHost} from './image-reference.ts';

/** Hosts of the registries that a build with these settings may talk to, each once. */
export const registriesOf = (settings: Settings): string[] => [
	...new Set(
		[
			'us-docker.pkg.dev',
			'quay.io',
			'docker.io',
			registryHost(settings.imageRegistry),
			registryHost(settings.spectroPubRepo),
			registryHost(settings.kairosBaseImageUrl),
			registryHost(settings.spectroThirdPartyImage),
			registryHost(settings.baseImage),
			registryHost(settings.buildCache),
			...mirrorsOf(settings.registryMirrors).map(({mirror}) => registryHost(mirror)),
		].filter(Boolean),
	),
];

/** Where a mirror stands for a registry: `mirror` is host and perhaps a path, without scheme. */
export type Mirror = {registry: string; mirror: string; plainHttp: boolean};

/**
 * Registry mirrors as settings have them, `quay.io=mirror.example.com/quay,docker.io=http://mirror.lan:5000`. Those on this
 * machine are asked by plain HTTP whatever is said, as Docker does it.
 */
export const mirrorsOf = (text: string): Mirror[] =>
	text
		.split(',')
		.map(entry => /^([^=]+)=(https?:\/\/)?(.+)$/.exec(entry.trim()) ?? [])
		.flatMap(([, registry, scheme, mirror]) =>
			registry && mirror
				? [{registry, mirror, plainHttp: scheme === 'http://' || isLoopback(registryHost(mirror))}]
				: [],
		);

/** Names under which mirrors serve an image, in the order in which they are to be tried. */
export function mirroredNames(image: string, mirrors: readonly Mirror[]): string[] {
	const {registry, repository, tag} = parseReference(image);
	return mirrors.filter(mirror => mirror.registry === registry).map(({mirror}) => `${mirror}/${repository}:${tag}`);
}
