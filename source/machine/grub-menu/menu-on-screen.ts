/**
 * GRUB's menu as it stands on the screen. `selected` is undefined while the menu is being drawn. `countdown`: seconds of
 * the guest until the selected entry starts by itself; drawn last, and gone after a key was pressed.
 */
export type GrubMenu = {entries: string[]; selected?: number; countdown?: number};

/**
 * Finds the boot menu on a screen: the rows between GRUB's title and its instructions; the selected one begins with a
 * star. Undefined when there is no menu. While it is being drawn, entries may be missing or cut short.
 */
export function readGrubMenu(lines: readonly string[]): GrubMenu | undefined {
	const title = lines.findIndex(line => /GNU GRUB +version/.test(line));
	const instructions = lines.findIndex((line, row) => row > title && /Use the .+ keys/.test(line));
	if (title < 0 || instructions < 0) return undefined;
	const rows = lines
		.slice(title + 1, instructions)
		.map(withoutBox)
		.filter(row => /\w\w/.test(row));
	const selected = rows.findIndex(row => row.startsWith('*'));
	const countdown = /executed automatically in (\d+)s/.exec(lines.join('\n'))?.[1];
	return {
		entries: rows.map(row => row.replace(/^\*/, '').trim()),
		...(selected >= 0 && {selected}),
		...(countdown !== undefined && {countdown: Number(countdown)}),
	};
}

// The box is drawn with box characters, with ASCII where the terminal has none, or by edk2 in code page 437, whose bytes
// are not UTF-8 (two of them even make an "Ŀ").
const box = '[\\s│|┌┐└┘─+\\uFFFD]';
const withoutBox = (line: string) =>
	line
		.replace(/^\s*[+┌└][-─]+[+┐┘]\s*$/, '')
		.replace(new RegExp(`^${box}+`), '')
		.replace(new RegExp(`${box}+$`), '');
