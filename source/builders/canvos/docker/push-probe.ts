import type {Host} from '../../../host/host.ts';
import type {CheckResult} from '../../../pipeline/events.ts';
import type {Settings} from '../../../settings/settings.ts';
import {resolveLogins} from './credentials.ts';
import {parseReference, registryAddress} from './reference.ts';
import {type RegistryAnswer, requestRegistry} from './registry-request.ts';

/**
 * Finds out before a long build whether its image can be pushed: asks the registry (API v2) for the right to push, starts
 * an upload and cancels it. Nothing is left there.
 */
export const probePush = async (
	c: {host: Host; signal?: AbortSignal; settings: Pick<Settings, 'httpProxy' | 'httpsProxy' | 'noProxy' | 'caFile'>},
	reference: string,
): Promise<CheckResult> => {
	const {registry, repository} = parseReference(reference);
	const check = {
		id: 'push-right',
		title: `Images may be pushed to ${registry}`,
		why: 'A refused push would only show after the whole build.',
	} as const;
	const {logins} = await resolveLogins(c, [registry]);
	const login = Object.values(logins)[0];
	const base = registryAddress(registry);
	const ask = (url: string, method: 'GET' | 'POST' | 'DELETE', headers: Record<string, string> = {}) =>
		requestRegistry({url, method, headers, proxy: c.settings, caFile: c.settings.caFile, signal: c.signal});
	try {
		const hello = await ask(`${base}/v2/`, 'GET');
		if (hello.status !== 200 && hello.status !== 401) {
			return {
				...check,
				verdict: 'fail',
				detail: `it answers ${hello.status} to /v2/`,
				hint: 'Is this a container registry? Check IMAGE_REGISTRY.',
			};
		}
		const authorization = await authorize(hello, {repository, login, ask});
		if (authorization.kind === 'refused')
			return {...check, verdict: 'fail', ...refusal(authorization.status, registry, repository, login !== undefined)};
		const headers = authorization.kind === 'header' ? {authorization: authorization.value} : undefined;
		const upload = await ask(`${base}/v2/${repository}/blobs/uploads/`, 'POST', headers);
		if (upload.status !== 202)
			return {...check, verdict: 'fail', ...refusal(upload.status, registry, repository, login !== undefined)};
		const {location} = upload.headers;
		// Registries drop abandoned uploads by themselves, too; some answer 405 here.
		if (location !== undefined) await ask(new URL(location, base).href, 'DELETE', headers);
		return {...check, verdict: 'pass', detail: `${repository}: an upload was started and cancelled`};
	} catch (error) {
		c.signal?.throwIfAborted();
		const {code, message} = error as NodeJS.ErrnoException;
		return {
			...check,
			verdict: 'fail',
			detail: `${registry} cannot be reached (${code ?? message})`,
			hint: 'Check IMAGE_REGISTRY, the network, --https-proxy and --ca-file.',
		};
	}
};

type Ask = (url: string, method: 'GET', headers?: Record<string, string>) => Promise<RegistryAnswer>;
type Authorization = {kind: 'none'} | {kind: 'header'; value: string} | {kind: 'refused'; status: number};

/** Answers the challenge of a registry: basic, or a token of the service that it names, for pull and push. */
const authorize = async (
	{status, headers}: RegistryAnswer,
	{repository, login, ask}: {repository: string; login?: {auth: string; identitytoken?: string}; ask: Ask},
): Promise<Authorization> => {
	if (status === 200) return {kind: 'none'};
	const challenge = headers['www-authenticate'] ?? '';
	if (/^basic\b/i.test(challenge))
		return login ? {kind: 'header', value: `Basic ${login.auth}`} : {kind: 'refused', status};
	const {realm, service} = challengeFields(challenge);
	if (realm === undefined) return {kind: 'refused', status};
	const url = new URL(realm);
	if (service !== undefined) url.searchParams.set('service', service);
	url.searchParams.set('scope', `repository:${repository}:pull,push`);
	const answer = await ask(url.href, 'GET', login && {authorization: `Basic ${login.auth}`});
	const token = answer.status === 200 ? tokenOf(answer.body) : undefined;
	return token === undefined ? {kind: 'refused', status: answer.status} : {kind: 'header', value: `Bearer ${token}`};
};

/** `Bearer realm="…",service="…"` (RFC 9110, 11.6.1). */
const challengeFields = (challenge: string): Record<string, string | undefined> =>
	Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

const tokenOf = (body: string): string | undefined => {
	try {
		const {token, access_token: accessToken} = JSON.parse(body) as {token?: string; access_token?: string};
		return token ?? accessToken;
	} catch {
		return undefined;
	}
};

const refusal = (status: number, registry: string, repository: string, hasLogin: boolean) => {
	if (status === 401 && !hasLogin) {
		return {
			detail: 'it asks for a login, and Docker has none for it',
			hint: `Run \`docker login ${registry}\` as the user who builds.`,
		};
	}
	if (status === 401)
		return {detail: 'it refuses the login that Docker has', hint: `Run \`docker login ${registry}\` again.`};
	if (status === 403)
		return {
			detail: `the login may not push to ${repository}`,
			hint: 'Ask for the right to push, or change IMAGE_REPO.',
		};
	if (status === 404)
		return {
			detail: `the repository ${repository} does not exist there`,
			hint: 'Create it first, or change IMAGE_REPO.',
		};
	if (status === 429) return {detail: 'it answers no more requests for now (429)', hint: 'Wait a while and try again.'};
	return {detail: `it answers ${status} to an upload to ${repository}`, hint: 'Look at the registry’s own log.'};
};
