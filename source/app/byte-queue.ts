/** Bytes in the order in which they came, taken out in pieces: to join all of them would be a copy of all of them. */
export function createByteQueue() {
	const waiting: Uint8Array[] = [];
	let size = 0;
	return {
		size: () => size,
		add(bytes: Uint8Array) {
			waiting.push(bytes);
			size += bytes.length;
		},
		/** Those that were taken and are not done with come first again. */
		giveBack(bytes: Uint8Array) {
			waiting.unshift(bytes);
			size += bytes.length;
		},
		/** The first of them: about so many, as they were added. */
		take(about: number): Buffer {
			let taken = 0;
			let count = 0;
			while (taken < about && count < waiting.length) taken += waiting[count++]?.length ?? 0;
			size -= taken;
			return Buffer.concat(waiting.splice(0, count), taken);
		},
	};
}
