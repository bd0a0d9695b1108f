import type {Settings} from '../../../../settings/settings.ts';
import {registryHost} from '../../docker/image-reference.ts';

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
			...mirrorsOf(settings.registryMirrors).map(({mirror}) => registryHost(mirror)),
		].filter(Boolean),
	),
];

/** Registry mirrors as settings have them: `quay.io=mirror.example.com/quay,docker.io=mirror.example.com/hub`. */
export const mirrorsOf = (text: string): {registry: string; mirror: string}[] =>
	text
		.split(',')
		.map(entry => entry.trim().split('='))
		.flatMap(([registry, mirror]) => (registry && mirror ? [{registry, mirror}] : []));
