import type {BuildNode, LogChunk} from '../../../pipeline/events.ts';

/** What a reader of Earthly's output says while the build runs. */
export type TreeEvent = {type: 'node'; node: BuildNode} | {type: 'log'; chunk: LogChunk};

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

/** Earthly ends every run with an advertisement and a hint for its interactive mode, which has no terminal here. */
export const isAdvertisement = (line: string) =>
	line.includes('Earthly Satellites') || /^Help: To debug your build, you can use the --interactive/.test(line);

/** Earthly prints all arguments of a target, each value that CanvOS's `.arg` has, before its first step. */
export const isArguments = (line: string) => /^ *\S+ \| (?:[A-Z][A-Z0-9_]*=\S* ){5}/.test(line);

/** `Earthfile:12` of the innermost place that an error message of Earthly names. */
export function sourceIn(message: string): string | undefined {
	const places = [...message.matchAll(/([\w./-]*Earthfile):(\d+):\d+/g)].filter(([, , line]) => line !== '0');
	const place = places.at(-1) ?? /([\w./-]*Earthfile)\s*syntax error: line (\d+):/.exec(message);
	return place ? `${place[1]}:${place[2]}` : undefined;
}

/** `+base-image` of the innermost target that such a message names: "in		+base-image" stands below it. */
export const targetIn = (message: string): string | undefined => /^in\s+(\S*\+\S+)$/m.exec(message)?.[1];
