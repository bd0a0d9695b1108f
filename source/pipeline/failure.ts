import {FixableError, ToolError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {fullDiskHint, refusalOf} from '../host/system-errors.ts';
import type {Failure} from './events.ts';
import type {Step} from './step.ts';

/** What the stream says about an error. `log` is where the step's complete log is. */
export function failureOf(error: unknown, log?: string): Failure {
	if (error instanceof FixableError) {
		const {code, message, hint} = error;
		return {code, message, hint, log: error.log ?? log, ...detailsOf(error)};
	}
	if (error instanceof ToolError) {
		const {code, message, hint, lastLines} = error;
		return {code, message, hint, log: error.log ?? log, lastLines};
	}
	const refusal = refusalOf(error);
	if (refusal) return {...refusal, log};
	const message = error instanceof Error ? error.message : String(error);
	return {
		code: 'bug',
		message: `This is our bug: ${message}`,
		hint: 'Please report it with the log.',
		log,
		lastLines: error instanceof Error ? error.stack?.split('\n').slice(0, 12) : undefined,
	};
}

/** The exit code of a run in which `step` failed with this error. */
export function exitCodeOf(error: unknown, step: Pick<Step, 'exit'>): ExitCode {
	if (error instanceof FixableError || error instanceof ToolError) return exitCodes[error.exit ?? step.exit];
	return refusalOf(error) ? exitCodes[step.exit] : exitCodes.bug;
}

/** Whether an error only says that an AbortSignal fired. */
export const isCancellation = (error: unknown, signal: AbortSignal) =>
	signal.aborted && (error === signal.reason || (error instanceof Error && /^(Abort|Cancel)/.test(error.name)));

/** What to stop a run with whose record can't be written any more. */
export function recordFailure(path: string, error: Error): FixableError {
	const refusal = refusalOf(Object.assign(error, {path}));
	return refusal
		? new FixableError(refusal.code, refusal.message, {hint: refusal.hint, cause: error})
		: new FixableError('record-unwritable', `The record ${path} cannot be written: ${error.message}`, {
				hint: 'A run without its record proves nothing. Look at the disk, or choose another `--workspace`.',
				cause: error,
			});
}

/** Whether a program's output says that a disk or a quota is full. */
export const saysFullDisk = (text: string) => /No space left on device|\bENOSPC\b|Disk quota exceeded/.test(text);

/** What a program's failure was due to when its step's output said that a disk is full; other errors as they are. */
export function dueToFullDisk(error: unknown, saidSo: boolean): unknown {
	const tool = error instanceof ToolError ? error : error instanceof FixableError ? error.cause : undefined;
	if (!(tool instanceof ToolError) || !(saidSo || saysFullDisk(`${tool.message}\n${tool.lastLines.join('\n')}`)))
		return error;
	return new FixableError('disk-full', `No space is left on the disk: ${tool.message}`, {
		hint: fullDiskHint,
		exit: tool.exit,
		cause: tool,
	});
}

// Rule books attach what they found to the error's cause as a ready Failure.
function detailsOf({cause}: FixableError): Partial<Failure> {
	if (cause instanceof ToolError) return {lastLines: cause.lastLines};
	if (typeof cause !== 'object' || cause === null || !('lastLines' in cause)) return {};
	const {lastLines, source, document} = cause as Partial<Failure>;
	return {lastLines, source, document};
}
