import type {Glyphs} from './glyphs.ts';
import {
	emptyLine,
	fitTo,
	type Line,
	line,
	type Tone,
	textOf,
	textWidth,
	toned,
	widthOf,
	without,
} from './styled-text.ts';

export type Rect = {x: number; y: number; width: number; height: number};
export type Block = Rect & {rows: readonly Line[]};

/** Rows and columns inside a frame of this size. */
export const insideOf = ({width, height}: {width: number; height: number}) => ({
	width: Math.max(0, width - 4),
	height: Math.max(0, height - 2),
});

/** A pane: frame with a title at the left and a remark at the right of its upper edge, and these rows inside. */
export function framed(
	{width, height}: {width: number; height: number},
	{title, remark = '', focused = false, glyphs}: {title: string; remark?: string; focused?: boolean; glyphs: Glyphs},
	rows: readonly Line[],
): Line[] {
	if (width < 4 || height < 2) return Array.from({length: Math.max(0, height)}, () => fitTo(emptyLine, width));
	const tone: Tone = focused ? 'focused-border' : 'border';
	const shape = focused ? glyphs.focusedFrame : glyphs.frame;
	const inside = insideOf({width, height});
	const side = (text: string) => toned(tone, text);
	const upper = upperEdge(width - 2, {title, remark, focused, glyphs, horizontal: shape.horizontal, tone});
	return [
		line(side(shape.topLeft), upper, side(shape.topRight)),
		...Array.from({length: inside.height}, (_, index) =>
			line(
				side(`${shape.vertical} `),
				fitTo(rows[index] ?? emptyLine, inside.width, glyphs.ellipsis),
				side(` ${shape.vertical}`),
			),
		),
		line(side(shape.bottomLeft + shape.horizontal.repeat(width - 2) + shape.bottomRight)),
	];
}

/**
 * Puts blocks beside and below each other into one picture of exactly `columns` × `rows`. Blocks must not overlap;
 * what sticks out is cut.
 */
export function compose({columns, rows}: {columns: number; rows: number}, blocks: readonly Block[]): Line[] {
	const ordered = blocks.toSorted((a, b) => a.x - b.x);
	return Array.from({length: rows}, (_, y) => {
		let row: Line = emptyLine;
		for (const block of ordered) {
			if (y < block.y || y >= block.y + block.height || block.x >= columns) continue;
			const drawn = block.rows[y - block.y] ?? emptyLine;
			row = line(fitTo(row, block.x), fitTo(drawn, Math.min(block.width, columns - block.x)));
		}
		return widthOf(row) === columns ? row : fitTo(row, columns);
	});
}

/** The picture with a block laid over it. */
export const overlaid = (picture: readonly Line[], block: Block): Line[] =>
	picture.map((row, y) => {
		const drawn = block.rows[y - block.y];
		if (y < block.y || drawn === undefined) return row;
		return line(fitTo(row, block.x, ''), fitTo(drawn, block.width), without(row, block.x + block.width));
	});

/** A framed block in the middle of a screen, as large as its rows need and the screen allows. */
export function centred(
	{columns, rows}: {columns: number; rows: number},
	content: readonly Line[],
	o: {title: string; remark?: string; glyphs: Glyphs},
): Block {
	const longest = Math.max(...content.map(widthOf), textWidth(o.title) + 4);
	const width = Math.min(columns, longest + 4);
	const height = Math.min(rows, content.length + 2);
	const x = Math.floor((columns - width) / 2);
	const y = Math.floor((rows - height) / 2);
	return {x, y, width, height, rows: framed({width, height}, {...o, focused: true}, content)};
}

const leastTitle = 12;

function upperEdge(
	width: number,
	o: {title: string; remark: string; focused: boolean; glyphs: Glyphs; horizontal: string; tone: Tone},
): Line {
	// Beside the title stand a line and a blank on each side; the remark, which changes, goes before a long title.
	const remarkWidth = o.remark === '' ? 0 : textWidth(o.remark) + 3;
	const withRemark = width - 4 - remarkWidth;
	const hasRemark = remarkWidth > 0 && withRemark >= Math.min(leastTitle, textWidth(o.title));
	const room = hasRemark ? withRemark : width - 4;
	if (o.title === '' || room < 1) return [toned(o.tone, o.horizontal.repeat(width))];
	const title = textOf(fitTo(line(o.title), Math.min(room, textWidth(o.title)), o.glyphs.ellipsis)).trimEnd();
	const rest = width - 3 - textWidth(title) - (hasRemark ? remarkWidth : 0);
	return [
		toned(o.tone, o.horizontal),
		toned(o.focused ? 'active' : 'title', ` ${title} `),
		toned(o.tone, o.horizontal.repeat(rest)),
		...(hasRemark ? [toned('muted', ` ${o.remark} `), toned(o.tone, o.horizontal)] : []),
	];
}
