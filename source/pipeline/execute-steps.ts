import {join} from 'node:path';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {createCleanup} from './cleanup.ts';
import type {EventStream} from './event-stream.ts';
import type {PublicSettings, RunHeader, RunOutcome, StepId, StepOutcome, UsualTimes} from './events.ts';
import {dueToFullDisk, exitCodeOf, failureOf, isCancellation} from './failure.ts';
import {assertRunnable, planOf} from './plan.ts';
import {forgetReceipt, hashOf, writeReceipt} from './receipts.ts';
import {createDecider} from './run-or-skip.ts';
import type {RunResults, Step, StepContext} from './step.ts';
import {createRecorder} from './step-reporter.ts';

export type RunEnd = {outcome: RunOutcome; exitCode: ExitCode};

type RunInput = {
	steps: readonly Step[];
	stream: EventStream;
	header: RunHeader;
	publicSettings: PublicSettings;
	/** What the steps take on this machine, as far as it is known. */
	usual?: UsualTimes;
	/** Everything of the steps' context that is the same for all of them. */
	context: Omit<StepContext, 'report' | 'signal' | 'cleanup' | 'results'>;
	/** Aborts to cancel the run; with a FixableError as its reason, the run fails of it. */
	signal: AbortSignal;
	/** What happened before the run and belongs in its record, such as the cleaning up after a killed one. */
	opening?: readonly string[];
};

/**
 * Runs the steps, independent ones side by side, and always ends with every cleanup done and `run-finished` emitted.
 * Never rejects: whatever goes wrong is in the stream and in the exit code.
 */
export async function executeRun({
	steps,
	stream,
	header,
	publicSettings,
	usual = {},
	context,
	signal,
	opening = [],
}: RunInput): Promise<RunEnd> {
	assertRunnable(steps);
	const own = new AbortController();
	const stop = () => own.abort(signal.reason);
	if (signal.aborted) stop();
	signal.addEventListener('abort', stop, {once: true});

	const note = (step: StepId, text: string) => stream.emit({type: 'log', step, chunk: {stream: 'note', text}});
	const lastStep = {id: steps[0]?.id ?? 'check-host'};
	const cleanup = createCleanup((what, error) =>
		note(lastStep.id, `Cleaning up (${what}) failed: ${messageOf(error)}`),
	);
	const results: RunResults = {firmware: []};
	const decide = createDecider(steps, header.version);
	let exitCode: ExitCode = exitCodes.done;
	const fail = (code: ExitCode) => {
		if (exitCode === exitCodes.done) exitCode = code;
	};

	stream.emit({type: 'run-started', run: header, plan: planOf(steps, context), settings: publicSettings, usual});

	for (const text of opening) note(lastStep.id, text);

	const runStep = async (step: Step): Promise<StepOutcome> => {
		const recorder = createRecorder(stream, step.id);
		const c: StepContext = {...context, report: recorder, signal: own.signal, cleanup, results};
		lastStep.id = step.id;
		try {
			const decision = await decide(step, c);
			own.signal.throwIfAborted();
			if (decision.kind === 'skip') return {kind: 'skipped', reason: decision.reason};
			if (decision.kind === 'reuse') {
				for (const check of decision.receipt.checks) recorder.check(check);
				for (const artifact of decision.receipt.artifacts) recorder.artifact(artifact);
				return {kind: 'skipped', reason: decision.reason};
			}
			stream.emit({type: 'step-started', step: step.id});
			if (decision.because !== undefined) recorder.note(`Runs because ${decision.because}.`);
			if (step.inputs) await forgetReceipt(c, step.id);
			const found = await step.run(c);
			own.signal.throwIfAborted();
			if (step.inputs && decision.inputs !== undefined) {
				const {artifacts, checks} = recorder.recorded();
				await writeReceipt(c, {
					step: step.id,
					runId: header.runId,
					version: header.version,
					at: context.host.now(),
					inputsHash: hashOf(decision.inputs),
					inputs: decision.inputs,
					artifacts,
					checks,
				});
			}
			return found ? {kind: 'skipped', reason: found.skipped} : {kind: 'done'};
		} catch (thrown) {
			const stoppedBy: unknown = own.signal.reason;
			// Told once, by the step that was stopped first.
			const isReason = stoppedBy instanceof FixableError && exitCode === exitCodes.done;
			const error = isReason ? stoppedBy : dueToFullDisk(thrown, recorder.recorded().saidFullDisk);
			if (own.signal.aborted && !isReason) {
				// Whatever else it says now (a program that was killed, a socket that broke) is a consequence of the stop.
				if (!isCancellation(error, own.signal)) recorder.note(`Ended by the stop: ${messageOf(error)}`);
				return {kind: 'cancelled'};
			}
			fail(exitCodeOf(error, step));
			return {kind: 'failed', failure: failureOf(error, join(context.run.logs, `${step.id}.log`))};
		}
	};

	const endings = new Map<StepId, Promise<boolean>>();
	for (const step of inRunningOrder(steps)) {
		const before = step.after.map(id => endings.get(id));
		const ending = (async () => {
			const ready = (await Promise.all(before)).every(Boolean);
			if (!ready || own.signal.aborted || exitCode !== exitCodes.done) return false;
			const outcome = await runStep(step);
			stream.emit({type: 'step-finished', step: step.id, outcome});
			if (outcome.kind === 'failed' && step.exit !== 'verification') {
				// A failed verification lets its siblings finish, so that all verdicts are there at once.
				own.abort(new DOMException('Another step failed', 'AbortError'));
			}
			return outcome.kind === 'done' || outcome.kind === 'skipped';
		})();
		endings.set(step.id, ending);
	}
	const isComplete = (await Promise.all(endings.values())).every(Boolean);
	signal.removeEventListener('abort', stop);
	// Between two steps there was none to tell it.
	const {reason} = own.signal;
	const untold = !isComplete && reason instanceof FixableError && exitCode === exitCodes.done ? reason : undefined;
	if (untold) fail(exitCodeOf(untold, {exit: 'host'}));
	await cleanup.runAll();

	// A stop that comes while everything is only being cleaned up comes too late to take anything back.
	const outcome: RunOutcome = exitCode !== exitCodes.done ? 'failed' : isComplete ? 'passed' : 'cancelled';
	stream.emit({type: 'run-finished', outcome, ...(untold && {failure: failureOf(untold)})});
	return {outcome, exitCode: outcome === 'cancelled' ? exitCodes.cancelled : exitCode};
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function inRunningOrder(steps: readonly Step[]): Step[] {
	const ordered: Step[] = [];
	const place = (step: Step) => {
		if (ordered.includes(step)) return;
		for (const before of steps.filter(({id}) => step.after.includes(id))) place(before);
		ordered.push(step);
	};
	for (const step of steps) place(step);
	return ordered;
}
