import http from 'node:http';
import https from 'node:https';
import type {SecureContext} from 'node:tls';
import {hostOf} from '../text/urls.ts';
import {trustedCertificates} from './certificates.ts';
import type {Host} from './host.ts';
import {readNoProxy} from './no-proxy.ts';

/** How to reach a URL: straight, or through a proxy. */
export type Route = {
	agents: {http: http.Agent; https: https.Agent};
	/** Host and port of the proxy. */
	proxy?: string;
};

export type Agents = {routeTo(url: string | URL): Route; close(): void};

/** How this machine reaches the internet, each empty where there is none. */
export type Network = {
	httpProxy: string;
	httpsProxy: string;
	/** As {@link readNoProxy} understands it. */
	noProxy: string;
	/** Certificates to trust besides the usual ones. */
	caFile: string;
};

/** Whom to trust over TLS, in the place of the usual ones. */
export type TlsTrust = {
	/** Reading a system's authorities takes longer than a request, so they are read once. */
	secureContext?: SecureContext;
	/** False takes every certificate. */
	rejectUnauthorized?: boolean;
};

/**
 * HTTP agents for that network; through a proxy they go by CONNECT for https, which Node does itself.
 * @param trust In the place of the usual certificates and the CA file.
 * @throws {FixableError} when the CA file can't be used.
 */
export async function createAgents(host: Host, network: Network, trust?: TlsTrust): Promise<Agents> {
	const tls = trust ?? {ca: await trustedCertificates(host.files, network.caFile)};
	const {httpProxy, httpsProxy} = network;
	const isDirect = readNoProxy(network.noProxy);
	const direct = {http: new http.Agent(), https: new https.Agent(tls)};
	const proxied = {
		http: new http.Agent({proxyEnv: {HTTP_PROXY: httpProxy}}),
		https: new https.Agent({...tls, proxyEnv: {HTTPS_PROXY: httpsProxy}}),
	};
	return {
		routeTo(address) {
			const url = new URL(address);
			const proxy = url.protocol === 'https:' ? httpsProxy : httpProxy;
			return proxy === '' || isDirect(url) ? {agents: direct} : {agents: proxied, proxy: hostOf(proxy)};
		},
		close() {
			for (const agent of [direct.http, direct.https, proxied.http, proxied.https]) agent.destroy();
		},
	};
}
