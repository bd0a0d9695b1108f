import type {CheckResult} from '../../../pipeline/events.ts';
import type {HostCheckContext} from '../../builder.ts';
import {isLoopback, registryAddress, registryHost} from './image-reference.ts';
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

/** Whether the registry that the images of a build come from answers. */
export async function checkImageRegistry(c: HostCheckContext): Promise<CheckResult> {
	const registry = registryHost(c.settings.spectroPubRepo) || 'us-docker.pkg.dev';
	const check = {
		id: 'image-registry',
		title: `${registry} can be reached`,
		why: 'Base image, Earthly and BuildKit come from there.',
	} as const;
	try {
		// On this machine, too, Docker asks by https first.
		const address = isLoopback(registry) ? `https://${registry}` : registryAddress(registry);
		const {status} = await requestRegistry(c, `${address}/v2/`);
		// Asking for a login is an answer of a registry, too.
		if (status === 200 || status === 401 || status === 403) return {...check, verdict: 'pass'};
		return {
			...check,
			verdict: 'warn',
			detail: `it answers ${status}`,
			hint: 'Something between here and the registry answers in its place; check the proxy.',
		};
	} catch (error) {
		c.signal?.throwIfAborted();
		const hint =
			'With all images in Docker or in a mirror a build can still work; otherwise check the network, --https-proxy and --ca-file.';
		return {...check, verdict: 'warn', detail: whyUnasked(error), hint};
	}
}
