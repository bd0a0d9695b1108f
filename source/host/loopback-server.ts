import {randomBytes} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {pipeline} from 'node:stream';

export type LoopbackServer = {
	/** `http://127.0.0.1:PORT/TOKEN`, without a slash at the end. The token keeps other users of this machine out. */
	url: string;
	close(): Promise<void>;
};

/**
 * Serves files on this machine only, with ranges and ETags, for as long as a run needs them.
 * @param files Path below the URL (`/name`) to absolute path of the file.
 */
export async function serveFiles(files: Readonly<Record<string, string>>): Promise<LoopbackServer> {
	const token = randomBytes(16).toString('hex');
	const server = http.createServer((request, response) => {
		const file = Object.hasOwn(files, pathBelow(token, request.url)) ? files[pathBelow(token, request.url)] : undefined;
		answer(request, response, file).catch(() => response.destroy());
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const {port} = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/${token}`,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

const pathBelow = (token: string, url = '') => (url.startsWith(`/${token}/`) ? url.slice(token.length + 1) : '');

async function answer(request: http.IncomingMessage, response: http.ServerResponse, file: string | undefined) {
	const info = file === undefined ? undefined : await stat(file).catch(() => undefined);
	if (file === undefined || !info?.isFile()) return void response.writeHead(404).end();
	if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end();
	const etag = `"${info.ino}-${info.size}-${Math.round(info.mtimeMs)}"`;
	const headers = {etag, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream'};
	const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
	const range = isSame ? rangeOf(request.headers.range, info.size) : undefined;
	if (range === 'outside') {
		return void response.writeHead(416, {...headers, 'content-range': `bytes */${info.size}`}).end();
	}
	const {start, end} = range ?? {start: 0, end: info.size};
	response.writeHead(range ? 206 : 200, {
		...headers,
		'content-length': end - start,
		...(range && {'content-range': `bytes ${start}-${end - 1}/${info.size}`}),
	});
	if (request.method === 'HEAD' || end === start) return void response.end();
	const bytes = createReadStream(file, {start, end: end - 1, highWaterMark: 1024 * 1024});
	// A client that goes away is nothing to report.
	pipeline(bytes, response, () => undefined);
}

// One range is all our downloader asks for; anything else gets the whole file, as RFC 9110 allows.
function rangeOf(header: string | undefined, size: number) {
	const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
	if (!match) return undefined;
	const start = Number(match[1]);
	const end = match[2] ? Math.min(size, Number(match[2]) + 1) : size;
	return start >= size || end <= start ? ('outside' as const) : {start, end};
}
