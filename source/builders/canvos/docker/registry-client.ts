import type {IncomingHttpHeaders} from 'node:http';
import {FixableError} from '../../../errors.ts';
import type {Host} from '../../../host/host.ts';
import {createAgents, type Network, type TlsTrust} from '../../../host/http-routes.ts';

/** Whatever its status: also a redirect or a refusal is an answer. */
export type RegistryAnswer = {status: number; headers: IncomingHttpHeaders; body: string};

/** How a registry is asked: by which network, trusting whom. */
export type RegistryClient = {host: Host; settings: Network; trust?: TlsTrust; signal?: AbortSignal};

const answerMs = 15_000;
/** A registry's answers are small; what goes on and on is none. */
const longestAnswer = 16 * 1024 * 1024;

/** One HTTP request to a registry, through the proxy that the settings name. Rejects only where nothing answered. */
export async function requestRegistry(
	{host, settings, trust, signal}: RegistryClient,
	url: string,
	{
		method = 'GET',
		headers,
		form,
	}: {
		method?: 'GET' | 'POST' | 'DELETE';
		headers?: Readonly<Record<string, string>>;
		/** What a POST says, as fields of a form. */
		form?: Readonly<Record<string, string>>;
	} = {},
): Promise<RegistryAnswer> {
	const {default: got} = await import('got');
	const {httpProxy, httpsProxy} = settings;
	const agents = await createAgents(host, {...settings, httpsProxy: httpsProxy || httpProxy}, trust);
	const endless = new AbortController();
	try {
		const answer = got(url, {
			method,
			headers: {'user-agent': 'edge-builder', ...headers},
			form,
			agent: agents.routeTo(url).agents,
			throwHttpErrors: false,
			followRedirect: false,
			retry: {limit: 0},
			timeout: {request: answerMs},
			signal: AbortSignal.any([endless.signal, ...(signal ? [signal] : [])]),
		});
		answer.on('downloadProgress', ({transferred}) => {
			if (transferred > longestAnswer) endless.abort(new Error('its answer does not end'));
		});
		const response = await answer;
		return {status: response.statusCode, headers: response.headers, body: response.body};
	} catch (error) {
		throw endless.signal.aborted ? endless.signal.reason : error;
	} finally {
		agents.close();
	}
}

/** Why a registry could not be asked, in few words. */
export function whyUnasked(error: unknown): string {
	const {code, message} = error as NodeJS.ErrnoException;
	// What the system refuses is known by its code; ours and Node's own (`ERR_PROXY_TUNNEL`) say nothing without their words.
	return code === undefined || error instanceof FixableError || code.startsWith('ERR_') ? message : code;
}
