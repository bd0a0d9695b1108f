import type {Settings} from '../../../settings/settings.ts';
import type {DockerInfo} from './daemon-info.ts';
import {mirrorsOf} from './registries.ts';

/**
 * Docker's own mirrors of Docker Hub, as REGISTRY_MIRRORS writes such: who set them up for Docker expects that a build uses
 * them as well, and BuildKit, in a container of its own, doesn't see them. Where REGISTRY_MIRRORS names some, those count.
 */
export function hubMirrors(
	{registryMirrors, runner}: Pick<Settings, 'registryMirrors' | 'runner'>,
	{RegistryConfig}: DockerInfo,
): string[] {
	// Theirs are no BuildKits that we configure.
	if (runner === 'remote' || runner === 'upstream-script') return [];
	if (mirrorsOf(registryMirrors).some(({registry}) => registry === 'docker.io')) return [];
	const addresses = (RegistryConfig?.Mirrors ?? []).filter(address => URL.canParse(address));
	return addresses
		.map(address => new URL(address))
		.map(({protocol, host}) => (protocol === 'http:' ? `http://${host}` : host));
}

/** Settings for a BuildKit of ours: with the mirrors that Docker has. */
export function withHubMirrors(settings: Settings, info: DockerInfo): Settings {
	const mirrors = hubMirrors(settings, info).map(mirror => `docker.io=${mirror}`);
	return {...settings, registryMirrors: [settings.registryMirrors, ...mirrors].filter(Boolean).join(',')};
}
