import {cleanLine} from '../../text/ansi.ts';
import type {Glyphs} from '../glyphs.ts';
import {emptyLine, fitTo, type Line, line, selected, toned, wrapped} from '../styled-text.ts';

/** `refused`: why it can't be made here. */
export type Card = {title: string; description: string; refused?: string};

type FirstStart = {
	cards: readonly Card[];
	marked: number;
	/** Why a real build can't be made here, when that is so. */
	missing?: string;
	glyphs: Glyphs;
};

const titleWidth = 20;
// Below this width a description stands under its title.
const leastBeside = 90;

/** What this makes, in a sentence, and the cards to begin with; what is missing stands below. */
export function drawFirstStart(
	{cards, marked, missing, glyphs}: FirstStart,
	{width, height}: {width: number; height: number},
): Line[] {
	const isTight = height < 18;
	const gap = isTight ? [] : [emptyLine];
	return [
		...wrapped(
			'Makes an edge image with NVIDIA DOCA and BlueField firmware, checks what is in it, and boots it once.',
			width,
		),
		...cards.flatMap((card, index) => [
			...gap,
			...drawCard(card, {isMarked: index === marked, number: index + 1, width, glyphs}),
		]),
		emptyLine,
		...(missing === undefined
			? []
			: wrapped(
					`${glyphs.warn} ${cleanLine(missing)}${cards[0]?.refused === undefined ? ': rehearse first' : ''}.`,
					width,
					'warning',
				)),
	];
}

function drawCard(
	{title, description, refused}: Card,
	{isMarked, number, width, glyphs}: {isMarked: boolean; number: number; width: number; glyphs: Glyphs},
): Line[] {
	const [text, tone] =
		refused === undefined
			? ([description, 'muted'] as const)
			: ([`${glyphs.fail} Not here: ${cleanLine(refused)}`, 'warning'] as const);
	const head = line(
		toned('accent', isMarked ? `${glyphs.pointer} ` : '  '),
		toned('muted', `${number} `),
		toned('title', title.padEnd(titleWidth)),
	);
	const rows =
		width >= leastBeside
			? wrapped(text, width - titleWidth - 4, tone).map((row, index) =>
					line(index === 0 ? head : ' '.repeat(titleWidth + 4), row),
				)
			: [head, ...wrapped(text, width - 4, tone).map(row => line('    ', row))];
	return rows.map(row => (isMarked ? selected(fitTo(row, width, glyphs.ellipsis)) : row));
}
