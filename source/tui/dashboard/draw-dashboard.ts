import {type Block, compose, framed, insideOf, type Rect} from '../boxes.ts';
import {type Line, wrapped} from '../styled-text.ts';
import {drawChecks} from './checks-pane.ts';
import {footer} from './dashboard-footer.ts';
import {drawHeader} from './dashboard-header.ts';
import {pagesOfHelp, withOverlay} from './dashboard-overlays.ts';
import type {Seen} from './dashboard-view.ts';
import {drawDownload} from './download-pane.ts';
import {filterChoices} from './log-filter.ts';
import {shownLog} from './log-lines.ts';
import {drawLog, shownStep} from './log-pane.ts';
import {drawMachine} from './machine-pane.ts';
import {drawOutcome, outcomeHeight} from './outcome-pane.ts';
import type {Content, Drawing, DrawPane} from './pane-drawing.ts';
import {hasRoomForPanes, layoutDashboard, leftWidthOf, smallest} from './pane-layout.ts';
import {drawTabs} from './pane-tabs.ts';
import {inOrder, numbered, type PaneId, panesWorthShowing} from './panes.ts';
import {drawReplayBar} from './replay-bar.ts';
import {drawSteps, stepName} from './steps-pane.ts';
import {drawTree} from './tree-pane.ts';
import {drawScreen} from './vm-screen-pane.ts';

type Size = {columns: number; rows: number};

/** The dashboard as rows of exactly this size, and what the next key needs to know of it. */
export function drawDashboard(drawing: Drawing, size: Size): {rows: Line[]; seen: Seen} {
	const {snapshot, view} = drawing;
	const {state} = snapshot;
	const panes = panesWorthShowing(snapshot, drawing.wasKilled);
	const ordered = inOrder(panes, drawing.knownPanes);
	const focus = panes.includes(view.focus) ? view.focus : 'log';
	// Its bar has a row of its own, above the keys.
	const barRows = drawing.player && size.rows > smallest.rows ? 1 : 0;
	const room = {columns: size.columns, rows: size.rows - barRows};
	const leftWidth = leftWidthOf(size.columns);
	const layout = layoutDashboard({
		...room,
		panes,
		focus,
		zoomed: view.zoomed,
		arrangement: view.arrangement,
		planned: state.steps.length,
		steps: drawSteps(drawing, {width: leftWidth - 4, height: size.rows}).rows.length,
		outcomeRows: outcomeHeight(drawing, size.columns - leftWidth - 4, size.rows),
		machineRows: 2 + (state.machine?.disks.length ?? 0),
	});
	const step = shownStep(state, view);
	const kept = step ? snapshot.linesOf(step.id) : {lines: [], dropped: 0};
	const seen: Seen = {
		panes: ordered,
		canArrange: hasRoomForPanes(room),
		steps: state.steps.map(({id}) => id),
		step: step?.id,
		...shownLog(kept, view.filter),
		filters: view.overlay === 'filter' ? filterChoices(kept.lines) : [],
		height: 1,
		width: 1,
		rows: {},
		helpPages: view.overlay === 'help' ? pagesOfHelp(drawing, size).length : 1,
	};
	if (layout.kind === 'too-small') return {rows: tooSmall(layout.needed, size), seen};

	const blocks: Block[] = [
		{...layout.header, rows: drawHeader(drawing, layout.header)},
		...(layout.tabs ? [{...layout.tabs, rows: [drawTabs(ordered, focus, layout.tabs.width)]}] : []),
	];
	for (const pane of layout.panes) {
		const inside = insideOf(pane);
		const content = drawers[pane.id]({...drawing, view: {...view, focus}}, inside);
		const top = topOf(content, inside.height, view.scroll[pane.id]);
		if (pane.id === 'log') Object.assign(seen, {height: Math.max(1, inside.height), width: inside.width});
		else seen.rows[pane.id] = {content: content.rows.length, room: inside.height, top};
		blocks.push(
			block(pane, content, top, {drawing, focused: pane.id === focus, name: numbered(pane.id, ordered), step}),
		);
	}
	if (drawing.player && barRows > 0)
		blocks.push({...layout.footer, rows: [drawReplayBar(drawing.player, size.columns, drawing.glyphs)]});
	blocks.push({...layout.footer, y: layout.footer.y + barRows, rows: [footer(drawing, layout, seen)]});
	return {rows: withOverlay(compose(size, blocks), drawing, size, seen), seen};
}

const drawers: Record<PaneId, DrawPane> = {
	steps: drawSteps,
	log: drawLog,
	tree: drawTree,
	download: drawDownload,
	checks: drawChecks,
	screen: drawScreen,
	machine: drawMachine,
	outcome: drawOutcome,
};

function block(
	pane: Rect & {id: PaneId},
	{rows, remark}: Content,
	top: number,
	{
		drawing,
		focused,
		name,
		step,
	}: {drawing: Drawing; focused: boolean; name: string; step: ReturnType<typeof shownStep>},
): Block {
	const title = pane.id === 'log' && step ? `${name}: ${stepName(step)}` : name;
	return {
		...pane,
		rows: framed(pane, {title, remark, focused, glyphs: drawing.glyphs}, rowsInSight(rows, top, pane.height)),
	};
}

const rowsInSight = (rows: Content['rows'], top: number, height: number): Line[] =>
	rows.slice(top, top + height).map(row => (typeof row === 'function' ? row() : row));

/** First row shown: where the person scrolled to, else so that the row that matters is in sight. */
function topOf({rows, show = 0}: Content, room: number, scrolled: number | undefined) {
	const last = Math.max(0, rows.length - room);
	if (scrolled !== undefined) return Math.min(scrolled, last);
	// The row that matters stands in the middle, so that what comes next is seen too.
	return Math.min(last, Math.max(0, show - Math.floor(room / 2)));
}

const tooSmall = (needed: Size, {columns, rows}: Size): Line[] =>
	compose({columns, rows}, [
		{
			x: 0,
			y: 0,
			width: columns,
			height: rows,
			rows: wrapped(
				`This terminal has ${columns} columns and ${rows} rows; the dashboard needs ${needed.columns} and ${needed.rows}. The build goes on.`,
				Math.max(1, columns),
			),
		},
	]);
