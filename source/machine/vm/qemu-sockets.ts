import {createServer} from 'node:net';
import type {Duplex} from 'node:stream';

export type Listener = {
	/** The one connection; never settles when nobody connects. */
	connected: Promise<Duplex>;
	/** Stops listening, and ends the connection if there was one. */
	close(): void;
};

/**
 * Listens on a unix socket for exactly one connection. We listen and QEMU connects, not the other way round: nothing has
 * to be polled, and QEMU itself offers nothing to connect to.
 */
export async function listenOnce(path: string): Promise<Listener> {
	const server = createServer();
	const {promise: connected, resolve} = Promise.withResolvers<Duplex>();
	let socket: Duplex | undefined;
	server.once('connection', connection => {
		socket = connection;
		// A reset is how a killed QEMU hangs up; 'close' follows and tells the reader.
		socket.on('error', () => undefined);
		server.close();
		resolve(connection);
	});
	await new Promise<void>((listening, failed) => {
		server.once('error', failed);
		server.listen(path, listening);
	});
	return {
		connected,
		close() {
			server.close();
			socket?.destroy();
		},
	};
}
