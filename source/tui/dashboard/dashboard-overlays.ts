import {centred, overlaid} from '../boxes.ts';
import {helpRows} from '../key-help.ts';
import {keymaps, playerKeys} from '../keymap.ts';
import type {Line} from '../styled-text.ts';
import {endedScope, withoutIn} from './dashboard-footer.ts';
import type {Seen} from './dashboard-view.ts';
import {helpPages, helpTitle} from './help-pages.ts';
import {drawFilters} from './log-filter.ts';
import type {Drawing} from './pane-drawing.ts';
import {drawStopQuestion, type StopQuestion} from './stop-question.ts';

type Size = {columns: number; rows: number};

/** The question that `stop` is about. */
export const stopQuestionOf = ({
	view,
	isGoingOn = false,
	refusal,
}: Pick<Drawing, 'view' | 'isGoingOn' | 'refusal'>): StopQuestion => ({
	isOthers: isGoingOn,
	marked: view.marked ?? 0,
	refusal,
});

/** The picture with what lies over it: a question, a list or the help. */
export function withOverlay(rows: Line[], drawing: Drawing, size: Size, {filters}: Seen): Line[] {
	const {view, glyphs} = drawing;
	if (view.overlay === 'none') return rows;
	if (view.overlay === 'stop') {
		const question = drawStopQuestion(stopQuestionOf(drawing), glyphs, size.columns - 8);
		return overlaid(rows, centred(size, question, {title: drawing.isGoingOn ? 'Leave' : 'Stop', glyphs}));
	}
	if (view.overlay === 'filter') {
		const inside = {width: Math.min(60, size.columns - 8), height: Math.max(1, size.rows - 6), glyphs};
		const list = drawFilters(filters, view.marked ?? 0, inside);
		return overlaid(rows, centred(size, list, {title: 'Show of the log', glyphs}));
	}
	const pages = pagesOfHelp(drawing, size);
	const page = Math.min(view.helpPage ?? 0, pages.length - 1);
	return overlaid(rows, centred(size, pages[page] ?? [], {title: helpTitle(page, pages.length), glyphs}));
}

/** The help in pages of the screen's size. */
export function pagesOfHelp({snapshot, glyphs, replay, player, isGoingOn, offers}: Drawing, {columns, rows}: Size) {
	const width = Math.min(72, columns - 8);
	const ended = replay || snapshot.state.phase.kind === 'finished';
	const scope = isGoingOn ? 'watching' : endedScope(offers, replay, player);
	const waysOut = scope === 'watching' ? keymaps.watching.back.keys : keymaps[scope].menu.keys;
	const taken = [...waysOut, ...(player ? playerKeys : [])];
	const parts = ended
		? [helpRows(scope, width, glyphs), helpRows('dashboard', width, glyphs, withoutIn(isGoingOn), taken)]
		: [helpRows('dashboard', width, glyphs)];
	return helpPages(parts, rows - 2);
}
