import type {EventStream} from './event-stream.ts';
import type {Artifact, CheckResult, Progress, StepId} from './events.ts';
import {saysFullDisk} from './failure.ts';
import type {Reporter} from './step.ts';

// A fast download reports thousands of times a second; readers need a few.
const progressEveryMs = 100;

/** A step's voice in the stream, which also remembers what belongs in its receipt. */
export function createRecorder(
	stream: EventStream,
	step: StepId,
): Reporter & {recorded(): {artifacts: readonly Artifact[]; checks: readonly CheckResult[]; saidFullDisk: boolean}} {
	const artifacts: Artifact[] = [];
	const checks: CheckResult[] = [];
	let saidFullDisk = false;
	let lastProgressAt = Number.NEGATIVE_INFINITY;
	const isWorthTelling = ({done, total}: Progress) =>
		done === 0 || done === total || stream.now() - lastProgressAt >= progressEveryMs;
	return {
		progress(progress) {
			if (!isWorthTelling(progress)) return;
			lastProgressAt = stream.now();
			stream.emit({type: 'step-progress', step, progress});
		},
		log(chunk) {
			saidFullDisk ||= chunk.stream !== 'serial' && saysFullDisk(chunk.text);
			stream.emit({type: 'log', step, chunk});
		},
		note: text => stream.emit({type: 'log', step, chunk: {stream: 'note', text}}),
		check(result) {
			checks.push(result);
			stream.emit({type: 'check', step, result});
		},
		artifact(artifact) {
			artifacts.push(artifact);
			stream.emit({type: 'artifact', step, artifact});
		},
		node: node => stream.emit({type: 'build-node', step, node}),
		now: stream.now,
		recorded: () => ({artifacts, checks, saidFullDisk}),
	};
}
