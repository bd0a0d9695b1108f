import type {LogLine} from '../../pipeline/kept-log-lines.ts';
import {cleanLine} from '../../text/ansi.ts';
import {counted} from '../../text/phrases.ts';
import type {Glyphs} from '../glyphs.ts';
import type {KeyPress} from '../key-press.ts';
import {commandOf} from '../keymap.ts';
import {type Line, line, selected, spread, toned} from '../styled-text.ts';
import {isErrorLine, isWarningLine} from './log-search.ts';

/** What of a log is shown: lines that tell of something wrong, our own remarks, or what one target printed. */
export type LogFilter = {level: 'wrong' | 'notes'} | {target: string};

export const isLetThrough = (filter: LogFilter, {stream, target, text}: LogLine): boolean =>
	'target' in filter
		? target === filter.target
		: filter.level === 'notes'
			? stream === 'note'
			: stream !== 'note' && (isErrorLine(text) || isWarningLine(text));

export const filterName = (filter: LogFilter): string =>
	'target' in filter ? cleanLine(filter.target) : levelNames[filter.level];

const levelNames = {wrong: 'errors and warnings', notes: 'remarks of edge-builder'} as const;

export type FilterChoice = {filter?: LogFilter; name: string; count: number};

/** What can be chosen, with how many of these lines it shows; the target that printed last comes first. */
export function filterChoices(lines: readonly LogLine[]): FilterChoice[] {
	const targets = [...new Set(lines.flatMap(({target}) => (target === undefined ? [] : [target])).reverse())];
	const filters: LogFilter[] = [{level: 'wrong'}, {level: 'notes'}, ...targets.map(target => ({target}))];
	return [
		{name: 'everything', count: lines.length},
		...filters.map(filter => ({
			filter,
			name: filterName(filter),
			count: lines.filter(line => isLetThrough(filter, line)).length,
		})),
	];
}

/** What a key says in the list of filters: which one is marked now, one that is chosen, or that the list is left. */
export function chooseFilter(
	choices: readonly FilterChoice[],
	marked: number,
	press: KeyPress,
): {marked: number} | {chosen: LogFilter | undefined} | 'leave' {
	const command = commandOf('filter', press);
	const last = choices.length - 1;
	if (command === 'up') return {marked: marked <= 0 ? last : marked - 1};
	if (command === 'down') return {marked: marked >= last ? 0 : marked + 1};
	if (command === 'choose') return {chosen: choices[marked]?.filter};
	return 'leave';
}

/** The list of filters, as many of them around the marked one as there is room for. */
export function drawFilters(
	choices: readonly FilterChoice[],
	marked: number,
	{width, height, glyphs}: {width: number; height: number; glyphs: Glyphs},
): Line[] {
	const from = Math.max(0, Math.min(marked - Math.floor(height / 2), choices.length - height));
	return choices.slice(from, from + height).map(({name, count}, index) => {
		const isMarked = from + index === marked;
		const row = spread(
			line(toned('accent', isMarked ? `${glyphs.pointer} ` : '  '), name),
			line(toned('muted', counted(count, 'line'))),
			width,
			glyphs.ellipsis,
		);
		return isMarked ? selected(row) : row;
	});
}
