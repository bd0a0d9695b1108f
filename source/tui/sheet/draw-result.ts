import {cleanLine} from '../../text/ansi.ts';
import type {Review} from '../../wizard/review.ts';
import type {Glyphs} from '../glyphs.ts';
import {fitTo, type Line, line, type Span, toned, widthOf} from '../styled-text.ts';

/** What will come of the answers: names, room and time, and the first thing to know; three rows. */
export function drawResult(review: Review, {width, glyphs}: {width: number; glyphs: Glyphs}): Line[] {
	const {image, iso, disks, minutes, findings, complaints} = review;
	const tight = disks.some(({gb, freeGb}) => freeGb !== undefined && freeGb < gb);
	const room = disks
		.map(({place, gb, freeGb}) => `${gb} GB${freeGb === undefined ? '' : ` of ${Math.floor(freeGb)} GB`} ${place}`)
		.join(', ');
	const [complaint] = complaints;
	const finding = findings.find(({severity}) => severity !== 'info');
	const remark = complaint ?? finding;
	const isError = complaint !== undefined || finding?.severity === 'error';
	return [
		withBehind(toned('accent', cleanLine(image)), toned('accent', cleanLine(iso)), width),
		withBehind(
			toned(tight ? 'bad' : 'muted', `needs ${room}${tight ? ` ${glyphs.warn} too little` : ''}`),
			toned('muted', timeInWords(minutes)),
			width,
		),
		remark === undefined
			? []
			: line(toned(isError ? 'bad' : 'warning', `${isError ? glyphs.fail : glyphs.warn} ${cleanLine(remark.message)}`)),
	].map(row => fitTo(row, width, glyphs.ellipsis));
}

/** Both beside each other, or the first alone: half of the second says nothing. */
function withBehind(first: Span, second: Span, width: number): Line {
	const both = line(first, '   ', second);
	return widthOf(both) <= width ? both : line(first);
}

/** How long builds of this kind took here. */
export function timeInWords(minutes: Review['minutes']): string {
	if (minutes === undefined) return 'time: no history yet';
	const [least, most] = minutes;
	return least === most ? `took ${least} min here` : `took ${least} to ${most} min here`;
}
