import type {ExitReason} from './exit-codes.ts';

type Details = {
	/** What to try, one or two sentences. */
	hint?: string;
	/** Path of the complete log. */
	log?: string;
	/** Overrides the exit code of the step that failed. */
	exit?: ExitReason;
	cause?: unknown;
};

/** Something the person can act on: shown as message and hint, never with a stack. */
export class FixableError extends Error {
	override readonly name = 'FixableError';
	readonly hint?: string;
	readonly log?: string;
	readonly exit?: ExitReason;

	/** @param code Stable kebab-case identifier, for example `firmware-checksum`. */
	constructor(
		readonly code: string,
		message: string,
		{hint, log, exit, cause}: Details = {},
	) {
		super(message, {cause});
		this.hint = hint;
		this.log = log;
		this.exit = exit;
	}
}

type ToolDetails = Details & {
	exitCode?: number;
	/** Name of the signal that ended it, for example `SIGKILL`. */
	killedBy?: string;
	/** The last lines it printed, oldest first. */
	lastLines?: readonly string[];
};

/** A program we ran failed: which one, how it ended, what it said last, and where the whole log is. */
export class ToolError extends Error {
	override readonly name = 'ToolError';
	readonly code = 'tool-failed';
	readonly hint?: string;
	readonly log?: string;
	readonly exit?: ExitReason;
	readonly exitCode?: number;
	readonly killedBy?: string;
	readonly lastLines: readonly string[];

	constructor(
		readonly program: string,
		message: string,
		{hint, log, exit, exitCode, killedBy, lastLines = [], cause}: ToolDetails = {},
	) {
		super(message, {cause});
		this.hint = hint;
		this.log = log;
		this.exit = exit;
		this.exitCode = exitCode;
		this.killedBy = killedBy;
		this.lastLines = lastLines;
	}
}
