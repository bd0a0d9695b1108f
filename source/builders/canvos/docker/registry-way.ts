import type {Host} from '../../../host/host.ts';
import type {Network} from '../../../host/http-routes.ts';
import type {CheckResult} from '../../../pipeline/events.ts';
import {commandText} from '../../../text/shell-words.ts';
import type {DaemonTrust} from './daemon-trust.ts';
import {type RegistryAnswer, type RegistryClient, requestRegistry, whyUnasked} from './registry-client.ts';

/** How Docker's daemon gets to a registry, or what keeps it from it. */
export type RegistryWay =
	| {kind: 'found'; client: RegistryClient; base: string; hello: RegistryAnswer; remark?: Remark}
	| ({kind: 'none'; verdict: 'fail' | 'warn'} & Remark);
type Remark = Pick<CheckResult, 'detail' | 'hint'>;

/**
 * Asks a registry as the daemon does it, which is what pushes: trusting the system's authorities and those of its own folder,
 * by its own proxies, and by plain HTTP only where it was told to. CA_FILE doesn't count. Another client that takes it
 * (skopeo, crane) would have to be installed and get several GB out of Docker first; BuildKit would push from its cache,
 * which needn't be what was verified.
 */
export async function wayToRegistry(
	c: {host: Host; settings: Network; signal?: AbortSignal},
	registry: string,
	daemon: DaemonTrust,
): Promise<RegistryWay> {
	const {host, signal} = c;
	const common = {host, signal, settings: daemon.network};
	const secure = `https://${registry === 'docker.io' ? 'registry-1.docker.io' : registry}`;
	const plain = `http://${registry}`;
	const ask = (base: string, client: RegistryClient) => requestRegistry(client, `${base}/v2/`);
	const strict = {...common, trust: daemon.tls};
	let failure: unknown;
	try {
		return {kind: 'found', client: strict, base: secure, hello: await ask(secure, strict)};
	} catch (error) {
		signal?.throwIfAborted();
		failure = error;
	}
	const lax = {...common, trust: {...daemon.tls, rejectUnauthorized: false}};
	if (daemon.isInsecure) {
		const unchecked = await quietly(ask(secure, lax), signal);
		if (unchecked)
			return {kind: 'found', client: lax, base: secure, hello: unchecked, remark: insecure('unverified', daemon)};
		const hello = await quietly(ask(plain, common), signal);
		if (hello) return {kind: 'found', client: common, base: plain, hello, remark: insecure('by plain HTTP', daemon)};
	} else if (isUntrusted(failure)) {
		const byCaFile =
			c.settings.caFile !== '' && (await quietly(ask(secure, {...common, settings: c.settings}), signal));
		return untrusted(failure, daemon, byCaFile ? c.settings.caFile : undefined);
	} else if (!isSilent(failure)) {
		const hello = await quietly(ask(plain, common), signal);
		if (hello && isRegistry(hello)) return plainOnly(registry, daemon);
	}
	return unreachable(failure, registry, c.settings, daemon);
}

const quietly = (answer: Promise<RegistryAnswer>, signal?: AbortSignal) =>
	answer.catch(() => {
		signal?.throwIfAborted();
		return undefined;
	});

// A proxy's or a portal's page answers as well, with whatever status.
const isRegistry = ({status, headers}: RegistryAnswer) =>
	headers['docker-distribution-api-version'] !== undefined ||
	(status === 401 && headers['www-authenticate'] !== undefined);

/** Nothing is there that could be asked by another way. */
const isSilent = (error: unknown) =>
	['ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes(String((error as NodeJS.ErrnoException).code));

/** What OpenSSL says of a certificate whose authority isn't known. */
const isUntrusted = (error: unknown) =>
	/^(?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT(?:_IN_CHAIN)?)$/.test(
		String((error as NodeJS.ErrnoException).code),
	);

const insecure = (detail: string, {configFile}: DaemonTrust): Remark => ({
	detail,
	hint: `Docker has it as an insecure registry (${configFile}): whoever is on the way can read the login and change the image.`,
});

function untrusted(error: unknown, daemon: DaemonTrust, caFile: string | undefined): RegistryWay {
	const why = whyUnasked(error);
	const needsRoot = daemon.caFile.startsWith('/etc/');
	const install = [
		...(needsRoot ? ['sudo'] : []),
		...['install', '-D', '-m', '0644', caFile ?? 'CA.pem', daemon.caFile],
	];
	if (daemon.isElsewhere) {
		return {
			kind: 'none',
			verdict: 'warn',
			detail: `not known: its certificate is of an authority of your own (${why}), and Docker runs elsewhere`,
			hint: `Docker pushes, and CA_FILE is for the build only: on Docker’s own machine the CA belongs into ${daemon.caFile}.`,
		};
	}
	// No fix that --yes would run: whom Docker trusts is for the person to say.
	return {
		kind: 'none',
		verdict: 'fail',
		detail: `Docker does not trust its certificate (${why})${caFile === undefined ? '' : '; CA_FILE does, but is for the build only'}`,
		hint: `Give its CA to Docker, which pushes: \`${commandText(install)}\`${caFile === undefined ? ', where CA.pem is the certificate of the authority that signed it' : ''}.`,
	};
}

const plainOnly = (registry: string, {configFile, restart}: DaemonTrust): RegistryWay => ({
	kind: 'none',
	verdict: 'fail',
	detail: 'it answers by plain HTTP only, which Docker refuses',
	hint: `Give it TLS, or add "insecure-registries": ["${registry}"] to ${configFile} and run \`${restart}\`.`,
});

function unreachable(error: unknown, registry: string, settings: Network, daemon: DaemonTrust): RegistryWay {
	const hasNone = daemon.network.httpProxy + daemon.network.httpsProxy === '';
	return {
		kind: 'none',
		verdict: 'fail',
		detail: `${registry} cannot be reached (${whyUnasked(error)})`,
		hint:
			hasNone && settings.httpProxy + settings.httpsProxy !== ''
				? `Docker pushes, and has no proxy of its own: add "proxies" to ${daemon.configFile}, and restart it.`
				: 'Check IMAGE_REGISTRY, the network and Docker’s own proxy (`docker info`).',
	};
}
