import {cleanLine} from '../../text/ansi.ts';
import type {Review} from '../../wizard/review.ts';
import type {WizardProblem} from '../../wizard/wizard-state.ts';
import type {Glyphs} from '../glyphs.ts';
import {groupHeading} from '../group-heading.ts';
import {
	emptyLine,
	fitTo,
	type Line,
	line,
	selected,
	spread,
	toned,
	widthOf,
	wrapped,
	wrappedIn,
} from '../styled-text.ts';
import {timeInWords} from './draw-result.ts';
import type {ReviewEntry} from './review-entries.ts';

/** Where it is drawn; on a low screen what is below the list leaves the list most of it. */
export type Room = {width: number; glyphs: Glyphs; isLow: boolean};

/** The entries with a heading over each group; `at`: the line of the marked one. */
export function drawEntries(entries: readonly ReviewEntry[], marked: number, o: Room) {
	const lines: Line[] = [];
	let at = 0;
	let group = '';
	for (const [index, entry] of entries.entries()) {
		if (entry.kind === 'row' && entry.row.group !== group) {
			group = entry.row.group;
			lines.push(groupHeading(group, o));
		}
		if (index === marked) at = lines.length;
		const drawn = drawEntry(entry, index === marked, o);
		lines.push(index === marked ? selected(drawn) : drawn);
		if (entry.kind !== 'row') lines.push(...drawObstacle(entry, o));
	}
	return {lines, at};
}

/** Why it cannot be built, below what would build it. */
function drawObstacle({obstacle}: ReviewEntry & {obstacle?: WizardProblem}, {width, glyphs}: Room): Line[] {
	if (obstacle === undefined) return [];
	const {message, hint} = obstacle;
	const text = `${glyphs.fail} ${sentencesOf(message, hint)}`;
	return wrappedIn(3, text, {width: width - 2, tone: 'bad', ellipsis: glyphs.ellipsis}).map(row => line('  ', row));
}

const sentencesOf = (message: string, hint = '') => `${cleanLine(message)}. ${cleanLine(hint)}`.trimEnd();

function drawEntry(entry: ReviewEntry, isMarked: boolean, {width, glyphs}: Room): Line {
	const pointer = toned('accent', isMarked ? `${glyphs.pointer} ` : '  ');
	if (entry.kind !== 'row') {
		return spread(
			line(pointer, toned('title', entry.title)),
			line(toned('muted', entry.remark ?? '')),
			width,
			glyphs.ellipsis,
		);
	}
	const {title, value, isChanged, isImplicated = false, remark} = entry.row;
	const [mark, tone] =
		isImplicated && remark?.severity !== 'error'
			? [glyphs.warn, 'bad' as const]
			: remark === undefined || remark.severity === 'info'
				? [isChanged ? glyphs.bullet : ' ', 'accent' as const]
				: remark.severity === 'error'
					? [glyphs.fail, 'bad' as const]
					: [glyphs.warn, 'warning' as const];
	return spread(
		line(
			pointer,
			toned(tone, `${mark} `),
			...(title === '' ? [] : [cleanLine(title).padEnd(28), ' ']),
			cleanLine(value) || toned('muted', remark === undefined ? '(empty)' : cleanLine(remark.message)),
		),
		isImplicated ? line(toned('bad', width < 76 ? 'in the failure' : 'named by the failure')) : emptyLine,
		width,
		glyphs.ellipsis,
	);
}

/** What there is to know of the marked line, whole. */
export function drawRemark(entry: ReviewEntry | undefined, {width, glyphs, isLow}: Room): Line[] {
	if (entry?.kind !== 'row') return [];
	if (entry.row.isImplicated && entry.row.remark === undefined)
		return wrapped(`${glyphs.warn} The failure names this setting.`, width, 'bad');
	if (entry.row.remark === undefined) return [];
	const {severity, message, hint} = entry.row.remark;
	const tone = severity === 'error' ? 'bad' : severity === 'warning' ? 'warning' : 'muted';
	const glyph = severity === 'error' ? glyphs.fail : severity === 'warning' ? glyphs.warn : glyphs.bullet;
	return wrappedIn(isLow ? 2 : 3, `${glyph} ${sentencesOf(message, hint)}`, {width, tone, ellipsis: glyphs.ellipsis});
}

export function drawNeeds({disks, minutes, rehearsal}: Review, {width, glyphs, isLow}: Room): Line[] {
	const needs = disks.map(({place, gb, freeGb}) => {
		const isTight = freeGb !== undefined && freeGb < gb;
		const free = freeGb === undefined ? '' : ` of ${Math.floor(freeGb)} GB free`;
		return toned(isTight ? 'bad' : 'plain', `${gb} GB${free} ${place}${isTight ? ` ${glyphs.warn} too little` : ''}`);
	});
	const room = line(
		toned('muted', 'Needs  '),
		...needs.flatMap((need, index) => (index === 0 ? [need] : [', ', need])),
	);
	const time = toned('muted', timeInWords(minutes));
	const whole = line(room, '   ', time);
	const rows = widthOf(whole) <= width ? [whole] : [room, line(time)];
	const said = 'REHEARSAL: stand-ins take the place of NVIDIA’s software. Not for real hosts.';
	return [
		...(isLow ? [] : [emptyLine]),
		...rows.map(row => fitTo(row, width, glyphs.ellipsis)),
		...(rehearsal ? wrapped(said, width, 'rehearsal') : []),
	];
}
