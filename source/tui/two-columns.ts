import {compose} from './boxes.ts';
import type {Glyphs} from './glyphs.ts';
import {bodyColumns, bodyRows, type Size} from './page-layout.ts';
import {emptyLine, type Line, line, toned} from './styled-text.ts';

export type Beside = {
	/** How many rows the list has. */
	count: number;
	list(size: {width: number; height: number}): readonly Line[];
	/** What the marked entry is, in as many rows as it takes. */
	card(width: number): readonly Line[];
	/** Rows above both. */
	above?: readonly Line[];
};

const leastWide = 100;
const listShare = 0.42;
const leastCard = 5;

/** A list at the left and what the cursor is on at the right; on a narrow screen the card stands below the list. */
export function drawBeside({count, list, card, above = []}: Beside, size: Size, glyphs: Glyphs): Line[] {
	const columns = bodyColumns(size.columns);
	const rows = Math.max(1, bodyRows(size.rows) - above.length);
	return [...above, ...(size.columns < leastWide ? belowEachOther() : besideEachOther())];

	function besideEachOther(): Line[] {
		const width = Math.floor(columns * listShare);
		const room = columns - width - 3;
		const edge = Array.from({length: rows}, () => line(' ', toned('border', glyphs.frame.vertical)));
		return compose({columns, rows}, [
			{x: 0, y: 0, width, height: rows, rows: list({width, height: rows})},
			{x: width, y: 0, width: 3, height: rows, rows: edge},
			{x: width + 3, y: 0, width: room, height: rows, rows: card(room)},
		]);
	}

	function belowEachOther(): Line[] {
		const drawn = card(columns);
		// A short list stays whole where that leaves the card its first rows; a long one gets half of the screen, or more.
		const least = count <= rows - leastCard ? count : Math.ceil(rows / 2);
		const height = Math.max(1, Math.min(count, Math.max(rows - drawn.length - 1, least)));
		return [...list({width: columns, height}), emptyLine, ...drawn].slice(0, rows);
	}
}
