import type {CheckResult, Verdict} from '../../pipeline/events.ts';
import {cleanLine} from '../../text/ansi.ts';
import {counted} from '../../text/phrases.ts';
import type {Glyphs} from '../glyphs.ts';
import {type Line, line, type Tone, toned} from '../styled-text.ts';
import type {DrawPane} from './pane-drawing.ts';

/** Every check of the run with its verdict; the newest is in sight, and what is wrong comes first after the end. */
export const drawChecks: DrawPane = ({snapshot, glyphs}) => {
	const {steps, phase} = snapshot.state;
	const checks = steps.flatMap(step => step.checks);
	const ordered = phase.kind === 'finished' ? checks.toSorted((a, b) => gravity(b) - gravity(a)) : checks;
	return {
		rows: ordered.map(check => () => drawCheck(check, glyphs)),
		remark: tally(checks),
		show: phase.kind === 'finished' ? 0 : ordered.length - 1,
	};
};

/** What is wrong first: "1 FAILED of 39". */
function tally(checks: readonly CheckResult[]): string {
	const count = (verdict: Verdict) => checks.filter(check => check.verdict === verdict).length;
	if (count('fail') > 0) return `${count('fail')} FAILED of ${checks.length}`;
	return count('warn') > 0 ? `${counted(count('warn'), 'warning')} of ${checks.length}` : `${count('pass')} passed`;
}

/** One check in one row: verdict as glyph and, unless it passed, as a word. */
export function drawCheck(check: CheckResult, glyphs: Glyphs): Line {
	const [glyph, word, tone] = verdictMark(check.verdict, glyphs);
	return line(
		toned(tone, `${glyph} ${word}`),
		toned('plain', cleanLine(check.title)),
		toned('muted', check.detail ? `  ${cleanLine(check.detail)}` : ''),
	);
}

/** Glyph, word (with a blank, empty for what is fine) and tone of a verdict. */
export const verdictMark = (verdict: Verdict, glyphs: Glyphs): [string, string, Tone] =>
	(
		({
			pass: [glyphs.pass, '', 'good'],
			warn: [glyphs.warn, 'warning: ', 'warning'],
			fail: [glyphs.fail, 'FAILED: ', 'bad'],
			skip: [glyphs.skip, 'skipped: ', 'muted'],
		}) satisfies Record<Verdict, [string, string, Tone]>
	)[verdict] as [string, string, Tone];

const gravity = ({verdict}: CheckResult) => ({fail: 3, warn: 2, pass: 1, skip: 0})[verdict];
