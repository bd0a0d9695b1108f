import {cleanLine} from '../../text/ansi.ts';
import type {Mark, SheetRow} from '../../wizard/sheet.ts';
import type {Glyphs} from '../glyphs.ts';
import {emptyLine, fitTo, type Line, line, selected, type Tone, toned} from '../styled-text.ts';

const titleWidth = 12;

/** Every decision with its mark and its answer, one a row; `marked` while a person moves in it. */
export function drawRail(rows: readonly SheetRow[], o: {width: number; glyphs: Glyphs; marked?: number}): Line[] {
	const {width, glyphs, marked} = o;
	return rows.map((row, index) => {
		const [glyph, tone] = row.isHere ? ([glyphs.chosen, 'accent'] as const) : markOf(row.mark, glyphs);
		const drawn = fitTo(
			line(
				index === marked ? toned('accent', lead(glyphs.pointer, glyphs)) : toned(tone, lead(glyph, glyphs)),
				toned(row.isHere ? 'title' : 'plain', row.title.padEnd(titleWidth)),
				toned(row.mark === 'default' ? 'muted' : 'plain', cleanLine(row.value)),
			),
			width,
			glyphs.ellipsis,
		);
		return index === marked ? selected(drawn) : drawn;
	});
}

/** What stands before a row of the rail; all as wide as the widest, which takes three columns in ASCII. */
export const lead = (glyph: string, {chosen}: Glyphs): string => glyph.padEnd(chosen.length + 1);

/** The same on one line, for narrow screens: a mark for each, and where one stands. */
export function drawRailLine(rows: readonly SheetRow[], glyphs: Glyphs): Line {
	const here = rows.findIndex(({isHere}) => isHere);
	return line(
		...rows.map(({mark, isHere}) => {
			const [glyph, tone] = isHere ? ([glyphs.chosen, 'accent'] as const) : markOf(mark, glyphs);
			return toned(tone, glyph);
		}),
		toned('muted', here < 0 ? '' : `  ${rows[here]?.title} ${here + 1} of ${rows.length}`),
	);
}

/** What the marks mean, in words. */
export const drawLegend = (glyphs: Glyphs, width: number): Line[] => {
	const legend = [
		`${glyphs.pass} answered  ${glyphs.chosen} here  ${glyphs.unchosen} default`,
		`${glyphs.warn} look  ${glyphs.fail} impossible`,
	];
	return [emptyLine, ...legend.map(text => fitTo(line(toned('muted', text)), width, glyphs.ellipsis))];
};

function markOf(mark: Mark, glyphs: Glyphs): readonly [string, Tone] {
	switch (mark) {
		case 'answered':
			return [glyphs.pass, 'good'];
		case 'default':
			return [glyphs.unchosen, 'muted'];
		case 'look':
			return [glyphs.warn, 'warning'];
		case 'impossible':
			return [glyphs.fail, 'bad'];
		default:
			return mark satisfies never;
	}
}
