import {createHash} from 'node:crypto';

/** Short name for a run where its id is too long, or may not be written as it is: names of images, paths of sockets. */
export const markOf = (runId: string) => createHash('sha256').update(runId).digest('hex').slice(0, 12);

/**
 * Whether a name can only have been given by that run: `edge-builder-`, a word or none, and the run's mark. Whoever plants
 * a journal chooses the id of its run, but not the mark that follows from it.
 */
export const bearsMark = (name: string, runId: string) =>
	ownParts(name).some(part => new RegExp(`^${markOf(runId)}(?![0-9a-zA-Z])`).test(part));

/** The same for names of containers, which may bear the whole id instead: `edge-builder-iso-ID`, or a number behind it. */
export const bearsMarkOrId = (name: string, runId: string) =>
	bearsMark(name, runId) ||
	ownParts(name).some(part => part.startsWith(runId) && /^(-[0-9a-f]{8})?$/.test(part.slice(runId.length)));

function ownParts(name: string) {
	const [, own] = /^edge-builder-(.+)$/.exec(name) ?? [];
	return own === undefined ? [] : [own, own.replace(/^[a-z]+-/, '')];
}
