import {preloading} from './preload.ts';

/** Environment in which all HTTP servers of the program together send so many bytes a second, like the internet does. */
export const slowServers = (folder: string, bytesPerSecond: number) =>
	preloading(
		folder,
		`const {ServerResponse} = require('node:http');
		const {write, end} = ServerResponse.prototype;
		let freeAt = 0;
		const inTurn = (bytes, work) => {
			freeAt = Math.max(freeAt, performance.now()) + (bytes * 1000) / ${bytesPerSecond};
			setTimeout(work, Math.max(0, freeAt - performance.now()));
		};
		ServerResponse.prototype.write = function (bytes, ...given) {
			inTurn(bytes.length, () => {
				if (this.destroyed) return;
				write.call(this, bytes, ...given);
				this.emit('drain');
			});
			return false;
		};
		ServerResponse.prototype.end = function (...given) {
			inTurn(0, () => end.apply(this, given));
			return this;
		};`,
	);
