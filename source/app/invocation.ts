import type {Readable, Writable} from 'node:stream';
import type {Host} from '../host/host.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import type {Printer} from '../reporters/command-printer.ts';
import type {Layer} from '../settings/layers.ts';
import type {PathBase} from '../settings/path-settings.ts';

/** A stream that may be a terminal. */
export type Screen = Writable & {isTTY?: boolean; columns?: number; rows?: number};
export type Keyboard = Readable & {isTTY?: boolean; setRawMode?(raw: boolean): unknown};

/** How results are shown: dashboard, readable lines, or one JSON object a line. */
export type OutputMode = 'screens' | 'plain' | 'json';

/** One call of the program: what was asked, and everything a command needs to answer. */
export type Invocation = Printer & {
	/** Flags and `NAME=value` arguments, as layers of settings. */
	layers: readonly Layer[];
	/** Name or path given with `--preset`. */
	preset?: string;
	output: OutputMode;
	quiet: boolean;
	/** Everything that would be asked is agreed to. */
	yes: boolean;
	dryRun: boolean;
	workspace: Workspace;
	host: Host;
	env: Readonly<Record<string, string | undefined>>;
	/** Version of this product. */
	version: string;
	/** As the person typed it. */
	commandLine: string;
	stdin: Keyboard;
	/** For screens, questions and sinks; what a command says goes through `print`, `tell` and `printJson`. */
	stdout: Screen;
	stderr: Screen;
	/** Calls back on Ctrl-C, SIGTERM and a closed terminal; the returned function stops that. */
	onInterrupt(callback: (signal: NodeJS.Signals) => void): () => void;
};

/** Where paths of a call's settings begin. */
export const pathBase = ({host, workspace}: Pick<Invocation, 'host' | 'workspace'>): PathBase => ({
	workspace: workspace.root,
	home: host.machine.user.home,
});
