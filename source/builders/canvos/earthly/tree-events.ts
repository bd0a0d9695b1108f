import type {BuildNode, LogChunk} from '../../../pipeline/events.ts';

/** What a reader of Earthly's output says while the build runs. */
export type TreeEvent = {type: 'node'; node: BuildNode} | {type: 'log'; chunk: LogChunk};

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

/** How Earthly said the build ended; undefined where it said nothing. */
export type SaidOutcome = 'success' | 'failure' | 'cancelled' | undefined;

/** What BuildKit calls "exporting outputs": often the longest step of all. */
export const loadingImages = 'Loading images into Docker';

/** How a step of Earthly reads to people. */
export const displayName = (name: string) =>
	name === 'exporting outputs' ? loadingImages : name.replace(/\s+/g, ' ').trim();

/** Whether a step is BuildKit's own bookkeeping. */
export const isNoise = (name: string, category: string | undefined) =>
	category?.trim() === 'internal' ||
	category === 'context' ||
	name.startsWith('(fakecopy') ||
	name.startsWith('mkdir /run') ||
	name.startsWith('local context ');

/** Without escape sequences; what a carriage return overwrote is gone as on a terminal. */
export const plainText = (text: string) => text.replace(escapes, '').replace(/\r+$/, '').replace(/^.*\r/, '');

// CSI and OSC sequences, and the two-character ones.
const escapes = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Earthly ends every run with an advertisement and a hint for its interactive mode, which has no terminal here. */
export const isAdvertisement = (line: string) =>
	line.includes('Earthly Satellites') || /^Help: To debug your build, you can use the --interactive/.test(line);
