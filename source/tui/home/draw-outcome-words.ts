import type {RunSummary} from '../../app/actions.ts';
import {formatAge, formatDuration} from '../../text/durations.ts';
import {counted} from '../../text/phrases.ts';
import type {Glyphs} from '../glyphs.ts';
import {type Line, line, type Tone, toned} from '../styled-text.ts';

type Outcome = RunSummary['outcome'];

/** How a run ended, as a mark and a word. */
export function outcomeMark(outcome: Outcome, glyphs: Glyphs): [glyph: string, tone: Tone] {
	switch (outcome) {
		case 'passed':
			return [glyphs.pass, 'good'];
		case 'failed':
			return [glyphs.fail, 'bad'];
		case 'cancelled':
			return [glyphs.cancelled, 'warning'];
		case 'running':
			return [glyphs.spinner[0] ?? '', 'active'];
		case 'unfinished':
			return [glyphs.waiting, 'muted'];
		default:
			return outcome satisfies never;
	}
}

/** `✔ passed yesterday, took 41m 10s` */
export function outcomeLine(
	{outcome, at, durationMs}: {outcome: Outcome; at: number; durationMs?: number},
	now: number,
	glyphs: Glyphs,
): Line {
	const [glyph, tone] = outcomeMark(outcome, glyphs);
	const took = durationMs === undefined ? '' : `, took ${formatDuration(durationMs)}`;
	const when =
		outcome === 'running' ? `, began ${formatAge(at, now)}` : ` ${formatAge(at + (durationMs ?? 0), now)}${took}`;
	return line(toned(tone, `${glyph} ${outcome}`), toned('muted', when));
}

/** `✔ 85 checks   ✔ booted`: what was found of it; empty where nothing was verified. */
export function verdictLine({checks, booted}: Pick<RunSummary, 'checks' | 'booted'>, glyphs: Glyphs): Line {
	if (checks === undefined) return [];
	const {passed, warned, failed} = checks;
	return line(
		toned('good', passed === 0 ? '' : `${glyphs.pass} ${counted(passed, 'check')}   `),
		toned('warning', warned === 0 ? '' : `${glyphs.warn} ${counted(warned, 'warning')}   `),
		toned('bad', failed === 0 ? '' : `${glyphs.fail} ${failed} failed   `),
		toned('good', booted ? `${glyphs.pass} booted` : ''),
	);
}
