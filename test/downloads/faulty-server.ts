import {once} from 'node:events';
import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';

/** What a server does wrong with one request; nothing: it behaves. */
export type Fault = {
	/** Closes the connection after so many bytes of the body. */
	dropAfter?: number;
	/** Sends nothing more after so many bytes of the body, and keeps the connection open. */
	stallAfter?: number;
	/** Answers 200 with the whole file whatever range was asked for. */
	ignoresRange?: boolean;
	/** States a length that is off by so many bytes. */
	lengthOff?: number;
	/** Sends (and states) a range that begins so many bytes off. */
	rangeOff?: number;
	/** Sends at most so many bytes of a range. */
	mostOfRange?: number;
	/** States the range that was asked for, and sends bytes that lie so many further on. */
	shift?: number;
	/** Never answers. */
	silent?: boolean;
	gzips?: boolean;
	/** Sends a web page with status 200. */
	page?: boolean;
	redirectTo?: string;
	status?: number;
	headers?: http.OutgoingHttpHeaders;
	/** Bytes per second of this connection. */
	rate?: number;
	/** Bytes per second of all connections together. */
	linkRate?: number;
	/** No Content-Length: chunked, or until the connection closes. */
	length?: 'chunked' | 'until-close';
	/** Overrides the ETag; empty: none. */
	etag?: string;
	/** No Last-Modified. */
	undated?: boolean;
	/** Another file from now on. */
	content?: Buffer;
};

export type Seen = {path: string; range?: string; ifRange: string; headers: http.IncomingHttpHeaders};

export type FaultyServer = {
	url: string;
	origin: string;
	seen: Seen[];
	/** Most connections that were sending at the same time. */
	mostAtOnce(): number;
	/** Bytes of bodies handed to sockets. */
	sent(): number;
	close(): Promise<void>;
};

/** Serves `content`; `faultOf` is asked for each request, counted from 0. */
export const startFaultyServer = async (
	content: Buffer,
	faultOf: (count: number, seen: Seen) => Fault = () => ({}),
	address = '127.0.0.1',
): Promise<FaultyServer> => {
	const seen: Seen[] = [];
	let active = 0;
	let most = 0;
	let sent = 0;
	let linkFreeAt = 0;
	const link = async (count: number, rate: number) => {
		linkFreeAt = Math.max(linkFreeAt, performance.now() - 50) + (count * 1000) / rate;
		const early = linkFreeAt - performance.now();
		if (early > 0) await delay(early);
	};
	const server = http.createServer(async (request, response) => {
		const {range, 'if-range': ifRange} = request.headers;
		const entry: Seen = {path: request.url ?? '', range, ifRange: String(ifRange ?? ''), headers: request.headers};
		const fault = faultOf(seen.length, entry);
		seen.push(entry);
		active++;
		most = Math.max(most, active);
		try {
			await answer(request, response, fault.content ?? content, fault, async count => {
				sent += count;
				if (fault.linkRate !== undefined) await link(count, fault.linkRate);
			});
		} catch {
			response.destroy();
		} finally {
			active--;
		}
	});
	await new Promise<void>(resolve => server.listen(0, address, resolve));
	const origin = `http://${address}:${(server.address() as AddressInfo).port}`;
	return {
		url: `${origin}/firmware.bfb`,
		origin,
		seen,
		mostAtOnce: () => most,
		sent: () => sent,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
};

/** Bytes that are different everywhere, the same for the same seed. */
export const bytesOf = (size: number, seed = 1): Buffer => {
	const bytes = Buffer.alloc(size);
	let state = seed * 2654435761 + 1;
	for (let at = 0; at < size; at++) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		bytes[at] = state >>> 24;
	}
	return bytes;
};

const answer = async (
	request: http.IncomingMessage,
	response: http.ServerResponse,
	content: Buffer,
	fault: Fault,
	onSent: (count: number) => Promise<void>,
) => {
	if (fault.silent) return;
	if (fault.redirectTo !== undefined) return void response.writeHead(302, {location: fault.redirectTo}).end();
	if (fault.status !== undefined) return void response.writeHead(fault.status, fault.headers).end('no');
	if (fault.page) {
		return void response.writeHead(200, {'content-type': 'text/html'}).end('<html>Please log in</html>');
	}
	const etag = fault.etag ?? `"${content.length}-${content[0]}"`;
	const headers: http.OutgoingHttpHeaders = {
		...(etag !== '' && {etag}),
		...(!fault.undated && {'last-modified': 'Sun, 22 Nov 2026 07:00:00 GMT'}),
		'content-type': 'application/octet-stream',
		...fault.headers,
	};
	if (request.method === 'HEAD')
		return void response.writeHead(200, {...headers, 'content-length': content.length}).end();
	if (fault.gzips) {
		return void response.writeHead(200, {...headers, 'content-encoding': 'gzip'}).end(gzipSync(content));
	}
	const {range, 'if-range': ifRange} = request.headers;
	const isSame = ifRange === undefined || ifRange === etag || ifRange === headers['last-modified'];
	const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
	const useRange = asked && isSame && !fault.ignoresRange;
	let start = useRange ? Number(asked[1]) : 0;
	const askedEnd = useRange && asked[2] ? Number(asked[2]) + 1 : content.length;
	const end = Math.min(content.length, askedEnd, useRange && fault.mostOfRange ? start + fault.mostOfRange : askedEnd);
	if (useRange && start >= content.length) {
		return void response.writeHead(416, {...headers, 'content-range': `bytes */${content.length}`}).end();
	}
	if (useRange) start = Math.min(end - 1, Math.max(0, start + (fault.rangeOff ?? 0)));
	const length = end - start + (fault.lengthOff ?? 0);
	response.writeHead(useRange ? 206 : 200, {
		...headers,
		...(fault.length === undefined && {'content-length': Math.max(0, length)}),
		...(fault.length === 'until-close' && {connection: 'close', 'transfer-encoding': 'identity'}),
		...(useRange && {'content-range': `bytes ${start}-${end - 1}/${content.length}`}),
	});
	const shift = useRange && start > 0 ? (fault.shift ?? 0) : 0;
	const body = content.subarray(start + shift, end + shift);
	await send(response, body, {...fault, lengthOff: (fault.lengthOff ?? 0) + end - start - body.length}, onSent);
};

const send = async (
	response: http.ServerResponse,
	body: Buffer,
	fault: Fault,
	onSent: (count: number) => Promise<void>,
) => {
	const piece = fault.rate === undefined ? 64 * 1024 : Math.max(1, Math.floor(fault.rate / 100));
	const limit = Math.min(body.length, fault.dropAfter ?? body.length, fault.stallAfter ?? body.length);
	const gone = new AbortController();
	response.once('close', () => gone.abort());
	for (let at = 0; at < limit; ) {
		if (response.destroyed) return;
		const next = body.subarray(at, Math.min(limit, at + piece));
		at += next.length;
		await onSent(next.length);
		if (!response.write(next)) await once(response, 'drain', {signal: gone.signal});
		if (fault.rate !== undefined) await delay(10);
	}
	if (fault.dropAfter !== undefined && fault.dropAfter < body.length) {
		await new Promise(resolve => response.write('', resolve));
		await delay(2);
		response.destroy();
		return;
	}
	if (fault.stallAfter !== undefined && fault.stallAfter < body.length) {
		response.flushHeaders();
		await new Promise(resolve => response.once('close', resolve));
		return;
	}
	if ((fault.lengthOff ?? 0) > 0) {
		response.socket?.end();
		return;
	}
	response.end();
};
