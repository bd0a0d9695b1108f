import type {Glyphs} from './glyphs.ts';
import {type Entry, type ListState, shownEntries, windowStart} from './list-state.ts';
import {emptyLine, type Line, line, selected, spread, toned} from './styled-text.ts';

export type ListEntry = Entry & {
	/** Remark at the right, such as a duration. */
	right?: Line;
	/** Mark before the title. */
	mark?: Line;
};

/** Rows of a list with a pointer at the marked entry; numbers that can be pressed stand before the first nine. */
export function drawList(
	entries: readonly ListEntry[],
	state: ListState,
	{width, height, glyphs, numbered = false}: {width: number; height: number; glyphs: Glyphs; numbered?: boolean},
): Line[] {
	const shown = shownEntries(entries, state);
	if (shown.length === 0)
		return [line(toned('muted', entries.length === 0 ? 'Nothing here yet.' : 'No entry matches.'))];
	const marked = Math.min(state.marked, shown.length - 1);
	const start = windowStart(marked, shown.length, height);
	return shown.slice(start, start + height).map(({entry, index}, offset) => {
		const isMarked = start + offset === marked;
		const number = numbered ? (index < 9 ? `${index + 1} ` : '  ') : '';
		const tone = entry.disabled === undefined ? 'plain' : 'muted';
		const row = spread(
			line(
				toned('accent', isMarked ? `${glyphs.pointer} ` : '  '),
				toned('muted', number),
				entry.mark ?? emptyLine,
				toned(tone, entry.title),
				toned('muted', entry.disabled === undefined ? '' : `  not possible: ${entry.disabled}`),
			),
			rightOf(entry.right, moreOf(offset, {start, height, count: shown.length, glyphs})),
			width,
			glyphs.ellipsis,
		);
		return isMarked ? selected(row) : row;
	});
}

const rightOf = (remark: Line = emptyLine, more: Line): Line =>
	remark.length > 0 && more.length > 0 ? line(remark, '   ', more) : [...remark, ...more];

/** In the first and last row: how many entries are out of sight. */
function moreOf(
	offset: number,
	{start, height, count, glyphs}: {start: number; height: number; count: number; glyphs: Glyphs},
): Line {
	const below = count - start - height;
	if (offset === height - 1 && below > 0) return line(toned('muted', `${glyphs.down} ${below} more`));
	return offset === 0 && start > 0 ? line(toned('muted', `${glyphs.up} ${start} more`)) : emptyLine;
}
