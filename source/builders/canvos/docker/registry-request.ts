import {readFile} from 'node:fs/promises';
import {Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders} from 'node:http';
import {Agent as HttpsAgent, request as httpsRequest} from 'node:https';

/** `body` is the first 64 KiB of it. */
export type RegistryAnswer = {status: number; headers: IncomingHttpHeaders; body: string};

/** What is asked of a registry. */
export type RegistryRequest = {
	url: string;
	method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	headers?: Readonly<Record<string, string>>;
	/** Proxy settings; empty strings mean none. */
	proxy?: {httpProxy: string; httpsProxy: string; noProxy: string};
	/** PEM file of an additional CA. */
	caFile?: string;
	timeoutMs?: number;
	signal?: AbortSignal;
};

const keptBytes = 64 * 1024;

/** One HTTP request to a registry, through the proxy that the settings name. Rejects only where nothing answered. */
export const requestRegistry = async ({
	url,
	method,
	headers,
	proxy,
	caFile,
	timeoutMs = 15_000,
	signal,
}: RegistryRequest): Promise<RegistryAnswer> => {
	const ca = caFile ? await readFile(caFile, 'utf8') : undefined;
	const secure = url.startsWith('https:');
	const options = {proxyEnv: proxyEnvironment(proxy)};
	// Node 24.5 and newer know proxyEnv; older ones connect directly.
	const agent = secure ? new HttpsAgent({...options, ca}) : new HttpAgent(options);
	const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
	try {
		return await new Promise<RegistryAnswer>((resolve, reject) => {
			const request = (secure ? httpsRequest : httpRequest)(
				url,
				{method, headers, agent, signal: deadline},
				response => {
					let body = '';
					response.setEncoding('utf8');
					response.on('data', (text: string) => {
						if (body.length < keptBytes) body += text;
					});
					response.on('error', reject);
					response.on('end', () => resolve({status: response.statusCode ?? 0, headers: response.headers, body}));
				},
			);
			request.on('error', reject);
			request.end();
		});
	} finally {
		agent.destroy();
	}
};

const proxyEnvironment = (proxy: RegistryRequest['proxy']) =>
	proxy && (proxy.httpProxy || proxy.httpsProxy)
		? {HTTP_PROXY: proxy.httpProxy, HTTPS_PROXY: proxy.httpsProxy || proxy.httpProxy, NO_PROXY: proxy.noProxy}
		: undefined;
