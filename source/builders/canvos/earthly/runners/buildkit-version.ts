import {connect as connectHttp2} from 'node:http2';
import type {Socket} from 'node:net';

/**
 * What a BuildKit says of itself: the program it is a build of, and its version, empty where it says nothing; and how many
 * builds it has now, which only Earthly's tells (field 101 of its InfoResponse).
 */
export type BuildkitInfo = {package: string; version: string; builds: number};

/** A host that refuses our certificate ends the connection before it has said anything. */
export const closedAtGreeting = 'CLOSED_AT_GREETING';

/** Control.Info of BuildKit's API; with TLS 1.3 a refused client certificate shows only in the first answer. */
export const askInfo = (socket: Socket, authority: string, deadline: AbortSignal) =>
	new Promise<BuildkitInfo>((resolve, reject) => {
		const session = connectHttp2(`https://${authority}`, {createConnection: () => socket});
		let greeted = false;
		session.once('remoteSettings', () => (greeted = true));
		const fail = (error: NodeJS.ErrnoException) => {
			deadline.removeEventListener('abort', onAbort);
			session.destroy();
			// It did say something, which was no HTTP/2.
			const spoke = greeted || error.code === 'ERR_HTTP2_ERROR' || error.code?.startsWith('ERR_SSL');
			reject(spoke ? error : Object.assign(new Error(error.message), {code: closedAtGreeting}));
		};
		const onAbort = () => fail(deadline.reason as Error);
		deadline.addEventListener('abort', onAbort, {once: true});
		// The reason comes at the socket, after the session has only seen it close.
		socket.once('error', fail);
		session.on('error', error => setImmediate(fail, error));
		session.once('close', () => setImmediate(fail, new Error('the connection was closed')));
		const request = session.request({
			':method': 'POST',
			':path': '/moby.buildkit.v1.Control/Info',
			'content-type': 'application/grpc',
			te: 'trailers',
		});
		const pieces: Buffer[] = [];
		request.on('error', error => setImmediate(fail, error));
		request.on('data', (piece: Buffer) => pieces.push(piece));
		request.on('end', () => {
			deadline.removeEventListener('abort', onAbort);
			const info = protobufFields(Buffer.concat(pieces).subarray(5));
			const version = protobufFields(info.bytes.get(1) ?? Buffer.alloc(0));
			const text = (field: number) => version.bytes.get(field)?.toString() ?? '';
			if (greeted) resolve({package: text(1), version: text(2), builds: info.numbers.get(101) ?? 0});
			session.close();
		});
		// A gRPC message: not compressed, length 0.
		request.end(Buffer.alloc(5));
	});

/** Fields of a protobuf message by their numbers: strings and messages as bytes, and numbers; enough for what BuildKit says. */
function protobufFields(bytes: Buffer): {bytes: Map<number, Buffer>; numbers: Map<number, number>} {
	const fields = {bytes: new Map<number, Buffer>(), numbers: new Map<number, number>()};
	let at = 0;
	const varint = () => {
		let value = 0;
		for (let shift = 0; at < bytes.length; shift += 7) {
			const byte = bytes[at++] ?? 0;
			value += (byte & 0x7f) * 2 ** shift;
			if (byte < 0x80) break;
		}
		return value;
	};
	while (at < bytes.length) {
		const key = varint();
		const wireType = key & 7;
		if (wireType === 2) {
			const length = varint();
			fields.bytes.set(Math.floor(key / 8), bytes.subarray(at, at + length));
			at += length;
		} else if (wireType === 0) fields.numbers.set(Math.floor(key / 8), varint());
		else at += wireType === 1 ? 8 : wireType === 5 ? 4 : bytes.length;
	}
	return fields;
}
