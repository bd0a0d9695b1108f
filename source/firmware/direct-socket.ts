import net from 'node:net';
import tls from 'node:tls';

/**
 * Sockets whose bytes can be taken before Node's HTTP parser makes objects of them: a gigabyte costs 0.2 s of CPU this
 * way instead of 1.1 s (Node 24, loopback), and no garbage. Until `divert` is called they are ordinary sockets.
 */
export type DirectReader = {
	/** Sends all further bytes to the target; the socket must have none waiting. */
	divert(target: DirectTarget): void;
};

export type DirectTarget = {
	/** Memory for the next read; undefined while there is none. */
	room(): Uint8Array | undefined;
	/** That many bytes were read into the last `room()`; false stops reading until `socket.resume()`. */
	took(count: number): boolean;
	/** Bytes that were read elsewhere, for the socket had its memory before. They are the target's to keep. */
	give(bytes: Uint8Array): boolean;
};

const readers = new WeakMap<object, DirectReader>();

/** The direct reader of a socket, if it was made by {@link connectDirectly}. */
export const directReaderOf = (socket: object): DirectReader | undefined => readers.get(socket);

/** Opens a connection, for the `createConnection` of an agent. */
export const connectDirectly = (
	options: net.TcpNetConnectOpts | tls.ConnectionOptions,
	secure: boolean,
): net.Socket => {
	const own = Buffer.allocUnsafeSlow(64 * 1024);
	let target: DirectTarget | undefined;
	let given: Uint8Array | undefined;
	const onread = {
		// Asked after each read, for the next one: right after `divert` or a pause, that one still goes to the old place.
		buffer() {
			given = target?.room();
			return given ?? own;
		},
		callback(count: number, bytes: Uint8Array): boolean {
			if (target && bytes === given) return target.took(count);
			const copied = Buffer.from(bytes.subarray(0, count));
			return target ? target.give(copied) : socket.push(copied);
		},
	};
	const socket = secure
		? tls.connect({...(options as tls.ConnectionOptions), onread} as tls.ConnectionOptions)
		: net.connect({...(options as net.TcpNetConnectOpts), onread});
	readers.set(socket, {
		divert(next) {
			target = next;
		},
	});
	return socket;
};
