import {hostOf, isLoopback} from '../earthly/registries.ts';

/** Parts of an image reference that has a tag. */
export type ImageReference = {registry: string; repository: string; tag: string};

/** Reads `registry[:port]/repository:tag`; names without a registry are Docker Hub's. */
export const parseReference = (reference: string): ImageReference => {
	const [name = '', tag = 'latest'] = splitTag(reference);
	const registry = hostOf(name);
	const rest = name.startsWith(`${registry}/`) ? name.slice(registry.length + 1) : name;
	const repository = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
	return {registry, repository, tag};
};

/** Address of a registry's API. Plain HTTP only where Docker itself uses it: on this machine. */
export const registryAddress = (registry: string) =>
	registry === 'docker.io'
		? 'https://registry-1.docker.io'
		: `${isLoopback(registry) ? 'http' : 'https'}://${registry}`;

// The tag's colon comes after the last slash; a port's comes before it.
const splitTag = (reference: string) => {
	const colon = reference.lastIndexOf(':');
	return colon > reference.lastIndexOf('/') ? [reference.slice(0, colon), reference.slice(colon + 1)] : [reference];
};
