import type {CheckResult, Verdict} from '../../pipeline/events.ts';
import {cleanLine, cleanText} from '../../text/ansi.ts';
import {counted} from '../../text/phrases.ts';
import type {Glyphs} from '../glyphs.ts';
import {hanging, type Line, line, type Tone, textWidth, toned} from '../styled-text.ts';
import type {DrawPane} from './pane-drawing.ts';

/** Every check of the run with its verdict: what is wrong first, with the reason and what to do about it; then the newest. */
export const drawChecks: DrawPane = ({snapshot, glyphs}, {width}) => {
	const checks = snapshot.state.steps.flatMap(step => step.checks);
	const newestFirst = checks.toReversed();
	const wrong = (['fail', 'warn'] as const).flatMap(verdict => checks.filter(check => check.verdict === verdict));
	return {
		rows: [
			...wrong.flatMap(check => wrongRows(check, width, glyphs)),
			...newestFirst.filter(check => !wrong.includes(check)).map(check => () => drawCheck(check, glyphs)),
		],
		remark: tally(checks, width, glyphs),
	};
};

function wrongRows({title, verdict, detail, hint}: CheckResult, width: number, glyphs: Glyphs): Line[] {
	const [glyph, word, tone] = verdictMark(verdict, glyphs);
	return [
		...hanging(line(toned(tone, `${glyph} `)), word + cleanText(title), width).map((row, index) =>
			index === 0 ? withToneUpTo(row, word.trimEnd(), tone) : row,
		),
		...(detail === undefined ? [] : hanging(line('  '), cleanText(detail), width, 'muted')),
		...(hint === undefined
			? []
			: hanging(line('  ', toned('accent', `${glyphs.arrow} `)), cleanText(hint), width, 'accent')),
	];
}

/** The verdict's word, which begins the text of a row, in the verdict's tone. */
const withToneUpTo = (row: Line, word: string, tone: Tone): Line =>
	row.flatMap(span =>
		span.text.startsWith(word) ? [toned(tone, word), {...span, text: span.text.slice(word.length)}] : [span],
	);

// Beside the count stands the pane's title, which goes first.
const titleColumns = 13;

/** What is wrong first: "1 FAILED of 39", or "1 ✖ of 39" where there is less room. */
function tally(checks: readonly CheckResult[], width: number, {fail, warn}: Glyphs): string {
	const count = (verdict: Verdict) => checks.filter(check => check.verdict === verdict).length;
	const wrong = (words: string, glyph: string, amount: number) =>
		textWidth(`${words} of ${checks.length}`) + titleColumns <= width
			? `${words} of ${checks.length}`
			: `${amount} ${glyph} of ${checks.length}`;
	if (count('fail') > 0) return wrong(`${count('fail')} FAILED`, fail, count('fail'));
	if (count('warn') > 0) return wrong(counted(count('warn'), 'warning'), warn, count('warn'));
	return `${count('pass')} passed`;
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
