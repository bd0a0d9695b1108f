import xterm from '@xterm/headless';

type Size = {columns: number; rows: number};

/**
 * Why rows are no whole picture on a terminal of this size, if they aren't: the terminal is asked, not our own measure of
 * widths. Each row fills its line to the last column and no other, nothing in it moves the cursor, and every frame that
 * begins is closed, unless something lies over it.
 */
export async function frameFault(
	rows: readonly string[],
	{columns, rows: height}: Size,
	{isOverlaid = false}: {isOverlaid?: boolean} = {},
): Promise<string | undefined> {
	if (rows.length !== height) return `${rows.length} rows on a terminal of ${height}`;
	const moving = rows.findIndex(row => /\p{Cc}/u.test(row));
	if (moving >= 0) return `row ${moving} holds a control character: ${JSON.stringify(rows[moving])}`;
	const terminal = new xterm.Terminal({
		cols: columns,
		rows: height,
		allowProposedApi: true,
		logLevel: 'off',
		scrollback: 0,
	});
	const picture = rows.map((row, y) => `\u001B[${y + 1};1H${row}`).join('');
	await new Promise<void>(resolve => terminal.write(picture, resolve));
	const lines = rows.map((_, y) => terminal.buffer.active.getLine(y)?.translateToString(false) ?? '');
	const wrong = rows.findIndex((row, y) => lines[y] !== row);
	const fault = wrong >= 0 ? `row ${wrong} is shown as\n${lines[wrong]}\ninstead of\n${rows[wrong]}` : undefined;
	const open = fault ?? (isOverlaid ? undefined : openFrame(cellsOf(terminal, {columns, rows: height})));
	terminal.dispose();
	return open;
}

function cellsOf({buffer}: xterm.Terminal, {columns, rows}: Size): string[][] {
	return Array.from({length: rows}, (_, y) =>
		Array.from({length: columns}, (_, x) => buffer.active.getLine(y)?.getCell(x)?.getChars() ?? ''),
	);
}

const frames = [
	['╭', '╮', '╰', '╯', '│'],
	['┏', '┓', '┗', '┛', '┃'],
] as const;

function openFrame(cells: readonly (readonly string[])[]): string | undefined {
	for (const [topLeft, topRight, bottomLeft, bottomRight, side] of frames) {
		for (const [y, row] of cells.entries()) {
			for (const [x, cell] of row.entries()) {
				if (cell !== topLeft) continue;
				const right = row.indexOf(topRight, x);
				const bottom = cells.findIndex((line, below) => below > y && line[x] === bottomLeft);
				const at = `the frame at ${x}, ${y}`;
				if (right < 0 || bottom < 0 || cells[bottom]?.[right] !== bottomRight) return `${at} is not closed`;
				for (const line of cells.slice(y + 1, bottom))
					if (line[x] !== side || line[right] !== side) return `${at} has a hole: ${line.join('')}`;
			}
		}
	}
	return undefined;
}
