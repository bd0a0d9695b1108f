import type {CheckResult} from '../../../pipeline/events.ts';
import type {HostCheckContext} from '../../builder.ts';
import {isLoopback, registryAddress, registryHost} from './image-reference.ts';
import {type Mirror, mirrorsOf} from './registries.ts';
import {requestRegistry, whyUnasked} from './registry-client.ts';
import {loginPlaces, resolveLogins} from './registry-logins.ts';

/** Whether the logins that Docker has can be handed to a container. */
export async function checkLogins(c: HostCheckContext): Promise<CheckResult> {
	const check = {
		id: 'docker-logins',
		title: 'Registry logins reach the build',
		why: 'Credential helpers do not work inside a container, so they are asked before the build.',
	} as const;
	const {helpers, problem} = await loginPlaces(c.host);
	if (problem !== undefined)
		return {...check, verdict: 'warn', detail: problem, hint: 'Correct the file, or log in again.'};
	const registry = registryHost(c.settings.imageRegistry);
	const {logins, problems} = await resolveLogins(c, [registry]);
	if (problems.length > 0)
		return {
			...check,
			verdict: 'warn',
			detail: problems.join('; '),
			hint: `Install the helper, or run \`docker login ${registry}\` again.`,
		};
	const from = helpers.length > 0 ? ` (through ${helpers.join(', ')})` : '';
	const count = Object.keys(logins).length;
	return {...check, verdict: 'pass', detail: count > 0 ? `login for ${registry}${from}` : `no login for ${registry}`};
}

/** Whether the registry that the images of a build come from answers; a mirror of it is enough. */
export async function checkImageRegistry(c: HostCheckContext): Promise<CheckResult> {
	const registry = registryHost(c.settings.spectroPubRepo) || 'us-docker.pkg.dev';
	const mirrors = mirrorsOf(c.settings.registryMirrors).filter(mirror => mirror.registry === registry);
	const check = {
		id: 'image-registry',
		title: `${registry}${mirrors.length > 0 ? ', or a mirror of it,' : ''} can be reached`,
		why: 'Base image, Earthly and BuildKit come from there.',
	} as const;
	const problems: string[] = [];
	for (const {name, address} of [...mirrors.map(placeOfMirror), placeOf(registry)]) {
		const problem = await whyNotServed(c, address);
		if (problem === undefined) return {...check, verdict: 'pass', ...(name !== registry && {detail: `by ${name}`})};
		problems.push(mirrors.length > 0 ? `${name}: ${problem}` : problem);
	}
	return {
		...check,
		verdict: 'warn',
		detail: problems.join('; '),
		hint: 'With all images in Docker or in a mirror a build can still work; otherwise check the network, --https-proxy and --ca-file.',
	};
}

/** Whether the registry that keeps steps for other hosts answers; without it a build is only slower. */
export async function checkBuildCache(c: HostCheckContext): Promise<CheckResult[]> {
	const {buildCache, runner} = c.settings;
	// Another machine's BuildKit talks to it from another place; CanvOS's own script does without.
	if (buildCache === '' || runner === 'remote' || runner === 'upstream-script') return [];
	const {name, address} = placeOf(registryHost(buildCache));
	const check = {id: 'build-cache-registry', title: `The build cache at ${name} can be reached`} as const;
	// BuildKit asks a registry of this machine by plain HTTP.
	const problem = await whyNotServed(c, isLoopback(name) ? `http://${name}` : address);
	return problem === undefined
		? [{...check, verdict: 'pass'}]
		: [
				{
					...check,
					verdict: 'warn',
					detail: problem,
					hint: 'The build goes on without it. Check BUILD_CACHE, the network, --https-proxy and --ca-file.',
				},
			];
}

const placeOfMirror = ({mirror, plainHttp}: Mirror) => {
	const name = registryHost(mirror);
	return {name, address: `${plainHttp ? 'http' : 'https'}://${name}`};
};

// On this machine, too, Docker asks by https first.
const placeOf = (registry: string) => ({
	name: registry,
	address: isLoopback(registry) ? `https://${registry}` : registryAddress(registry),
});

async function whyNotServed(c: HostCheckContext, address: string): Promise<string | undefined> {
	try {
		const {status} = await requestRegistry(c, `${address}/v2/`);
		// Asking for a login is an answer of a registry, too.
		return status === 200 || status === 401 || status === 403
			? undefined
			: `it answers ${status}, as something between here and the registry may (a proxy?)`;
	} catch (error) {
		c.signal?.throwIfAborted();
		return whyUnasked(error);
	}
}
