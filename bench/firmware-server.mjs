// The file server that bench/firmware.mjs starts as a process of its own: SIZE RATE LINK, where RATE limits each connection
// and LINK all of them together (bytes per second, 0: none). Prints its port.
import http from 'node:http';

const [size, rate, link] = process.argv.slice(2).map(Number);
const block = Buffer.alloc(4 * 1024 * 1024);
for (let at = 0; at < block.length; at += 4) block.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);

let linkIsFreeAt = 0;
const server = http.createServer((request, response) => {
	const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
	const start = Number(range?.[1] ?? 0);
	const end = range?.[2] ? Number(range[2]) + 1 : size;
	response.writeHead(range ? 206 : 200, {
		etag: '"bench"',
		'accept-ranges': 'bytes',
		'content-length': end - start,
		...(range && {'content-range': `bytes ${start}-${end - 1}/${size}`}),
	});
	let at = start;
	const began = performance.now();
	const send = () => {
		while (at < end && !response.destroyed) {
			const now = performance.now();
			const early = Math.max(rate > 0 ? ((at - start) * 1000) / rate - (now - began) : 0, linkIsFreeAt - now);
			if (early > 0) {
				setTimeout(send, Math.max(2, early));
				return;
			}
			const offset = at % block.length;
			const count = Math.min(
				block.length - offset,
				end - at,
				rate > 0 ? Math.ceil(rate / 50) : link > 0 ? 128 * 1024 : 1024 * 1024,
			);
			at += count;
			// As much as a switch holds back may come at once.
			if (link > 0) linkIsFreeAt = Math.max(linkIsFreeAt, now - 5) + (count * 1000) / link;
			if (!response.write(block.subarray(offset, offset + count))) {
				response.once('drain', send);
				return;
			}
		}
		response.end();
	};
	send();
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
