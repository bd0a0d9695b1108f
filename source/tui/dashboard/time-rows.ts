import {mostDifferentFirst, type StepTime} from '../../pipeline/step-times.ts';
import {formatDuration} from '../../text/durations.ts';
import type {Glyphs} from '../glyphs.ts';
import {type Line, line, spread, textWidth, toned} from '../styled-text.ts';
import {stepName} from './steps-pane.ts';

/**
 * What each step took beside the last time, in the order of the run. Where `room` has fewer rows, those that differ most
 * come first, and the others are scrolled to; where names would be cut, the last time says so in fewer words.
 */
export function timeRows(
	times: readonly StepTime[],
	{width, room, glyphs}: {width: number; room: number; glyphs: Glyphs},
): Line[] {
	const told = times.length <= room ? times : mostDifferentFirst(times);
	const name = ({step}: StepTime) => stepName(step);
	const [whole, short] = [(last: string) => `${last} last time`, (last: string) => `last ${last}`];
	const right = ({tookMs, lastMs}: StepTime, words: typeof whole) =>
		line(formatDuration(tookMs), toned('muted', ` (${words(formatDuration(lastMs))})`));
	const fits = (time: StepTime) =>
		textWidth(name(time)) + 1 + right(time, whole).reduce((sum, {text}) => sum + textWidth(text), 0) <= width;
	const words = told.every(fits) ? whole : short;
	return told.map(time => spread(line(toned('muted', name(time))), right(time, words), width, glyphs.ellipsis));
}
