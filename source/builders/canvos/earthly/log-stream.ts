import {createBuildTree} from './build-tree.ts';
import {createRecordSplitter} from './record-splitter.ts';
import {parseRecord} from './records.ts';
import type {CommandFailure, SaidOutcome, TreeEvent} from './tree-events.ts';

/**
 * Turns the bytes of Earthly's log stream into tree events; cut anywhere, as they come. Lines that are no records are
 * counted and passed over.
 */
export const createLogStream = (onEvents: (events: TreeEvent[]) => void) => {
	let tree = createBuildTree();
	let records = 0;
	let broken = 0;
	const splitter = createRecordSplitter(line => {
		const record = parseRecord(line);
		if (!record) {
			broken++;
			return;
		}
		records++;
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
		/** Whole records so far, and lines that were none. */
		counts: () => ({records, broken}),
		outcome: (): SaidOutcome => tree.outcome(),
		failure: (): CommandFailure | undefined => tree.failure(),
	};
};
