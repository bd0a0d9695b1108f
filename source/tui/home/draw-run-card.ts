import type {FromBase, RunSummary} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import {formatDay} from '../../text/durations.ts';
import {counted} from '../../text/phrases.ts';
import type {Glyphs} from '../glyphs.ts';
import {emptyLine, type Line, line, toned, widthOf, wrap, wrapped} from '../styled-text.ts';
import {outcomeLine, verdictLine} from './draw-outcome-words.ts';

type Drawn = {width: number; now: number; glyphs: Glyphs};

/** What a run was, what it made and how it ended. */
export function drawRunCard(run: RunSummary, fromBase: FromBase | undefined, {width, now, glyphs}: Drawn): Line[] {
	const verdicts = verdictLine(run, glyphs);
	return [
		line(toned('title', cleanLine(run.preset)), toned('rehearsal', run.rehearsal ? '  REHEARSAL' : '')),
		...(run.kind === 'build' ? [] : [line(toned('muted', run.kind))]),
		outcomeLine({outcome: run.outcome, at: run.startedAt, durationMs: run.durationMs}, now, glyphs),
		...(run.failure ? wrapped(cleanLine(run.failure), width, 'bad').slice(0, 4) : []),
		...(verdicts.length === 0 ? [] : [verdicts]),
		...sizedRow('Image', run.imageReference, run.imageBytes, width),
		...sizedRow('ISO', run.isoName, run.isoBytes, width),
		...drawFromBase(fromBase, width, glyphs),
		emptyLine,
		line(toned('muted', `${formatDay(run.startedAt)}  ${cleanLine(run.id)}`)),
	];
}

/** A name that may be long, with its size; on rows of its own where it has to be. */
export function sizedRow(label: string, name: string, bytes: number | undefined, width: number): Line[] {
	if (name === '') return [];
	const size = bytes === undefined ? '' : `  ${formatBytes(bytes)}`;
	const head = toned('muted', label.padEnd(7));
	const whole = line(head, cleanLine(name), toned('muted', size));
	if (widthOf(whole) <= width) return [whole];
	return [...wrap(cleanLine(name), Math.max(10, width - 7)), size.trim()]
		.filter(text => text !== '')
		.map((text, index) => line(index === 0 ? head : ' '.repeat(7), text));
}

const most = 6;

/** What the settings differ in from the nearest shipped preset. */
export function drawFromBase(fromBase: FromBase | undefined, width: number, glyphs: Glyphs): Line[] {
	if (fromBase === undefined) return [];
	const {base, differences} = fromBase;
	if (differences.length === 0) return [line(toned('muted', `As ${cleanLine(base)}`))];
	const shown = differences.length > most ? differences.slice(0, most - 1) : differences;
	const left = differences.length - shown.length;
	return [
		emptyLine,
		line(
			toned(
				'muted',
				`${counted(differences.length, 'setting')} ${differences.length === 1 ? 'differs' : 'differ'} from ${cleanLine(base)}`,
			),
		),
		...shown.flatMap(({title, value, before}) =>
			wrapped(`${glyphs.bullet} ${title}: ${cleanLine(value)} instead of ${cleanLine(before)}`, width).slice(0, 2),
		),
		...(left > 0 ? [line(toned('muted', `  and ${left} more`))] : []),
	];
}
