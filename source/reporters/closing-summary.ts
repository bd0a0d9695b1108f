import {failuresOf, type RunState} from '../pipeline/run-state.ts';
import {printable} from '../text/ansi.ts';
import {formatDuration} from '../text/durations.ts';
import {countChecks} from './format-checks.ts';
import {formatArtifact, formatFailure} from './plain-lines.ts';

/**
 * The closing summary, printed on the ordinary screen after the dashboard left; also what `runs show` prints.
 * @param isAlive Whether a run without an end is still at work.
 */
export function closingSummary(state: RunState, {isAlive = false}: {isAlive?: boolean} = {}): string {
	const {run, phase, steps} = state;
	if (!run || phase.kind === 'not-started') return 'This run never started.';
	const lines: string[] = [];
	const label = run.rehearsal ? 'REHEARSAL ' : '';
	if (phase.kind === 'running') {
		lines.push(`${label}run ${run.runId} ${isAlive ? 'is still running.' : 'did not end: it was killed.'}`);
	} else {
		const took = formatDuration(phase.endedAt - phase.startedAt);
		lines.push(`${label}${endings[phase.outcome]} Run ${run.runId} took ${took}.`);
	}
	const artifacts = steps.flatMap(step => step.artifacts);
	const latest = artifacts.filter(
		(artifact, index) => artifacts.findLastIndex(({kind}) => kind === artifact.kind) === index,
	);
	for (const artifact of latest) lines.push(`  ${formatArtifact(artifact)}`);
	const checks = countChecks(steps.flatMap(step => step.checks));
	if (checks) lines.push(`  Checks: ${checks}`);
	for (const step of steps) {
		for (const {verdict, title, detail, hint} of step.checks) {
			if (verdict !== 'fail') continue;
			lines.push(`  ✖ ${detail ? `${title}: ${detail}` : title}`, ...(hint ? [`    → ${hint}`] : []));
		}
	}
	for (const {step, failure} of failuresOf(state)) {
		// Failed checks stand above with all they have to say; the message would only string them together.
		const told = step.checks.some(({verdict}) => verdict === 'fail');
		const rest = formatFailure(failure).slice(told ? 1 : 0);
		lines.push(`✖ ${step.title} failed`, ...rest.map(text => `  ${text}`));
	}
	if (phase.kind === 'finished' && phase.failure) {
		const [message, ...rest] = formatFailure(phase.failure);
		lines.push(`✖ ${message}`, ...rest.map(text => `  ${text}`));
	}
	lines.push(`  Everything about it: ${run.folder}`);
	return printable(lines.join('\n'));
}

const endings = {passed: '✔ Passed.', failed: '✖ Failed.', cancelled: '■ Cancelled.'} as const;
