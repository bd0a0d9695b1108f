import type {Artifact, CheckResult, Progress, StepId} from './events.ts';
import type {Reporter} from './step.ts';
import type {EventStream} from './stream.ts';

// A fast download reports thousands of times a second; readers need a few.
const progressEveryMs = 100;

/** A step's voice in the stream, which also remembers what belongs in its receipt. */
export const createRecorder = (
	stream: EventStream,
	step: StepId,
	now: () => number,
): Reporter & {recorded(): {artifacts: readonly Artifact[]; checks: readonly CheckResult[]}} => {
	const artifacts: Artifact[] = [];
	const checks: CheckResult[] = [];
	let lastProgressAt = Number.NEGATIVE_INFINITY;
	const isWorthTelling = ({done, total}: Progress) =>
		done === 0 || done === total || now() - lastProgressAt >= progressEveryMs;
	return {
		progress(progress) {
			if (!isWorthTelling(progress)) return;
			lastProgressAt = now();
			stream.emit({type: 'step-progress', step, progress});
		},
		log: chunk => stream.emit({type: 'log', step, chunk}),
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
		recorded: () => ({artifacts, checks}),
	};
};
