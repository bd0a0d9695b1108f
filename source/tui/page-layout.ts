import {centred, overlaid} from './boxes.ts';
import type {Glyphs} from './glyphs.ts';
import {drawFooter, helpRows} from './key-help.ts';
import type {Scope} from './keymap.ts';
import {emptyLine, fitTo, type Line, line, spread, toned, wrappedIn} from './styled-text.ts';

export type Size = {columns: number; rows: number};

export type Page = {
	title: string;
	/** At the right of the title. */
	remark?: Line;
	body: readonly Line[];
	scope: Scope;
	help: boolean;
	glyphs: Glyphs;
	/** Commands that this page doesn't have just now. */
	without?: readonly string[];
	/** A sentence that went wrong, or well, above the keys. */
	notice?: Notice;
	/** A question laid over the page. */
	question?: readonly Line[];
};

export type Notice = {tone: 'good' | 'bad' | 'warning' | 'muted'; text: string};

/** Rows of the body on a screen of this height. */
export const bodyRows = (rows: number): number => Math.max(1, rows - 4);

/** Columns of the body. */
export const bodyColumns = (columns: number): number => Math.max(10, columns - 4);

/** The notice as it is drawn: the rows that it takes from the body. */
export const noticeRows = (notice: Notice | undefined, columns: number, glyphs: Glyphs): Line[] =>
	notice === undefined ? [] : drawNotice(notice, bodyColumns(columns), glyphs);

/** A whole screen: title, body, notice, keys; exactly as large as the terminal. */
export function drawPage(page: Page, size: Size): Line[] {
	const {glyphs} = page;
	const {columns, rows} = size;
	const room = bodyRows(rows);
	const notice = noticeRows(page.notice, columns, glyphs);
	const body = [...page.body.slice(0, room - notice.length)];
	while (body.length < room - notice.length) body.push(emptyLine);
	const drawn = [
		spread(line(' ', toned('title', page.title)), line(page.remark ?? [], ' '), columns, glyphs.ellipsis),
		line(toned('border', ` ${glyphs.frame.horizontal.repeat(Math.max(0, columns - 2))} `)),
		// The margin behind a row doesn't take its look.
		...[...body, ...notice].map(row => fitTo(line('  ', row, ''), columns, glyphs.ellipsis)),
		emptyLine,
		drawFooter(page.scope, columns, glyphs, page.without),
	];
	const picture = drawn.slice(0, Math.max(1, rows)).map(row => fitTo(row, columns, glyphs.ellipsis));
	if (page.question) return overlaid(picture, centred(size, page.question, {title: 'Please confirm', glyphs}));
	if (!page.help) return picture;
	return overlaid(picture, centred(size, drawHelp(page, size), {title: 'Keys', glyphs}));
}

/** All keys of the page; on a low screen without those that everybody tries anyway. */
function drawHelp({scope, glyphs, without = []}: Page, {columns, rows}: Size): Line[] {
	const width = Math.min(72, columns - 8);
	const whole = helpRows(scope, width, glyphs, without);
	if (whole.length <= rows - 2) return whole;
	return helpRows(scope, width, glyphs, [...without, 'pageUp', 'pageDown', 'first', 'last']).slice(0, rows - 2);
}

/** The sentence with a mark before it, so that its colour isn't all that tells good from bad. */
function drawNotice({tone, text}: Notice, width: number, glyphs: Glyphs): Line[] {
	const marks = {good: `${glyphs.pass} `, bad: `${glyphs.fail} `, warning: `${glyphs.warn} `, muted: ''};
	return wrappedIn(3, text, {width: width - marks[tone].length, tone, ellipsis: glyphs.ellipsis}).map((row, index) =>
		line(toned(tone, index === 0 ? marks[tone] : ' '.repeat(marks[tone].length)), row),
	);
}
