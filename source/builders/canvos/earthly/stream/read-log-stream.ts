import type {CommandFailure} from '../../failures/failure-rule.ts';
import type {SaidOutcome, TreeEvent} from '../build-output.ts';
import {createBuildTree} from './build-tree.ts';
import {parseRecord} from './parse-record.ts';

/**
 * Turns the bytes of Earthly's log stream into tree events; cut anywhere, as they come. Lines that are no records are
 * counted and passed over.
 */
export function createLogStream(onEvents: (events: TreeEvent[]) => void) {
	let tree = createBuildTree();
	let broken = 0;
	const splitter = createRecordSplitter(line => {
		const record = parseRecord(line);
		if (!record) {
			broken++;
			return;
		}
		tell(tree.accept(record));
	});
	const tell = (events: TreeEvent[]) => {
		if (events.length > 0) onEvents(events);
	};
	return {
		push: splitter.push,
		/** The file was begun anew: the image's entry point runs Earthly three times, each writing it from the start. */
		restart() {
			splitter.reset();
			tell(tree.finish('success'));
			tree = createBuildTree();
		},
		/** @param how What the exit of Earthly says, for streams that stop without an outcome. */
		finish(how: NonNullable<SaidOutcome>) {
			splitter.flush();
			tell(tree.finish(how));
		},
		/** Lines so far that were no records. */
		broken: () => broken,
		outcome: (): SaidOutcome => tree.outcome(),
		failure: (): CommandFailure | undefined => tree.failure(),
	};
}

/** Longest line that is kept; a longer one is dropped whole, since half a record is none. */
const longestRecord = 64 * 1024 * 1024;
const lineFeed = 10;

/** Cuts bytes into the lines of a log stream. Pieces of a long line are joined once, when it ends. */
function createRecordSplitter(onLine: (line: string) => void) {
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
}
