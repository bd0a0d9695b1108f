import type {Settings} from '../../../settings/settings.ts';

/** The command that failed, as far as Earthly named it. */
export type CommandFailure = {
	/** Earthly's own kind, for example `NONZERO_EXIT`. */
	type?: string;
	/** The command as the Earthfile has it: `RUN make`. */
	command?: string;
	/** For example `+base-image`. */
	target?: string;
	/** For example `Earthfile:12`. */
	source?: string;
	/** What Earthly says of it. */
	message: string;
	/** What the command printed last, oldest first. */
	output: readonly string[];
};

/** Everything that is known of a build that failed. */
export type Evidence = {
	exitCode?: number;
	/** Signal that ended the runner, for example `SIGKILL`. */
	killedBy?: string;
	/** The failed command, where Earthly named one. */
	failure?: CommandFailure;
	/** Last lines of the console text, escape codes removed, oldest first. */
	console: readonly string[];
	runner: Settings['runner'];
	/** Whether Docker answered when it was asked after the failure; undefined where it wasn't asked. */
	dockerAnswers?: boolean;
	/** Path of the complete console text. */
	log?: string;
};

/** What a rule tells; `found` are the groups of the pattern that matched. */
type Explanation = {message: string; hint: string};

/** One entry of the rule book: how a failure is recognised, what it means, and what to do. */
export type FailureRule = {
	/** Stable; also the anchor in docs/troubleshooting.md. */
	code: string;
	/** Matched against what Earthly says of the failed command and what that printed; without one, against the console. */
	patterns?: readonly RegExp[];
	/** Earthly's own kinds of failure that mean this whatever was printed. */
	types?: readonly string[];
	/** The failed command must match as well. */
	command?: RegExp;
	/** Anything else that must hold. */
	when?(evidence: Evidence): boolean;
	explain(found: readonly (string | undefined)[], evidence: Evidence): Explanation;
};
