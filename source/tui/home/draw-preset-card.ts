import type {PresetSummary} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import type {Glyphs} from '../glyphs.ts';
import {emptyLine, type Line, line, toned, wrapped} from '../styled-text.ts';
import {outcomeLine} from './draw-outcome-words.ts';
import {drawFromBase, sizedRow} from './draw-run-card.ts';

const whose: Record<PresetSummary['origin'], string> = {
	shipped: 'comes with edge-builder',
	workspace: 'of this workspace',
	person: 'yours, in every workspace',
};

/** What a preset makes, how its last build went, and what is special about it. */
export function drawPresetCard(
	preset: PresetSummary,
	{width, now, glyphs}: {width: number; now: number; glyphs: Glyphs},
): Line[] {
	const {name, description, builder, origin, lastRun, problem, imageReference = '', isoName = '', fromBase} = preset;
	return [
		line(toned('title', cleanLine(name)), toned('rehearsal', builder === 'rehearsal' ? '  REHEARSAL' : '')),
		line(toned('muted', whose[origin])),
		...(description === '' ? [] : wrapped(cleanLine(description), width, 'muted').slice(0, 3)),
		...(problem === undefined ? [] : wrapped(`${glyphs.fail} ${cleanLine(problem)}`, width, 'warning').slice(0, 4)),
		emptyLine,
		lastRun === undefined ? line(toned('muted', 'not built yet')) : outcomeLine(lastRun, now, glyphs),
		...sizedRow('Image', imageReference, undefined, width),
		...sizedRow('ISO', isoName, undefined, width),
		...drawFromBase(fromBase, width, glyphs),
	];
}
