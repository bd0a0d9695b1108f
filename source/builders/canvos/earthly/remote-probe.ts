import {lookup} from 'node:dns/promises';
import {connect as connectHttp2} from 'node:http2';
import {connect as connectTcp, isIP, type Socket} from 'node:net';
import {connect as connectTls, type TLSSocket} from 'node:tls';
import {protobufFields} from './protobuf-strings.ts';

/** What a probe of a remote BuildKit host found; each problem has its own cure. */
export type RemoteProbe =
	| {ok: true; version: string}
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

export type RemoteHost = {name: string; port: number};
/** PEM texts. */
export type Certificates = {ca: string; cert: string; key: string};

/**
 * Asks a remote BuildKit for its version the way Earthly would (gRPC over TLS), step by step, so that DNS, TCP, TLS, name,
 * expiry, CA and client certificate are told apart. Earthly itself says "broken pipe" after a minute.
 * @param certificates Undefined: without TLS.
 */
export const probeRemoteBuildkit = async (
	host: RemoteHost,
	{certificates, timeoutMs = 10_000, signal}: {certificates?: Certificates; timeoutMs?: number; signal?: AbortSignal},
): Promise<RemoteProbe> => {
	signal?.throwIfAborted();
	const address = isIP(host.name)
		? host.name
		: await lookup(host.name).then(
				found => found.address,
				() => undefined,
			);
	if (address === undefined) return problem('name', `${host.name} is not known to DNS`);
	const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
	try {
		const tcp = await connected(connectTcp({host: address, port: host.port}), 'connect', deadline);
		const socket = certificates ? await secured(tcp, host, certificates, deadline) : tcp;
		return judgeVersion(await askVersion(socket, host, deadline));
	} catch (error) {
		signal?.throwIfAborted();
		return deadline.aborted
			? problem('timeout', `${host.name}:${host.port} did not answer within ${timeoutMs / 1000} s`)
			: problemOf(error as NodeJS.ErrnoException, host);
	}
};

const connected = <S extends Socket>(socket: S, event: string, deadline: AbortSignal) =>
	new Promise<S>((resolve, reject) => {
		const onAbort = () => socket.destroy(deadline.reason);
		deadline.addEventListener('abort', onAbort, {once: true});
		socket.once('error', reject);
		socket.once('close', () => reject(new Error('The connection was closed')));
		socket.once(event, () => resolve(socket));
		if (deadline.aborted) onAbort();
	});

const secured = (socket: Socket, {name}: RemoteHost, {ca, cert, key}: Certificates, deadline: AbortSignal) => {
	const servername = isIP(name) ? undefined : name;
	const secure: TLSSocket = connectTls({socket, servername, host: name, ca, cert, key, ALPNProtocols: ['h2']});
	return connected(secure, 'secureConnect', deadline);
};

/** Control.Info of BuildKit's API; with TLS 1.3 a refused client certificate shows only in the first answer. */
const askVersion = (socket: Socket, {name, port}: RemoteHost, deadline: AbortSignal) =>
	new Promise<{package: string; version: string}>((resolve, reject) => {
		const session = connectHttp2(`https://${name}:${port}`, {createConnection: () => socket});
		const fail = (error: unknown) => {
			session.destroy();
			socket.destroy();
			reject(error);
		};
		deadline.addEventListener('abort', () => fail(deadline.reason), {once: true});
		session.on('error', fail);
		session.once('close', () => fail(new Error('The connection was closed')));
		socket.on('error', fail);
		const request = session.request({
			':method': 'POST',
			':path': '/moby.buildkit.v1.Control/Info',
			'content-type': 'application/grpc',
			te: 'trailers',
		});
		const pieces: Buffer[] = [];
		request.on('error', fail);
		request.on('data', (piece: Buffer) => pieces.push(piece));
		request.on('end', () => {
			session.close();
			const info = protobufFields(Buffer.concat(pieces).subarray(5));
			const version = protobufFields(info.get(1) ?? Buffer.alloc(0));
			const text = (field: number) => version.get(field)?.toString() ?? '';
			resolve({package: text(1), version: text(2)});
		});
		// A gRPC message: not compressed, length 0.
		request.end(Buffer.alloc(5));
	});

const judgeVersion = ({package: name, version}: {package: string; version: string}): RemoteProbe => {
	if (version === '') return problem('no-buildkit', 'It answers, but not as a BuildKit');
	const found = `${name} ${version}`;
	return name.includes('earthly') || name.toLowerCase().includes('earthbuild')
		? {ok: true, version: found}
		: problem('version', `It is ${found}; Earthly needs its own BuildKit (image earthly/buildkitd:v0.8.15)`);
};

const problem = (kind: Extract<RemoteProbe, {ok: false}>['problem'], detail: string): RemoteProbe => ({
	ok: false,
	problem: kind,
	detail,
});

const unknownCa = /UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE_FAILURE/;
const noTls =
	/ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|ERR_SSL_UNEXPECTED_MESSAGE/;

const problemOf = (error: NodeJS.ErrnoException, {name, port}: RemoteHost): RemoteProbe => {
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
	if (/ERR_SSL_|alert|certificate required/i.test(text)) {
		return problem('client-certificate', `${name} refuses earthly_cert.pem`);
	}
	return problem('no-buildkit', `${name}:${port} closed the connection: ${error.message}`);
};
