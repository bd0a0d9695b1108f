import type {Settings} from '../../../settings/settings.ts';

/** Hosts of the registries that a build with these settings may talk to, each once. */
export const registriesOf = (settings: Settings): string[] => [
	...new Set(
		[
			'us-docker.pkg.dev',
			'quay.io',
			'docker.io',
			hostOf(settings.imageRegistry),
			hostOf(settings.spectroPubRepo),
			hostOf(settings.kairosBaseImageUrl),
			hostOf(settings.spectroThirdPartyImage),
			hostOf(settings.baseImage),
			...mirrorsOf(settings.registryMirrors).map(({mirror}) => hostOf(mirror)),
		].filter(Boolean),
	),
];

/** Registry mirrors as settings have them: `quay.io=mirror.example.com/quay,docker.io=mirror.example.com/hub`. */
export const mirrorsOf = (text: string): {registry: string; mirror: string}[] =>
	text
		.split(',')
		.map(entry => entry.trim().split('='))
		.flatMap(([registry, mirror]) => (registry && mirror ? [{registry, mirror}] : []));

/** `docker.io` for names without a registry, as Docker reads them. */
export const hostOf = (reference: string): string => {
	if (reference === '') return '';
	const [first = ''] = reference.replace(/^https?:\/\//, '').split('/');
	const isHost = /[.:]/.test(first) || first === 'localhost';
	return isHost ? first.replace(/@.*$/, '') : reference.includes('/') ? 'docker.io' : first;
};

/** Whether a registry is on this machine, where plain HTTP is what Docker itself expects. */
export const isLoopback = (host: string) => /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host);
