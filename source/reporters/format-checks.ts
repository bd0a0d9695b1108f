import type {CheckResult, StepOutcome, Verdict} from '../pipeline/events.ts';

/** Meaning is in the glyph and in the word; colour only adds to it. */
export const verdictGlyphs = {pass: '✔', warn: '!', fail: '✖', skip: '–'} as const satisfies Record<Verdict, string>;

/** `✔ squashfs-tools 4.5.1`, in one line. */
export const formatCheck = ({verdict, title, detail}: CheckResult) =>
	`${verdictGlyphs[verdict]} ${detail ? `${title}: ${detail}` : title}`;

/** How many of each verdict, the bad ones first: `1 failed, 2 warnings, 17 passed`. */
export function countChecks(checks: readonly CheckResult[]) {
	const count = (verdict: Verdict) => checks.filter(check => check.verdict === verdict).length;
	const warnings = count('warn');
	const parts: [number, string][] = [
		[count('fail'), 'failed'],
		[warnings, warnings === 1 ? 'warning' : 'warnings'],
		[count('pass'), 'passed'],
		[count('skip'), 'skipped'],
	];
	return parts
		.filter(([number]) => number > 0)
		.map(([number, word]) => `${number} ${word}`)
		.join(', ');
}

export const outcomeGlyphs = {done: '✔', skipped: '–', failed: '✖', cancelled: '■'} as const satisfies Record<
	StepOutcome['kind'],
	string
>;
