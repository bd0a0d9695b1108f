import type {Line} from '../styled-text.ts';

/** The help in pages of at most so many rows: one where all of it fits, else one or more for each of its parts. */
export function helpPages(parts: readonly (readonly Line[])[], rows: number): readonly (readonly Line[])[] {
	const room = Math.max(1, rows);
	const all = parts.flat();
	if (all.length <= room) return [all];
	return parts.flatMap(part =>
		Array.from({length: Math.ceil(part.length / room)}, (_, page) => part.slice(page * room, (page + 1) * room)),
	);
}

/** What its frame is called. */
export const helpTitle = (page: number, pages: number): string =>
	pages === 1
		? 'Keys'
		: page + 1 < pages
			? `Keys, ${page + 1} of ${pages}: ? goes on`
			: `Keys, ${page + 1} of ${pages}`;
