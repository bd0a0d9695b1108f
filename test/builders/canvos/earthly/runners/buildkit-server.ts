import {createServer as createHttp2Server, createSecureServer} from 'node:http2';
import {type AddressInfo, connect, type Server} from 'node:net';
import {pipeline} from 'node:stream';
import {createServer as createTlsServer, type TlsOptions} from 'node:tls';
import {onTestFinished} from 'vitest';
import {infoAnswer} from './buildkit-answer.ts';

/** Listens until the test is over, and returns the port. */
export const listenOn = async (server: Server, address: string): Promise<number> => {
	await new Promise<void>(resolve => server.listen(0, address, resolve));
	onTestFinished(() => void server.close());
	return (server.address() as AddressInfo).port;
};

/**
 * A BuildKit as far as the probe goes: asks for a client certificate and answers Control.Info. Like the real one it takes no
 * part in the choice of a protocol (ALPN): HTTP/2 begins at once.
 * @returns its port.
 */
export async function startBuildkit(
	certificates: Pick<TlsOptions, 'cert' | 'key' | 'ca'>,
	{address = '127.0.0.1', name = 'github.com/earthly/buildkit', version = 'v0.8.15', builds = 0, hasAlpn = false} = {},
): Promise<number> {
	const options = {...certificates, requestCert: true, rejectUnauthorized: true};
	const http2 = hasAlpn ? createSecureServer(options) : createHttp2Server();
	http2.on('stream', stream => {
		stream.on('error', () => undefined);
		stream.respond({':status': 200, 'content-type': 'application/grpc'});
		stream.end(infoAnswer(name, version, builds));
	});
	http2.on('sessionError', () => undefined);
	if (hasAlpn) return listenOn(http2 as unknown as Server, address);
	const port = await listenOn(http2 as unknown as Server, '127.0.0.1');
	// Node's own server of HTTP/2 takes no TLS connection for which nothing was chosen.
	const tls = createTlsServer(options, secure => {
		pipeline(secure, connect(port, '127.0.0.1'), secure, () => undefined);
	});
	return listenOn(tls, address);
}
