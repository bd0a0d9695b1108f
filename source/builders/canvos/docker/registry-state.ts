import type {Host} from '../../../host/host.ts';
import type {Network} from '../../../host/http-routes.ts';
import type {Verdict} from '../../../pipeline/events.ts';
import {registryAddress, registryHost} from './image-reference.ts';
import {requestRegistry, whyUnasked} from './registry-client.ts';
import {resolveLogins} from './registry-logins.ts';

/** Whether a registry answers its API, and whether this person has a login for it; in a few words. Sends no login. */
export async function registryState(
	c: {host: Host; settings: Network; signal?: AbortSignal},
	imageRegistry: string,
): Promise<{verdict: Verdict; detail: string}> {
	const registry = registryHost(`${imageRegistry}/image`);
	try {
		const [{status}, {logins}] = await Promise.all([
			requestRegistry(c, new URL('/v2/', registryAddress(registry)).href),
			resolveLogins(c, [registry]),
		]);
		const hasLogin = Object.keys(logins).length > 0;
		if (status === 200) return {verdict: 'pass', detail: 'answers'};
		if (status === 401 || status === 403) {
			return hasLogin
				? {verdict: 'pass', detail: 'answers, a login is there'}
				: {verdict: 'warn', detail: `answers, but wants a login: docker login ${registry}`};
		}
		return {verdict: 'warn', detail: `answers with status ${status}, which is no registry’s`};
	} catch (error) {
		c.signal?.throwIfAborted();
		return {verdict: 'warn', detail: `does not answer (${whyUnasked(error)})`};
	}
}
