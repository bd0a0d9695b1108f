import {FixableError, ToolError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {Failure} from './events.ts';
import type {Step} from './step.ts';

/** What the stream says about an error. `log` is where the step's complete log is. */
export const failureOf = (error: unknown, log?: string): Failure => {
	if (error instanceof FixableError) {
		const {code, message, hint} = error;
		return {code, message, hint, log: error.log ?? log, ...detailsOf(error)};
	}
	if (error instanceof ToolError) {
		const {code, message, hint, lastLines} = error;
		return {code, message, hint, log: error.log ?? log, lastLines};
	}
	const full = fullDisk(error);
	if (full !== undefined) return {...full, log};
	const message = error instanceof Error ? error.message : String(error);
	return {
		code: 'bug',
		message: `This is our bug: ${message}`,
		hint: 'Please report it with the log.',
		log,
		lastLines: error instanceof Error ? error.stack?.split('\n').slice(0, 12) : undefined,
	};
};

/** The exit code of a run in which `step` failed with this error. */
export const exitCodeOf = (error: unknown, step: Pick<Step, 'exit'>): ExitCode => {
	if (error instanceof FixableError || error instanceof ToolError) return exitCodes[error.exit ?? step.exit];
	return fullDisk(error) ? exitCodes[step.exit] : exitCodes.bug;
};

/** Whether an error only says that an AbortSignal fired. */
export const isCancellation = (error: unknown, signal: AbortSignal) =>
	signal.aborted && (error === signal.reason || (error instanceof Error && /^(Abort|Cancel)/.test(error.name)));

const fullDisk = (error: unknown): Omit<Failure, 'log'> | undefined => {
	const {code, path} = (error ?? {}) as NodeJS.ErrnoException;
	if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined;
	return {
		code: 'disk-full',
		message: `No space is left on the disk${path ? ` for ${path}` : ''}`,
		hint: 'Free some space (`edge-builder clean` shows what can go) or choose another `--workspace`, then run again.',
	};
};

// Rule books attach what they found to the error's cause as a ready Failure.
const detailsOf = ({cause}: FixableError): Partial<Failure> => {
	if (cause instanceof ToolError) return {lastLines: cause.lastLines};
	if (typeof cause !== 'object' || cause === null || !('lastLines' in cause)) return {};
	const {lastLines, source, document} = cause as Partial<Failure>;
	return {lastLines, source, document};
};
