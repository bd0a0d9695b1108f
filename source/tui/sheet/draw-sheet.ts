import type {Review} from '../../wizard/review.ts';
import type {SheetRow} from '../../wizard/sheet.ts';
import {compose} from '../boxes.ts';
import type {Glyphs} from '../glyphs.ts';
import {bodyColumns, bodyRows, type Size} from '../page-layout.ts';
import {emptyLine, type Line, line, toned} from '../styled-text.ts';
import {type DecisionDrawing, drawDecision} from './draw-decision.ts';
import {drawLegend, drawRail, drawRailLine, lead} from './draw-rail.ts';
import {drawResult} from './draw-result.ts';

export type SheetDrawing = {
	rows: readonly SheetRow[];
	/** Place that is marked while a person moves in the rail. */
	rail?: number;
	decision: DecisionDrawing;
	result: Review;
};

const leastWide = 100;
const railWidth = 44;

/**
 * The body of the sheet: beside the decision all of them, below it what will come of it. On a narrow screen the rail is one
 * line, and lies over the decision while a person moves in it.
 */
export function drawSheet({rows, rail, decision, result}: SheetDrawing, size: Size): Line[] {
	const {glyphs} = decision;
	const width = bodyColumns(size.columns);
	const below = size.rows < 16 ? [] : [rule(width, glyphs.frame.horizontal), ...drawResult(result, {width, glyphs})];
	const height = bodyRows(size.rows) - below.length;
	const places = (room: number) => [
		...drawRail(rows, {width: room, glyphs, marked: rail}),
		...drawElsewhere(rows.length, rail, glyphs),
		...drawLegend(glyphs, room),
	];
	if (size.columns < leastWide) {
		const body =
			rail === undefined
				? [drawRailLine(rows, glyphs), ...drawDecision(decision, {width, height: height - 1})]
				: places(width);
		return [...padded(body, height), ...below];
	}
	const edge = Array.from({length: height}, () => line(' ', toned('border', glyphs.frame.vertical)));
	const room = width - railWidth - 3;
	const beside = compose({columns: width, rows: height}, [
		{x: 0, y: 0, width: railWidth, height, rows: places(railWidth)},
		{x: railWidth, y: 0, width: 3, height, rows: edge},
		{x: railWidth + 3, y: 0, width: room, height, rows: drawDecision(decision, {width: room, height})},
	]);
	return [...beside, ...below];
}

function drawElsewhere(decisions: number, marked: number | undefined, glyphs: Glyphs): Line[] {
	return ['All settings', 'Review'].map((title, index) => {
		const isMarked = marked === decisions + index;
		return line(
			toned('accent', lead(isMarked ? glyphs.pointer : '', glyphs)),
			toned(isMarked ? 'selected' : 'plain', title),
		);
	});
}

const rule = (width: number, horizontal: string): Line => line(toned('border', horizontal.repeat(width)));
const padded = (rows: readonly Line[], height: number): readonly Line[] => [
	...rows.slice(0, height),
	...Array.from({length: Math.max(0, height - rows.length)}, () => emptyLine),
];
