import http from 'node:http';
import net, {type AddressInfo} from 'node:net';
import {pipeline} from 'node:stream';
import {onTestFinished} from 'vitest';

/** A forward proxy that looks every name up as this machine; `asked` has what it was asked for. */
export const startProxy = async ({refusesTunnels}: {refusesTunnels?: number} = {}) => {
	const asked: string[] = [];
	const server = http.createServer((request, response) => {
		asked.push(`${request.method} ${request.url}`);
		const {port, pathname} = new URL(request.url ?? '');
		const onward = http.request({host: '127.0.0.1', port, path: pathname, headers: request.headers}, answer => {
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			// What breaks on one side breaks on the other.
			pipeline(answer, response, () => undefined);
		});
		onward.on('error', () => response.destroy());
		request.pipe(onward);
	});
	const tunnels = new Set<net.Socket>();
	server.on('connect', (request, client: net.Socket, head) => {
		asked.push(`CONNECT ${request.url}`);
		if (refusesTunnels !== undefined) {
			client.end(`HTTP/1.1 ${refusesTunnels} No\r\nContent-Length: 0\r\n\r\n`);
			return;
		}
		const onward = net.connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
			client.write('HTTP/1.1 200 OK\r\n\r\n');
			onward.write(head);
			onward.pipe(client).pipe(onward);
		});
		for (const socket of [onward, client]) {
			tunnels.add(socket);
			socket.on('error', () => socket.destroy());
		}
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(
		() =>
			new Promise<void>(resolve => {
				server.close(() => resolve());
				server.closeAllConnections();
				for (const socket of tunnels) socket.destroy();
			}),
	);
	return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked};
};
