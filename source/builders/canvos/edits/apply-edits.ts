import {nearestLines} from '../../../text/similarity.ts';
import type {Edit} from './read-edits.ts';

/** Texts by path. */
export type Files = Readonly<Record<string, string | undefined>>;

/** Why an edit does not fit: in words, with the lines that come nearest. */
export type Misfit = {edit: Edit; words: string};

/**
 * Makes all edits in memory, or none: each anchor has to be there exactly once, in its scope, in the text as it was.
 * @returns the files that change, or every misfit
 */
export function applyEdits(
	files: Files,
	edits: readonly Edit[],
): {changed: Record<string, string>} | {misfits: Misfit[]} {
	const placed: {edit: Edit; index: number}[] = [];
	const misfits: Misfit[] = [];
	for (const edit of edits) {
		const found = locate(files[edit.file], edit);
		if (typeof found === 'number') placed.push({edit, index: found});
		else misfits.push({edit, words: found.words});
	}
	if (misfits.length > 0) return {misfits};
	const changed: Record<string, string> = {};
	for (const file of new Set(edits.map(edit => edit.file))) {
		changed[file] = insertAll(
			files[file] ?? '',
			placed.filter(({edit}) => edit.file === file),
		);
	}
	return {changed};
}

/** `Earthfile, +base-image, anchor O1 “    DO +OS_RELEASE”: its line is missing`. */
export const misfitLine = ({edit, words}: Misfit) =>
	`${edit.file}${edit.scope === undefined ? '' : `, +${edit.scope}`}, anchor ${edit.id} “${edit.anchor.trim()}”: ${words}`;

function insertAll(text: string, placed: readonly {edit: Edit; index: number}[]) {
	const lines = text.split('\n');
	const insertions = placed.map(({edit, index}) => ({
		at: edit.place === 'before' ? index : index + 1,
		lines: edit.content.replace(/\n$/, '').split('\n'),
	}));
	// From the end, so that earlier places stay where they were; at one place in the order of the edits.
	for (const insertion of insertions.reverse().toSorted((a, b) => b.at - a.at)) {
		lines.splice(insertion.at, 0, ...insertion.lines);
	}
	return lines.join('\n');
}

/** The index of the anchor's line, or why there is none. */
function locate(text: string | undefined, edit: Edit): number | {words: string} {
	if (text === undefined) return {words: 'there is no such file'};
	const lines = text.split('\n').map(line => line.trimEnd());
	const block = edit.scope === undefined ? {start: 0, end: lines.length} : blockOf(lines, edit.scope);
	if ('words' in block) return block;
	const anchor = edit.anchor.trimEnd();
	const matches = (line: string) => (edit.match === 'prefix' ? line.startsWith(anchor) : line === anchor);
	const found = lines.flatMap((line, index) =>
		index >= block.start && index < block.end && matches(line) ? [index] : [],
	);
	const [index] = found;
	if (index !== undefined && found.length === 1) return index;
	if (found.length > 1)
		return {words: `its line is there ${found.length} times (lines ${found.map(at => at + 1).join(', ')})`};
	const near = nearestLines(anchor, lines.slice(block.start, block.end)).map(
		({line, index: at}) => `line ${block.start + at + 1} “${line.trim()}”`,
	);
	return {words: `its line is missing${near.length > 0 ? `; nearest: ${near.join(', ')}` : ''}`};
}

// A target's block ends where the next line begins that isn't indented, empty or a comment.
function blockOf(lines: readonly string[], target: string): {start: number; end: number} | {words: string} {
	const heads = lines.flatMap((line, index) => (line === `${target}:` ? [index] : []));
	const [head] = heads;
	if (head === undefined || heads.length > 1) return {words: `the target +${target} is there ${heads.length} times`};
	const length = lines.slice(head + 1).findIndex(line => /^[^\s#]/.test(line));
	return {start: head + 1, end: length < 0 ? lines.length : head + 1 + length};
}
