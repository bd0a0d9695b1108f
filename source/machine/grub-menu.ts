/** GRUB's menu as it stands on the screen. `selected` is undefined while the menu is being drawn. */
export type GrubMenu = {entries: string[]; selected?: number};

/**
 * Finds the boot menu on a screen: the lines in the box below GRUB's title; the selected one begins with a star.
 * Undefined when there is none, or only a part of it.
 */
export const readGrubMenu = (lines: readonly string[]): GrubMenu | undefined => {
	const title = lines.findIndex(line => /GNU GRUB +version/.test(line));
	if (title < 0) return undefined;
	const top = lines.findIndex((line, row) => row > title && isBorder(line));
	const bottom = lines.findIndex((line, row) => row > top && isBorder(line));
	if (top < 0 || bottom < 0) return undefined;
	const rows = lines
		.slice(top + 1, bottom)
		.map(line => line.trim().replace(/^[│|]/, '').replace(/[│|]$/, '').trimEnd())
		.filter(line => line.trim() !== '');
	const selected = rows.findIndex(row => row.trimStart().startsWith('*'));
	return {entries: rows.map(row => row.trim().replace(/^\*/, '').trim()), ...(selected >= 0 && {selected})};
};

// Drawn with box characters, or with + and - where the terminal has none.
const isBorder = (line: string) => /^[┌└+][─-]{20,}[┐┘+]$/.test(line.trim());
