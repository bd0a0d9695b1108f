import type {ComparedRow, PresetDifference, PresetImport, RunComparison} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import type {Glyphs} from '../glyphs.ts';
import {emptyLine, type Line, line, toned, wrapped} from '../styled-text.ts';

/** What two presets don't have in common; what merely follows from that is set apart. */
export function drawDifference(difference: readonly PresetDifference[], width: number, glyphs: Glyphs): Line[] {
	if (difference.length === 0) return wrapped('Both build the same.', width, 'muted');
	const follows = difference.filter(one => one.follows);
	return [
		...difference.filter(one => !one.follows).flatMap(one => differenceRows(one, width, glyphs)),
		...(follows.length === 0
			? []
			: [
					emptyLine,
					line(toned('muted', 'What follows from these:')),
					...follows.flatMap(one => differenceRows(one, width, glyphs)),
				]),
	];
}

/** What would be saved, beside what there is. */
export function drawImport(imported: PresetImport, width: number, glyphs: Glyphs): Line[] {
	const {name, place, exists, difference, remarks} = imported;
	const beside = exists ? `the preset ${cleanLine(name)} so far` : 'the defaults';
	return [
		...wrapped(`${cleanLine(place)}, beside ${beside}:`, width, 'muted'),
		emptyLine,
		...drawDifference(difference, width, glyphs),
		...remarks.flatMap(remark => wrapped(`${glyphs.warn} ${cleanLine(remark)}`, width, 'warning')),
	];
}

/** Two runs: what was wanted otherwise, how long each step took, what came of it. */
export function drawRunComparison(compared: RunComparison, width: number, glyphs: Glyphs): Line[] {
	const {before, after, settings, steps, artifacts} = compared;
	const part = (title: string, rows: readonly ComparedRow[], same: string) =>
		rows.length === 0
			? [emptyLine, line(toned('muted', same))]
			: [emptyLine, line(toned('title', title)), ...rows.flatMap(row => differenceRows(row, width, glyphs))];
	return [
		...wrapped(`Before  ${cleanLine(before)}`, width, 'muted'),
		...wrapped(`After   ${cleanLine(after)}`, width, 'muted'),
		...part('Settings', settings, 'The settings are the same.'),
		...part('Steps', steps, 'Neither came to a step.'),
		...part('What they made', artifacts, 'What they made is the same.'),
	];
}

const titleWidth = 28;

function differenceRows({title, before, after}: ComparedRow, width: number, glyphs: Glyphs): Line[] {
	const change = `${cleanLine(before)} ${glyphs.arrow} ${cleanLine(after)}`;
	if (width < 70) return [line(title), ...wrapped(change, width - 2, 'accent').map(row => line('  ', row))];
	return wrapped(change, width - titleWidth, 'accent').map((row, index) =>
		line((index === 0 ? title : '').padEnd(titleWidth), row),
	);
}
