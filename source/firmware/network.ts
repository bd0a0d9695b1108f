import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import type {Settings} from '../settings/settings.ts';
import {connectDirectly} from './direct-socket.ts';

export type Agents = {http: http.Agent; https: https.Agent; close(): void};

/** How this machine reaches the internet: settings first, then the environment's usual variables. */
export const networkOf = (
	settings: Pick<Settings, 'httpProxy' | 'httpsProxy' | 'noProxy' | 'caFile'>,
	env: Host['env'],
) => ({
	httpProxy: settings.httpProxy || env.http_proxy || env.HTTP_PROXY || '',
	httpsProxy: settings.httpsProxy || env.https_proxy || env.HTTPS_PROXY || '',
	noProxy: settings.noProxy || env.no_proxy || env.NO_PROXY || '',
	caFile: settings.caFile,
});

export type Network = ReturnType<typeof networkOf>;

/**
 * HTTP agents for that network. Connections through a proxy are made by Node itself (CONNECT for https), the others
 * can be read directly.
 * @throws {FixableError} when the CA file can't be used.
 */
export const createAgents = async (host: Host, network: Network): Promise<Agents> => {
	const ca = await trustedCertificates(host, network.caFile);
	// This machine is never behind its own proxy: a rehearsal serves its stand-ins from here.
	const noProxy = [network.noProxy, 'localhost', '127.0.0.1', '[::1]'].filter(Boolean).join(',');
	const plain = network.httpProxy
		? new http.Agent({proxyEnv: {HTTP_PROXY: network.httpProxy, NO_PROXY: noProxy}})
		: directHttp();
	const secure = network.httpsProxy
		? new https.Agent({ca, proxyEnv: {HTTPS_PROXY: network.httpsProxy, NO_PROXY: noProxy}})
		: directHttps(ca);
	return {
		http: plain,
		https: secure,
		close() {
			plain.destroy();
			secure.destroy();
		},
	};
};

const directHttp = () => {
	const agent = new http.Agent();
	agent.createConnection = options => connectDirectly(options as never, false);
	return agent;
};

const directHttps = (ca: string[] | undefined) => {
	const agent = new https.Agent({ca});
	agent.createConnection = options => connectDirectly(options as never, true);
	return agent;
};

const trustedCertificates = async (host: Host, caFile: string) => {
	if (caFile === '') return undefined;
	const pem = await host.files.readText(caFile);
	if (!pem?.includes('-----BEGIN CERTIFICATE-----')) {
		throw new FixableError('ca-file', `${caFile} ${pem === undefined ? 'does not exist' : 'holds no certificate'}`, {
			hint: 'CA_FILE names a PEM file with the certificates of your own certificate authority.',
			exit: 'usage',
		});
	}
	return [...tls.getCACertificates('default'), pem];
};
