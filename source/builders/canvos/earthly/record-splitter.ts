/** Longest line that is kept; a longer one is dropped whole, since half a record is none. */
const longestRecord = 64 * 1024 * 1024;
const lineFeed = 10;

/** Cuts bytes into the lines of a log stream. Pieces of a long line are joined once, when it ends. */
export const createRecordSplitter = (onLine: (line: string) => void) => {
	let pieces: Buffer[] = [];
	let size = 0;
	const keep = (piece: Buffer) => {
		size += piece.length;
		if (size <= longestRecord) pieces.push(piece);
		else pieces = [];
	};
	const finishLine = () => {
		if (size > 0 && size <= longestRecord) onLine(Buffer.concat(pieces).toString());
		pieces = [];
		size = 0;
	};
	return {
		push(bytes: Buffer) {
			let start = 0;
			for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
				keep(bytes.subarray(start, end));
				finishLine();
				start = end + 1;
			}
			// A copy, because the caller reads the next piece into the same memory.
			if (start < bytes.length) keep(Buffer.from(bytes.subarray(start)));
		},
		/** The last line, which a killed Earthly leaves without its line feed. */
		flush: finishLine,
		/** Forgets a started line. */
		reset() {
			pieces = [];
			size = 0;
		},
	};
};
