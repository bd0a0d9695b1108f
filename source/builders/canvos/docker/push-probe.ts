import type {Host} from '../../../host/host.ts';
import type {Network} from '../../../host/http-routes.ts';
import type {CheckResult} from '../../../pipeline/events.ts';
import type {DockerInfo} from './daemon-info.ts';
import {daemonTrust} from './daemon-trust.ts';
import {isLoopback, parseReference} from './image-reference.ts';
import {type RegistryAnswer, type RegistryClient, requestRegistry, whyUnasked} from './registry-client.ts';
import {type Login, resolveLogins} from './registry-logins.ts';
import {wayToRegistry} from './registry-way.ts';

/**
 * Finds out before a long build whether its image can be pushed: asks the registry (API v2) for the right to push, starts
 * an upload and cancels it. Nothing is left there.
 * @param info What the daemon says of itself, for it is what pushes.
 */
export async function probePush(
	c: {host: Host; signal?: AbortSignal; settings: Network},
	reference: string,
	info?: DockerInfo,
): Promise<CheckResult> {
	const {registry, repository} = parseReference(reference);
	const check = {
		id: 'push-right',
		title: `Images may be pushed to ${registry}`,
		why: 'A refused push would only show after the whole build.',
	} as const;
	const {logins} = await resolveLogins(c, [registry]);
	const login = Object.values(logins)[0];
	try {
		const way = await wayToRegistry(c, registry, await daemonTrust(c, registry, info));
		if (way.kind === 'none') {
			const {kind: _, ...said} = way;
			return {...check, ...said};
		}
		const {client, base, hello, remark} = way;
		if (hello.status !== 200 && hello.status !== 401) {
			return {
				...check,
				verdict: 'fail',
				detail: `it answers ${hello.status} to /v2/`,
				hint: 'Is this a container registry? Check IMAGE_REGISTRY.',
			};
		}
		const authorization = await authorize(client, hello, {repository, login});
		if (authorization.kind === 'unsafe') {
			return {
				...check,
				verdict: 'warn',
				detail: `not known: it wants the login sent to ${authorization.host} without encryption`,
				hint: 'Ask whoever runs the registry for a token service with https.',
			};
		}
		if (authorization.kind === 'refused')
			return {...check, verdict: 'fail', ...refusal(authorization.status, registry, repository, login !== undefined)};
		const headers = authorization.kind === 'header' ? {authorization: authorization.value} : undefined;
		const upload = await requestRegistry(client, `${base}/v2/${repository}/blobs/uploads/`, {method: 'POST', headers});
		if (upload.status !== 202)
			return {...check, verdict: 'fail', ...refusal(upload.status, registry, repository, login !== undefined)};
		const {location} = upload.headers;
		// Registries drop abandoned uploads by themselves, too; some answer 405 here.
		if (location !== undefined) {
			const place = new URL(location, base);
			// Storage on another host has no business with what the registry granted.
			const known = place.origin === new URL(base).origin ? headers : undefined;
			await requestRegistry(client, place.href, {method: 'DELETE', headers: known});
		}
		const detail = `${repository}: an upload was started and cancelled`;
		// Towards this machine itself nobody is on the way.
		if (!remark || isLoopback(registry)) return {...check, verdict: 'pass', detail};
		return {...check, verdict: 'warn', detail: `${detail}, ${remark.detail}`, hint: remark.hint};
	} catch (error) {
		c.signal?.throwIfAborted();
		return {
			...check,
			verdict: 'fail',
			detail: `${registry} cannot be reached (${whyUnasked(error)})`,
			hint: 'Check IMAGE_REGISTRY and the network.',
		};
	}
}

type Authorization =
	| {kind: 'none'}
	| {kind: 'header'; value: string}
	| {kind: 'refused'; status: number}
	/** The token service is elsewhere, by plain HTTP: nothing is sent there. */
	| {kind: 'unsafe'; host: string};

/** Answers the challenge of a registry: basic, or a token of the service that it names, for pull and push. */
async function authorize(
	c: RegistryClient,
	{status, headers}: RegistryAnswer,
	{repository, login}: {repository: string; login?: Login},
): Promise<Authorization> {
	if (status === 200) return {kind: 'none'};
	const challenge = headers['www-authenticate'] ?? '';
	if (/^basic\b/i.test(challenge))
		return login ? {kind: 'header', value: `Basic ${login.auth}`} : {kind: 'refused', status};
	const {realm, service} = challengeFields(challenge);
	if (realm === undefined) return {kind: 'refused', status};
	const url = new URL(realm);
	if (login && url.protocol !== 'https:' && !isLoopback(url.host)) return {kind: 'unsafe', host: url.host};
	const scope = `repository:${repository}:pull,push`;
	const answer = await askForToken(c, url, {...(service !== undefined && {service}), scope}, login);
	const token = answer.status === 200 ? tokenOf(answer.body) : undefined;
	return token === undefined ? {kind: 'refused', status: answer.status} : {kind: 'header', value: `Bearer ${token}`};
}

/** What the token service says; an identity token is no password: it goes into a form (OAuth 2), as Docker does it. */
function askForToken(
	c: RegistryClient,
	realm: URL,
	query: Readonly<Record<string, string>>,
	login: Login | undefined,
): Promise<RegistryAnswer> {
	if (login?.identitytoken) {
		const grant = {grant_type: 'refresh_token', client_id: 'edge-builder', refresh_token: login.identitytoken};
		return requestRegistry(c, realm.href, {method: 'POST', form: {...grant, ...query}});
	}
	const url = new URL(realm);
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
	return requestRegistry(c, url.href, {headers: login && {authorization: `Basic ${login.auth}`}});
}

/** `Bearer realm="…",service="…"` (RFC 9110, 11.6.1). */
const challengeFields = (challenge: string): Record<string, string | undefined> =>
	Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

function tokenOf(body: string): string | undefined {
	try {
		const {token, access_token: accessToken} = JSON.parse(body) as {token?: string; access_token?: string};
		return token || accessToken;
	} catch {
		return undefined;
	}
}

function refusal(status: number, registry: string, repository: string, hasLogin: boolean) {
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
}
