import {lookup} from 'node:dns/promises';
import {connect as connectTcp, isIP, type Socket} from 'node:net';
import {connect as connectTls, type TLSSocket} from 'node:tls';
import {askInfo, type BuildkitInfo, closedAtGreeting} from './buildkit-version.ts';

/** What a probe of a remote BuildKit host found; each problem has its own cure. */
export type RemoteProbe =
	| {ok: true; version: string /** Builds that go on there now, of whomever. */; builds: number}
	| {
			ok: false;
			problem:
				| 'name'
				| 'refused'
				| 'timeout'
				| 'no-tls'
				| 'wrong-name'
				| 'expired'
				| 'unknown-ca'
				| 'client-certificate'
				| 'no-buildkit'
				| 'version';
			/** In words, without a full stop. */
			detail: string;
	  };

/** Name or address, without brackets. */
export type RemoteHost = {name: string; port: number};
/** PEM texts. */
export type Certificates = {ca: string; cert: string; key: string};

/**
 * Asks a remote BuildKit what it is the way Earthly would (gRPC over TLS), step by step, so that DNS, TCP, TLS, name,
 * expiry, CA and client certificate are told apart. Earthly itself says "broken pipe" after a minute.
 * @param certificates Undefined: without TLS.
 */
export async function probeRemoteBuildkit(
	host: RemoteHost,
	{certificates, timeoutMs, signal}: {certificates?: Certificates; timeoutMs: number; signal?: AbortSignal},
): Promise<RemoteProbe> {
	signal?.throwIfAborted();
	const address = isIP(host.name)
		? host.name
		: await lookup(host.name).then(
				found => found.address,
				() => undefined,
			);
	if (address === undefined) return problem('name', `${host.name} is not known to DNS`);
	const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
	let socket: Socket | undefined;
	try {
		socket = await connected(connectTcp({host: address, port: host.port}), 'connect', deadline);
		// BuildKit's listener chooses no protocol by ALPN; what it is it says itself.
		if (certificates) socket = await secured(socket, host, certificates, deadline);
		return requireEarthlys(await askInfo(socket, `${host.name}:${host.port}`, deadline));
	} catch (error) {
		signal?.throwIfAborted();
		return deadline.aborted
			? problem('timeout', `${host.name}:${host.port} did not answer within ${timeoutMs / 1000} s`)
			: problemOf(error as NodeJS.ErrnoException, host, certificates !== undefined);
	} finally {
		socket?.destroy();
	}
}

const connected = <S extends Socket>(socket: S, event: string, deadline: AbortSignal) =>
	new Promise<S>((resolve, reject) => {
		const onAbort = () => {
			socket.destroy();
			reject(deadline.reason);
		};
		deadline.addEventListener('abort', onAbort, {once: true});
		// Stays, because a socket may still fail after it was used.
		socket.on('error', reject);
		socket.once('close', () => reject(new Error('the connection was closed')));
		socket.once(event, () => {
			deadline.removeEventListener('abort', onAbort);
			resolve(socket);
		});
		if (deadline.aborted) onAbort();
	});

function secured(socket: Socket, {name}: RemoteHost, {ca, cert, key}: Certificates, deadline: AbortSignal) {
	const servername = isIP(name) ? undefined : name;
	const secure: TLSSocket = connectTls({socket, servername, host: name, ca, cert, key, ALPNProtocols: ['h2']});
	return connected(secure, 'secureConnect', deadline);
}

// Earthly works with no BuildKit but its own.
function requireEarthlys({package: name, version, builds}: BuildkitInfo): RemoteProbe {
	if (version === '') return problem('no-buildkit', 'It answers, but not as a BuildKit');
	const found = `${name} ${version}`;
	return name.includes('earthly') || name.toLowerCase().includes('earthbuild')
		? {ok: true, version: found, builds}
		: problem('version', `It is ${found}; Earthly needs its own BuildKit (image earthly/buildkitd:v0.8.15)`);
}

const problem = (kind: Extract<RemoteProbe, {ok: false}>['problem'], detail: string): RemoteProbe => ({
	ok: false,
	problem: kind,
	detail,
});

const unknownCa = /UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE_FAILURE/;
const noTls =
	/ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|ERR_SSL_UNEXPECTED_MESSAGE/;

function problemOf(error: NodeJS.ErrnoException, {name, port}: RemoteHost, secure: boolean): RemoteProbe {
	const code = error.code ?? '';
	const text = `${code} ${error.message}`;
	if (code === 'ECONNREFUSED') return problem('refused', `Nothing listens at ${name}:${port}`);
	if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT') {
		return problem('timeout', `${name}:${port} cannot be reached (${code})`);
	}
	if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
		return problem('wrong-name', `The certificate is for another name than ${name}`);
	if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
		return problem(
			'expired',
			`The certificate of ${name} is ${code === 'CERT_HAS_EXPIRED' ? 'expired' : 'not valid yet'}`,
		);
	}
	if (unknownCa.test(code)) return problem('unknown-ca', `The certificate of ${name} is not signed by ca_cert.pem`);
	if (noTls.test(text) || /wrong version number|packet length too long/.test(text)) {
		return problem('no-tls', `${name}:${port} speaks no TLS`);
	}
	if (text.includes('NO_APPLICATION_PROTOCOL')) return problem('no-buildkit', 'It speaks TLS, but not as a BuildKit');
	if (secure && (code === closedAtGreeting || /ERR_SSL_|alert|certificate required/i.test(text))) {
		return problem('client-certificate', `${name} refuses earthly_cert.pem`);
	}
	return problem('no-buildkit', `${name}:${port} closed the connection: ${error.message}`);
}
