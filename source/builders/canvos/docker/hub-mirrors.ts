import type {Settings} from '../../../settings/settings.ts';
import {mirrorsOf} from '../earthly/runners/registries.ts';
import type {DockerInfo} from './daemon-info.ts';
import {isLoopback} from './image-reference.ts';

/**
 * Docker's own mirrors of Docker Hub, as REGISTRY_MIRRORS names such: who set them up for Docker expects that a build uses
 * them as well, and BuildKit, in a container of its own, doesn't see them. Where REGISTRY_MIRRORS names some, those count.
 * @returns `taken` by host and port, and `left` those with plain HTTP beyond this machine, which somebody has to
 *   name: what comes that way is verified by nothing.
 */
export function hubMirrors(
	{registryMirrors, runner}: Pick<Settings, 'registryMirrors' | 'runner'>,
	{RegistryConfig}: DockerInfo,
): {taken: string[]; left: string[]} {
	// Theirs are no BuildKits that we configure.
	if (runner === 'remote' || runner === 'upstream-script') return {taken: [], left: []};
	if (mirrorsOf(registryMirrors).some(({registry}) => registry === 'docker.io')) return {taken: [], left: []};
	const mirrors = (RegistryConfig?.Mirrors ?? [])
		.filter(address => URL.canParse(address))
		.map(address => new URL(address));
	const usable = ({protocol, host}: URL) => protocol === 'https:' || isLoopback(host);
	return {
		taken: mirrors.filter(usable).map(({host}) => host),
		left: mirrors.filter(url => !usable(url)).map(({origin}) => origin),
	};
}

/** Settings for a BuildKit of ours: with the mirrors that Docker has. */
export function withHubMirrors(settings: Settings, info: DockerInfo): Settings {
	const taken = hubMirrors(settings, info).taken.map(mirror => `docker.io=${mirror}`);
	return {...settings, registryMirrors: [settings.registryMirrors, ...taken].filter(Boolean).join(',')};
}
