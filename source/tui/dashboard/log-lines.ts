import type {LogLine} from '../../pipeline/kept-log-lines.ts';
import {isLetThrough, type LogFilter} from './log-filter.ts';

/** The lines of a log that are shown, oldest first. A line's number counts all lines of its step from the beginning. */
export type ShownLog = {
	lines: readonly LogLine[];
	/** How many lines before these are only in the log file. */
	dropped: number;
	/** The numbers of the lines, where a filter left some out. */
	numbers?: readonly number[];
};

/** What a filter lets through of the lines that are kept. */
export function shownLog(kept: ShownLog, filter: LogFilter | undefined): ShownLog {
	if (filter === undefined) return kept;
	const numbers: number[] = [];
	const lines = kept.lines.filter((line, index) => {
		if (!isLetThrough(filter, line)) return false;
		numbers.push(kept.dropped + index);
		return true;
	});
	return {lines, dropped: kept.dropped, numbers};
}

/** The number of the line at this place among those shown. */
export const numberAt = ({numbers, dropped}: ShownLog, place: number): number => numbers?.[place] ?? dropped + place;

/** Where the line with this number is among those shown; where it isn't, the next one. */
export function placeOf({numbers, lines, dropped}: ShownLog, number: number): number {
	if (numbers === undefined) return Math.min(Math.max(0, number - dropped), lines.length);
	const place = numbers.findIndex(other => other >= number);
	return place < 0 ? lines.length : place;
}
