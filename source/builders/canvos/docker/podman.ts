/** What `podman info` says under Docker's name, and what Podman's socket adds to Docker's fields. */
export type PodmanInfo = {host?: object; version?: {Version?: string}; BuildahVersion?: string};

/** The version where the one who answers is Podman, through its shim `podman-docker` or its socket; else undefined. */
export function podmanVersion(info: PodmanInfo & {ServerVersion?: string}): string | undefined {
	if (info.host !== undefined && info.version !== undefined) return info.version.Version ?? 'unknown';
	return info.BuildahVersion === undefined ? undefined : (info.ServerVersion ?? 'unknown');
}

/** Why that is none to build with: Earthly and the images' own names are made for Docker's daemon. */
export const podmanAnswer = (version: string) => ({
	problem: `\`docker\` is Podman ${version} here, which is not supported`,
	hint: 'Install Docker Engine (https://docs.docker.com/engine/install/), remove the package podman-docker, and leave DOCKER_HOST unset where it names Podman’s socket; a rehearsal needs neither.',
});
