import type {HostReadiness} from '../../app/actions.ts';
import type {CheckResult} from '../../pipeline/events.ts';
import {cleanLine, cleanText} from '../../text/ansi.ts';
import {counted} from '../../text/phrases.ts';
import {commandText} from '../../text/shell-words.ts';
import type {Glyphs} from '../glyphs.ts';
import {emptyLine, type Line, line, toned, wrapped, wrappedIn} from '../styled-text.ts';
import type {Room} from './draw-review.ts';

const mostOnReview = 2;

/** What is wrong with this machine, as far as the review has room for it. */
export function drawMachine(host: HostReadiness | undefined, {width, glyphs, isLow}: Room): Line[] {
	// With commands that mend it, the entry says so.
	if (host === undefined || host.failed.length === 0 || host.mending !== undefined) return [];
	const {failed} = host;
	const shown = isLow ? 0 : failed.length > mostOnReview ? 1 : mostOnReview;
	const left = failed.length - Math.min(shown, failed.length);
	const others = `${shown === 0 ? '' : 'and '}${counted(left, shown === 0 ? 'check' : 'other')} of this machine failed`;
	return [
		...failed
			.slice(0, shown)
			.flatMap(result => wrappedIn(2, titleOf(result, glyphs), {width, tone: 'bad', ellipsis: glyphs.ellipsis})),
		...(left === 0
			? []
			: [
					line(
						toned('bad', `${glyphs.fail} ${others}`),
						toned('muted', ': '),
						toned('accent', 'm'),
						toned('muted', ' shows them'),
					),
				]),
	];
}

/** Every check that failed, whole: what it found, why it matters, what to do. */
export const drawFailedChecks = ({failed}: HostReadiness, width: number, glyphs: Glyphs): Line[] =>
	failed.flatMap((result, index) => [
		...(index === 0 ? [] : [emptyLine]),
		...wrapped(titleOf(result, glyphs), width, 'bad'),
		...(result.why ? wrapped(cleanText(result.why), width, 'muted') : []),
		...(result.hint ? wrapped(`${glyphs.arrow} ${cleanText(result.hint)}`, width, 'accent') : []),
		...(result.fix ? wrapped(`$ ${commandText(result.fix)}`, width, 'active') : []),
	]);

const titleOf = ({title, detail}: CheckResult, glyphs: Glyphs) =>
	`${glyphs.fail} ${cleanLine(detail ? `${title}: ${detail}` : title)}`;
