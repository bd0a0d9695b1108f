/** Parts of an image reference that has a tag. */
export type ImageReference = {registry: string; repository: string; tag: string};

/** Reads `registry[:port]/repository:tag`; names without a registry are Docker Hub's. */
export function parseReference(reference: string): ImageReference {
	const [name = '', tag = 'latest'] = splitTag(reference);
	const registry = registryHost(name);
	const rest = name.startsWith(`${registry}/`) ? name.slice(registry.length + 1) : name;
	const repository = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
	return {registry, repository, tag};
}

/** Address of a registry's API. Plain HTTP only where Docker itself uses it: on this machine. */
export const registryAddress = (registry: string) =>
	registry === 'docker.io'
		? 'https://registry-1.docker.io'
		: `${isLoopback(registry) ? 'http' : 'https'}://${registry}`;

/** The registry of an image or a repository: `docker.io` for names without a registry, as Docker reads them. */
export function registryHost(reference: string): string {
	if (reference === '') return '';
	const [first = ''] = reference.replace(/^https?:\/\//, '').split('/');
	const isHost = /[.:]/.test(first) || first === 'localhost';
	return isHost ? first.replace(/@.*$/, '') : reference.includes('/') ? 'docker.io' : first;
}

/** Whether a registry is on this machine, where plain HTTP is what Docker itself expects. */
export const isLoopback = (host: string) => /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host);

// The tag's colon comes after the last slash; a port's comes before it.
function splitTag(reference: string) {
	const colon = reference.lastIndexOf(':');
	return colon > reference.lastIndexOf('/') ? [reference.slice(0, colon), reference.slice(colon + 1)] : [reference];
}
