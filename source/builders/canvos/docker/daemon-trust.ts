import {lookup} from 'node:dns/promises';
import {BlockList, isIP} from 'node:net';
import {join} from 'node:path';
import tls from 'node:tls';
import type {Host} from '../../../host/host.ts';
import type {Network, TlsTrust} from '../../../host/http-routes.ts';
import {type DockerInfo, isRootless} from './daemon-info.ts';

/** How Docker's daemon meets a registry, as far as that can be seen from here. */
export type DaemonTrust = {
	/** What its TLS trusts: the system's authorities and those in its own folder for this registry. */
	tls: TlsTrust;
	/** It takes any certificate, and plain HTTP: the registry is listed as insecure. */
	isInsecure: boolean;
	/** How the daemon reaches networks: by its own proxies. */
	network: Network;
	/** Where it looks for this registry's own CA, and for its configuration. */
	caFile: string;
	configFile: string;
	restart: string;
	/** Its files can't be read from here: it runs on another machine, or in a virtual one. */
	isElsewhere: boolean;
};

/** @param info What the daemon says of itself; undefined where it doesn't answer. */
export async function daemonTrust(
	{host, settings}: {host: Host; settings: Network},
	registry: string,
	info: DockerInfo | undefined,
): Promise<DaemonTrust> {
	const isElsewhere = info !== undefined && !(await host.files.exists(info.DockerRootDir ?? '/var/lib/docker'));
	const place = configuration(host, info);
	const certificates = join(place.folder, 'certs.d', registry);
	return {
		tls: await trustOf(host, isElsewhere ? undefined : certificates),
		isInsecure: await isInsecure(registry, info),
		network: isElsewhere || !info ? settings : daemonNetwork(info, settings),
		caFile: join(certificates, 'ca.crt'),
		configFile: join(place.folder, 'daemon.json'),
		restart: place.restart,
		isElsewhere,
	};
}

function configuration({env, machine}: Host, info: DockerInfo | undefined) {
	if (info && isRootless(info)) {
		const folder = join(env.XDG_CONFIG_HOME || join(machine.user.home, '.config'), 'docker');
		return {folder, restart: 'systemctl --user restart docker'};
	}
	return {folder: '/etc/docker', restart: 'sudo systemctl reload docker'};
}

// Where Go programs look for the system's authorities, in this order (crypto/x509, root_linux.go).
const systemFiles = [
	'/etc/ssl/certs/ca-certificates.crt',
	'/etc/pki/tls/certs/ca-bundle.crt',
	'/etc/ssl/ca-bundle.pem',
	'/etc/pki/tls/cacert.pem',
	'/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
	'/etc/ssl/cert.pem',
];

async function trustOf({files}: Host, folder: string | undefined): Promise<TlsTrust> {
	// A file that may not be read is as good as none: the daemon is judged by what can be seen.
	const read = (path: string) => files.readText(path).catch(() => undefined);
	let system: string | undefined;
	for (const path of systemFiles) system ??= await read(path);
	const names = folder === undefined ? [] : await files.list(folder).catch(() => []);
	const own = async (name: string) => (folder === undefined ? undefined : await read(join(folder, name)));
	const authorities = await Promise.all(names.filter(name => name.endsWith('.crt')).map(own));
	const clientFile = names.find(name => name.endsWith('.cert') && names.includes(name.replace(/cert$/, 'key')));
	const [cert, key] =
		clientFile === undefined ? [] : await Promise.all([own(clientFile), own(clientFile.replace(/cert$/, 'key'))]);
	const known = system === undefined ? tls.getCACertificates('bundled') : [system];
	const ca = [...known, ...authorities.filter(pem => pem !== undefined)];
	const client = cert !== undefined && key !== undefined ? {cert, key} : undefined;
	return {secureContext: tls.createSecureContext({ca, ...client})};
}

// Docker's default: nobody on the way to this machine itself.
const loopback = ['127.0.0.0/8', '::1/128'];

/** Listed by name, or by a network that its address is in. */
async function isInsecure(registry: string, info: DockerInfo | undefined): Promise<boolean> {
	const {IndexConfigs, InsecureRegistryCIDRs} = info?.RegistryConfig ?? {};
	if (IndexConfigs?.[registry]?.Secure === false) return true;
	const networks = new BlockList();
	for (const network of InsecureRegistryCIDRs ?? loopback) {
		const [address = '', bits] = network.split('/');
		if (isIP(address) !== 0) networks.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
	}
	const {hostname} = new URL(`https://${registry}`);
	const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), {all: true}).catch(() => []);
	return addresses.some(({address, family}) => networks.check(address, family === 6 ? 'ipv6' : 'ipv4'));
}

/** The settings' proxies are for builds; the daemon has its own. */
function daemonNetwork({HttpProxy = '', HttpsProxy = '', NoProxy = ''}: DockerInfo, settings: Network): Network {
	// Passwords are masked, so such a proxy can only be asked with what the settings know of it.
	const known = (theirs: string, ours: string) =>
		/\/\/xxxxx:xxxxx@/.test(theirs) ? ours : theirs === '' || theirs.includes('://') ? theirs : `http://${theirs}`;
	return {
		httpProxy: known(HttpProxy, settings.httpProxy),
		httpsProxy: known(HttpsProxy, settings.httpsProxy),
		noProxy: NoProxy,
		caFile: '',
	};
}
